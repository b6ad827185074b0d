//! Counters: nothing is lost while threads add, drain, come and go.

use crate::scale::{Rng, rounds};
use latchfree::atomic::{Acquire, Atomic, Release};
use latchfree::counter::{Counter, Counters, EveryNth, Gauge, Which};
use std::num::NonZeroU64;
use std::sync::Barrier;
use std::thread;

/// Adds in one of the ways, `times` times; returns how much. No two threads at a time have the same
/// number.
fn add<const N: usize>(counter: &Counter<N>, worker: usize, times: usize) -> u64 {
    let mut rng = Rng::new(worker);
    let adds = (0..times).map(|_| rng.roll(1000) as u64);
    match worker % 4 {
        0 => {
            let local = counter.local();
            adds.inspect(|&n| local.add(n)).sum()
        }
        1 => adds.inspect(|&n| counter.add(n)).sum(),
        2 => adds.inspect(|&n| counter.add_shared(n)).sum(),
        _ => adds.inspect(|&n| counter.with_slot(worker).add(n)).sum(),
    }
}

/// Threads come and go by the dozen, more than there are slots, while others drain.
fn drains_add_up<const N: usize>() {
    let (counter, is_over) = (Counter::<N>::new(), Atomic::new(false));
    let drain_all = || {
        let mut drained = 0;
        while !is_over.load(Acquire) {
            drained += counter.drain();
            thread::yield_now();
        }
        drained
    };
    let add_all = || {
        let generation = |_| {
            thread::scope(|scope| {
                let add = |worker| add(&counter, worker, rounds(2_000, 4));
                let threads: Vec<_> =
                    (0..6).map(|worker| scope.spawn(move || add(worker))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u64>()
            })
        };
        (0..rounds(20, 2)).map(generation).sum::<u64>()
    };
    let (added, drained) = thread::scope(|scope| {
        let drains = [scope.spawn(drain_all), scope.spawn(drain_all)];
        let added = add_all();
        is_over.store(true, Release);
        (added, drains.map(|drain| drain.join().unwrap()))
    });
    assert_eq!(counter.sum(), added);
    assert_eq!(drained.iter().sum::<u64>() + counter.drain(), added);
}

#[test]
fn all_drains_together_are_all_adds() {
    drains_add_up::<0>();
    drains_add_up::<1>();
    drains_add_up::<3>();
    drains_add_up::<16>();
}

/// The same on the heap, with as many slots as processors, and with fewer and more.
#[cfg(feature = "alloc")]
#[test]
fn counts_on_the_heap_are_exact() {
    use latchfree::counter::{HeapCounter, HeapGauge};
    for slots in [0, 1, 3, 16] {
        let (counter, gauge) = (HeapCounter::with_slots(slots), HeapGauge::with_slots(slots));
        let times = rounds(20_000, 10) as u64;
        let count = |worker: usize| {
            let (counts, level) = (counter.local(), gauge.local());
            let mut drained = 0;
            for n in 1..=times {
                match n % 4 {
                    0 => counts.add(n),
                    1 => counter.with_slot(worker).add(n),
                    2 => counter.add(n),
                    _ => counter.add_shared(n),
                }
                level.add(n as i64);
                gauge.sub(n as i64);
                drained += if n % 64 == 0 { counter.drain() } else { 0 };
            }
            drained
        };
        let drained: u64 = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|worker| scope.spawn(move || count(worker))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        let all = 4 * times * (times + 1) / 2;
        assert_eq!((counter.sum(), drained + counter.drain(), gauge.sum()), (all, all, 0));
    }
}

/// Threads add to three counts, in each of the ways, and hand slots on, while others drain: nothing of a count is
/// lost, and nothing gets into another.
#[test]
fn several_counts_are_exact() {
    several_counts::<0>();
    several_counts::<1>();
    several_counts::<3>();
}

fn several_counts<const N: usize>() {
    let (counters, times) = (Counters::<3, N>::new(), rounds(100_000, 20) as u64);
    let [one, two, three] = Which::all();
    let count = |worker: usize| {
        let mut drained = [0; 3];
        for n in 0..times {
            match (n + worker as u64) % 4 {
                0 => {
                    let local = counters.local();
                    local.inc(one);
                    local.add(two, 2);
                    local.add(three, 3);
                }
                1 => counters.add_each([(three, 3), (two, 2), (one, 1)]),
                2 => Which::all().into_iter().zip(1..).for_each(|(w, n)| counters.add_shared(w, n)),
                _ => {
                    let slot = counters.with_slot(worker);
                    slot.add(two, 2);
                    slot.add(three, 3);
                    slot.inc(one);
                }
            }
            if n % 16 == 0 {
                drained.iter_mut().zip(counters.drain()).for_each(|(all, n)| *all += n);
            }
        }
        drained
    };
    let mut drained: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|worker| scope.spawn(move || count(worker))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    drained.push(counters.drain());
    let all = [1, 2, 3].map(|n| n * 4 * times);
    let drained = [0, 1, 2].map(|i| drained.iter().map(|counts| counts[i]).sum::<u64>());
    assert_eq!((counters.sums(), drained), (all, all));
}

/// Drains that get in each other's way all the time: what one of them returns, no other does.
#[test]
fn concurrent_drains_share_the_adds() {
    let (counter, times) = (Counter::<3>::new(), rounds(500_000, 40) as u64);
    let add_and_drain = || {
        let local = counter.local();
        let once = |_| {
            local.inc();
            counter.drain()
        };
        (0..times).map(once).sum::<u64>()
    };
    let drained: u64 = thread::scope(|scope| {
        let threads = [(); 3].map(|()| scope.spawn(add_and_drain));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((drained + counter.drain(), counter.sum()), (3 * times, 3 * times));
}

/// A sum is at least what was added before it began, never less than an earlier one, and never more
/// than there is.
#[test]
fn sums_have_what_happened_before() {
    let (counter, done) = (Counter::<2>::new(), Atomic::new(0u64));
    let adds = rounds(100_000, 60) as u64;
    let add = |own: bool| {
        let local = own.then(|| counter.local());
        for _ in 0..adds {
            local.as_ref().map_or_else(|| counter.inc(), |local| local.inc());
            done.fetch_add(1, Release);
        }
    };
    let look = || {
        let mut last = 0;
        while last < 3 * adds {
            let at_least = done.load(Acquire).max(last);
            last = counter.sum();
            assert!((at_least..=3 * adds).contains(&last), "{last} after {at_least}");
        }
    };
    thread::scope(|scope| {
        for own in [true, true, false] {
            scope.spawn(move || add(own));
        }
        scope.spawn(look);
    });
}

/// Many more threads than slots, a few at a time: each finds a slot that another one gave back.
#[test]
fn released_slots_are_used_again() {
    let counter = Counter::<4>::new();
    for _ in 0..rounds(200, 5) {
        thread::scope(|scope| {
            for n in 1..=4 {
                let counter = &counter;
                scope.spawn(move || {
                    let local = counter.local();
                    assert!(local.owns_slot());
                    local.add(n);
                });
            }
        });
    }
    assert_eq!(counter.drain(), 10 * rounds(200, 5) as u64);
}

/// One slot goes from thread to thread: each must find the count that the one before left.
#[test]
fn counts_stay_when_slots_change_hands() {
    let counter = Counter::<1>::new();
    let take_turns = || {
        for _ in 0..rounds(1_000_000, 40) {
            let local = counter.local();
            local.inc();
            local.inc();
        }
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(take_turns);
        }
    });
    assert_eq!(counter.sum(), 6 * rounds(1_000_000, 40) as u64);
}

/// Threads go up and down in all ways: in the end all is as it was.
#[test]
fn gauge_ends_where_it_began() {
    let gauge = Gauge::<3>::new();
    let up_and_down = |worker: usize| {
        let (mut rng, local) = (Rng::new(worker), gauge.local());
        for _ in 0..rounds(50_000, 40) {
            let n = rng.roll(100) as i64;
            match rng.roll(3) {
                0 => local.add(n),
                1 => gauge.add(n),
                _ => gauge.add_shared(n),
            }
            match rng.roll(3) {
                0 => local.sub(n),
                1 => gauge.sub(n),
                _ => gauge.add_shared(-n),
            }
        }
    };
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || up_and_down(worker));
        }
    });
    assert_eq!(gauge.sum(), 0);
}

/// Threads call one trigger: of all calls exactly every nth gets a yes.
#[test]
fn every_nth_tick_of_all_threads_returns_true() {
    for n in [1, 2, 1000] {
        let (trigger, ticks) = (EveryNth::new(NonZeroU64::new(n).unwrap()), rounds(500_000, 300));
        let begin = Barrier::new(3);
        let yeses: usize = thread::scope(|scope| {
            let tick = || {
                begin.wait();
                (0..ticks).filter(|_| trigger.tick()).count()
            };
            let threads = [(); 3].map(|()| scope.spawn(tick));
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(yeses, 3 * ticks / n as usize);
    }
}
