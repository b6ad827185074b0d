//! Counters: a sum is put together of parts that were so, each at a moment of its own; a drain is exact.

use crate::check::{Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, record};
use crate::scale::rounds;
use latchfree::counter::{Counter, Counters, EveryNth, Gauge, Which};
use std::num::NonZeroU64;

const THREADS: usize = 3;

/// The adds of each thread, and the drained amount. A sum is no snapshot: it reads one thread after another.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Parts {
    added: [i64; THREADS],
    drained: i64,
}

const NOTHING: Parts = Parts { added: [0; THREADS], drained: 0 };

#[derive(Debug)]
enum Call {
    /// Which thread, and what.
    Add(usize, i64),
    Sum(i64),
    Pending(i64),
    Drain(i64),
}

/// Whose part a sum has, and what those are.
#[derive(Clone, Debug, Default, Hash, PartialEq, Eq)]
struct Progress {
    has: [bool; THREADS],
    sum: i64,
}

impl Parts {
    /// The looks that a sum can do next.
    fn looks(&self, progress: &Progress) -> Vec<Step<Self>> {
        let left = (0..THREADS).filter(|&thread| !progress.has[thread]);
        left.map(|thread| {
            let mut further = progress.clone();
            further.has[thread] = true;
            further.sum += self.added[thread];
            (self.clone(), Some(further))
        })
        .collect()
    }
}

impl Spec for Parts {
    type Call = Call;
    type Progress = Progress;

    fn steps(&self, call: &Call, progress: &Progress) -> Vec<Step<Self>> {
        let mut after = self.clone();
        let is_so = match *call {
            Call::Add(thread, n) => {
                after.added[thread] += n;
                true
            }
            Call::Sum(_) | Call::Pending(_) | Call::Drain(_) if progress.has != [true; THREADS] => {
                return self.looks(progress);
            }
            Call::Sum(sum) => sum == progress.sum,
            Call::Pending(n) => n == (progress.sum - self.drained).max(0),
            // Adds that another drain has taken are that drain's.
            Call::Drain(n) => {
                after.drained = self.drained.max(progress.sum);
                n == after.drained - self.drained
            }
        };
        at_once(is_so.then_some(after))
    }
}

/// How a thread adds to a counter: a different one each round.
fn adds(counter: &Counter<4>, thread: usize, way: usize, log: &mut Log<'_, Call>) {
    let local = (way == 0).then(|| counter.local());
    for _ in 0..4 {
        let n = 1 + log.roll(3) as u64;
        match log.roll(7) {
            0 => log.call(|| Call::Sum(counter.sum() as i64)),
            6 => log.call(|| Call::Pending(counter.pending() as i64)),
            1 => log.call(|| Call::Drain(counter.drain() as i64)),
            _ => log.call(|| {
                match (way, &local) {
                    (_, Some(local)) => local.add(n),
                    (1, _) => counter.with_slot(thread).add(n),
                    (2, _) => counter.with_slot(99).add(n), // the shared one
                    _ => counter.add(n),
                }
                Call::Add(thread, n as i64)
            }),
        }
    }
}

#[test]
fn counter_histories_are_explained() {
    all_are_explained(rounds(1_000, 2), |seed| {
        let counter = Counter::new();
        let counter = &counter;
        let thread = |thread| -> Program<'_, Call> {
            // One way for all, or one each, but each thread's adds in one slot: by its number, a thread could
            // come into a slot that another's handle had before.
            let way = if seed % 2 == 0 { seed / 2 % 4 } else { (thread + seed / 2) % 3 };
            Box::new(move |log| adds(counter, thread, way, log))
        };
        (NOTHING, record(seed, (0..THREADS).map(thread).collect()))
    });
}

/// Of several counters in one, each is such a counter: the calls to either count are a history of their own.
#[test]
fn each_of_several_counts_has_a_history_that_is_explained() {
    for recorded in [0, 1] {
        all_are_explained(rounds(500, 2), |seed| {
            let counters = Counters::<2, 2>::new(); // one slot too few
            let counters = &counters;
            let thread = |thread| -> Program<'_, Call> {
                Box::new(move |log| several(counters, thread, seed % 4, recorded, log))
            };
            (NOTHING, record(seed, (0..THREADS).map(thread).collect()))
        });
    }
}

/// Adds to both counts, in the way that all threads do, or reads or drains both, and records what became of one.
fn several(
    counters: &Counters<2, 2>,
    thread: usize,
    way: usize,
    recorded: usize,
    log: &mut Log<'_, Call>,
) {
    let [first, second] = Which::all();
    let of_it = |counts: [u64; 2]| counts[recorded] as i64;
    let local = (way == 0).then(|| counters.local());
    for _ in 0..4 {
        let n = 1 + log.roll(3) as u64;
        match log.roll(8) {
            0 => log.call(|| Call::Sum(of_it(counters.sums()))),
            1 => log.call(|| Call::Drain(of_it(counters.drain()))),
            2 => log.call(|| Call::Pending(of_it(counters.pending()))),
            _ => log.call(|| {
                match (way, &local) {
                    (_, Some(local)) => {
                        local.add(second, n);
                        local.add(first, n);
                    }
                    (1, _) => {
                        counters.with_slot(thread).add(first, n);
                        counters.with_slot(thread).add(second, n);
                    }
                    (2, _) => {
                        counters.add_shared(second, n);
                        counters.add_shared(first, n);
                    }
                    _ => counters.add_each([(first, n), (second, n)]),
                }
                Call::Add(thread, n as i64)
            }),
        }
    }
}

/// A gauge goes up and down, so a sum can be a value that it never had. Each part of the sum was there.
#[test]
fn gauge_histories_are_explained() {
    all_are_explained(rounds(1_000, 2), |seed| {
        let gauge = Gauge::<2>::new(); // one slot too few
        let gauge = &gauge;
        let thread = |thread| -> Program<'_, Call> {
            Box::new(move |log| {
                for _ in 0..4 {
                    let n = log.roll(7) as i64 - 3;
                    log.call(|| match n {
                        0 => Call::Sum(gauge.sum()),
                        _ => {
                            gauge.add(n);
                            Call::Add(thread, n)
                        }
                    });
                }
            })
        };
        (NOTHING, record(seed, (0..THREADS).map(thread).collect()))
    });
}

#[test]
fn sum_that_misses_what_was_added_before_is_refused() {
    let explained = |calls: Vec<_>| is_explained(&NOTHING, &history(calls));
    let add = |thread, began, ended| (thread, began, ended, Call::Add(thread, 1 << thread));
    let sum = |began, ended, sum| (2, began, ended, Call::Sum(sum));
    assert!(!explained(vec![add(0, 0, 1), sum(2, 3, 0)]));
    assert!(!explained(vec![sum(0, 1, 1), add(0, 2, 3)]));
    // Of two adds during the sum it may have any, also the later alone.
    for parts in 0..4 {
        assert!(explained(vec![add(0, 1, 2), add(1, 3, 4), sum(0, 5, parts)]));
    }
    assert!(!explained(vec![add(0, 1, 2), add(1, 3, 4), sum(0, 5, 4)]));
}

#[test]
fn add_that_is_drained_twice_or_never_is_refused() {
    let explained = |first, second, third| {
        let drain = |thread, began, ended, n| (thread, began, ended, Call::Drain(n));
        let add = (0, 0, 1, Call::Add(0, 5));
        let drains = [drain(1, 2, 5, first), drain(2, 3, 4, second), drain(1, 6, 7, third)];
        is_explained(&NOTHING, &history([add].into_iter().chain(drains)))
    };
    assert!(explained(5, 0, 0) && explained(0, 5, 0));
    assert!(!explained(5, 5, 0) && !explained(0, 0, 0) && !explained(0, 0, 5));
}

/// How many calls there were of a trigger at every third.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Thirds(u64);

impl Spec for Thirds {
    type Call = bool;
    type Progress = ();

    fn steps(&self, fires: &bool, (): &()) -> Vec<Step<Self>> {
        let calls = self.0 + 1;
        at_once((*fires == (calls % 3 == 0)).then_some(Self(calls)))
    }
}

#[test]
fn every_nth_histories_are_linearizable() {
    all_are_explained(rounds(1_000, 2), |seed| {
        let third = EveryNth::new(NonZeroU64::new(3).unwrap());
        let thread = || -> Program<'_, bool> {
            Box::new(|log| (0..5).for_each(|_| log.call(|| third.tick())))
        };
        (Thirds(0), record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
    });
}

#[test]
fn two_of_three_ticks_are_refused() {
    let explained = |fires: [bool; 3]| {
        let calls = (0..3).map(|thread| (thread, thread, 9 - thread, fires[thread]));
        is_explained(&Thirds(0), &history(calls))
    };
    assert!(explained([false, false, true]) && explained([true, false, false]));
    assert!(!explained([true, false, true]) && !explained([false; 3]));
}
