//! Numbers: each once, in order, and none is refused while there is one.

use crate::check::{Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, record};
use crate::scale::rounds;
use latchfree::sequence::{
    BoundReached, Clock, EpochNumber, EpochSequence, Exhausted, Ids, Lease, Sequence,
};
use std::ops::Range;

/// The number that comes next.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Numbers(u64);

const END: u64 = 1 << 63;

#[derive(Debug)]
enum Call {
    Next(Result<u64, Exhausted>),
    Reserve(u64, Result<Range<u64>, Exhausted>),
    Observe(u64),
    AdvanceTo(u64),
    Peek(u64),
}

impl Spec for Numbers {
    type Call = Call;
    type Progress = ();

    fn steps(&self, call: &Call, (): &()) -> Vec<Step<Self>> {
        let next = self.0;
        let reserved = |count| (count <= END - next).then(|| next..next + count);
        let after = match call {
            Call::Next(result) => {
                let number = reserved(1).map(|numbers| numbers.start).ok_or(Exhausted);
                (*result == number).then(|| next + u64::from(number.is_ok()))
            }
            Call::Reserve(count, result) => {
                let numbers = reserved(*count).ok_or(Exhausted);
                (*result == numbers).then(|| numbers.map_or(next, |numbers| numbers.end))
            }
            Call::Observe(seen) => Some(next.max(seen.saturating_add(1).min(END))),
            Call::AdvanceTo(to) => Some(next.max(*to).min(END)),
            Call::Peek(number) => (*number == next).then_some(next),
        };
        at_once(after.map(Self))
    }
}

fn some_calls(sequence: &Sequence, near: u64, log: &mut Log<'_, Call>) {
    for _ in 0..4 {
        let (operation, number) = (log.roll(8), log.roll(4) as u64);
        log.call(|| match operation {
            0 => Call::Peek(sequence.peek()),
            1 => {
                let seen = near + 2 * number;
                sequence.observe(seen);
                Call::Observe(seen)
            }
            2 => {
                let to = near + 2 * number;
                sequence.advance_to(to);
                Call::AdvanceTo(to)
            }
            3..5 => Call::Reserve(number, sequence.reserve(number)),
            _ => Call::Next(sequence.next()),
        });
    }
}

/// From zero, and from shortly before the end.
#[test]
fn sequence_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let first = if seed % 2 == 0 { 0 } else { END - (seed % 16) as u64 };
        let sequence = Sequence::starting_at(first);
        let thread = || -> Program<'_, Call> { Box::new(|log| some_calls(&sequence, first, log)) };
        (Numbers(first), record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
    });
}

#[test]
fn numbers_that_come_twice_are_refused() {
    let explained = |first, calls: [_; 2]| is_explained(&Numbers(first), &history(calls));
    let next = |thread, number| (thread, thread, 9 - thread, Call::Next(number));
    assert!(explained(7, [next(0, Ok(7)), next(1, Ok(8))]));
    assert!(explained(7, [next(0, Ok(8)), next(1, Ok(7))]));
    assert!(!explained(7, [next(0, Ok(7)), next(1, Ok(7))]));
    assert!(explained(END - 1, [next(0, Ok(END - 1)), next(1, Err(Exhausted))]));
    assert!(!explained(END - 2, [next(0, Ok(END - 2)), next(1, Err(Exhausted))]));
}

/// The next number of a lease, and its bound.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Leased {
    next: u64,
    bound: u64,
}

#[derive(Debug)]
enum LeaseCall {
    Next(Result<u64, BoundReached>),
    Reserve(u64, Result<Range<u64>, BoundReached>),
    ExtendTo(u64),
    Peek(u64),
    Bound(u64),
}

impl Spec for Leased {
    type Call = LeaseCall;
    type Progress = ();

    fn steps(&self, call: &LeaseCall, (): &()) -> Vec<Step<Self>> {
        let Self { next, bound } = *self;
        let reserved =
            |count| (count <= bound - next).then(|| next..next + count).ok_or(BoundReached);
        let claimed = |is_so: bool, count| {
            let next = reserved(count).map_or(next, |numbers| numbers.end);
            is_so.then_some(Self { next, bound })
        };
        at_once(match call {
            LeaseCall::Next(result) => {
                claimed(*result == reserved(1).map(|numbers| numbers.start), 1)
            }
            LeaseCall::Reserve(count, result) => claimed(*result == reserved(*count), *count),
            LeaseCall::ExtendTo(to) => Some(Self { next, bound: bound.max(*to).min(END) }),
            LeaseCall::Peek(number) => (*number == next).then_some(self.clone()),
            LeaseCall::Bound(number) => (*number == bound).then_some(self.clone()),
        })
    }
}

fn some_lease_calls(lease: &Lease, near: u64, log: &mut Log<'_, LeaseCall>) {
    for _ in 0..4 {
        let (operation, number) = (log.roll(9), log.roll(5) as u64);
        log.call(|| match operation {
            0 => LeaseCall::Peek(lease.peek()),
            1 => LeaseCall::Bound(lease.bound()),
            2..5 => {
                lease.extend_to(near + number);
                LeaseCall::ExtendTo(near + number)
            }
            5 => LeaseCall::Reserve(number, lease.reserve(number)),
            _ => LeaseCall::Next(lease.next()),
        });
    }
}

/// From zero, and from shortly before the end.
#[test]
fn lease_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let first = if seed % 2 == 0 { 0 } else { END - (seed % 8) as u64 };
        let lease = Lease::starting_at(first);
        let thread =
            || -> Program<'_, LeaseCall> { Box::new(|log| some_lease_calls(&lease, first, log)) };
        let began = Leased { next: first, bound: first };
        (began, record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
    });
}

#[test]
fn number_above_the_bound_and_refusal_below_it_are_refused() {
    let explained = |result| {
        let calls = [(0, 0, 1, LeaseCall::ExtendTo(1)), (1, 2, 3, LeaseCall::Next(result))];
        is_explained(&Leased { next: 0, bound: 0 }, &history(calls))
    };
    assert!(explained(Ok(0)) && !explained(Err(BoundReached)) && !explained(Ok(1)));
    let late = [(0, 0, 2, LeaseCall::ExtendTo(1)), (1, 1, 3, LeaseCall::Next(Err(BoundReached)))];
    assert!(is_explained(&Leased { next: 0, bound: 0 }, &history(late)));
}

/// The least next timestamp.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Timestamps(u64);

#[derive(Debug)]
enum ClockCall {
    Tick(u64, Result<u64, Exhausted>),
    Observe(u64),
    Peek(u64),
}

impl Spec for Timestamps {
    type Call = ClockCall;
    type Progress = ();

    fn steps(&self, call: &ClockCall, (): &()) -> Vec<Step<Self>> {
        let next = self.0;
        let after = match *call {
            ClockCall::Tick(now, result) => {
                let least = next.max(now);
                let timestamp = if least < END { Ok(least) } else { Err(Exhausted) };
                (result == timestamp).then(|| timestamp.map_or(next, |timestamp| timestamp + 1))
            }
            ClockCall::Observe(seen) => Some(next.max(seen.saturating_add(1).min(END))),
            ClockCall::Peek(timestamp) => (timestamp == next).then_some(next),
        };
        at_once(after.map(Self))
    }
}

fn some_clock_calls(clock: &Clock, near: u64, log: &mut Log<'_, ClockCall>) {
    for _ in 0..4 {
        let (operation, more) = (log.roll(6), log.roll(6) as u64);
        log.call(|| match operation {
            0 => ClockCall::Peek(clock.peek()),
            1 => {
                clock.observe(near + more);
                ClockCall::Observe(near + more)
            }
            _ => ClockCall::Tick(near + more, clock.tick(near + more)),
        });
    }
}

#[test]
fn clock_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let first = if seed % 2 == 0 { 0 } else { END - (seed % 16) as u64 };
        let clock = Clock::starting_at(first);
        let thread =
            || -> Program<'_, ClockCall> { Box::new(|log| some_clock_calls(&clock, first, log)) };
        (Timestamps(first), record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
    });
}

#[test]
fn timestamp_that_is_behind_or_comes_twice_is_refused() {
    let explained = |one, other| {
        let tick = |thread, now, timestamp| {
            (thread, thread, 9 - thread, ClockCall::Tick(now, Ok(timestamp)))
        };
        is_explained(&Timestamps(0), &history([tick(0, 5, one), tick(1, 3, other)]))
    };
    assert!(explained(5, 6) && explained(5, 3));
    assert!(!explained(5, 5) && !explained(4, 3) && !explained(6, 6));
}

/// The next number in an epoch, and the epoch.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Epochs(EpochNumber);

#[derive(Debug)]
enum EpochCall {
    Next(Result<EpochNumber, Exhausted>),
    NextEpoch(Result<u32, Exhausted>),
    Observe(EpochNumber),
    Peek(EpochNumber),
}

impl Spec for Epochs {
    type Call = EpochCall;
    type Progress = ();

    fn steps(&self, call: &EpochCall, (): &()) -> Vec<Step<Self>> {
        let next = self.0;
        let after = match *call {
            EpochCall::Next(Ok(number)) => {
                let is_so = number == next && next.count < u32::MAX;
                is_so.then(|| EpochNumber { count: next.count + 1, ..next })
            }
            EpochCall::Next(Err(Exhausted)) => (next.count == u32::MAX).then_some(next),
            EpochCall::NextEpoch(result) => {
                let epoch = next.epoch.checked_add(1).ok_or(Exhausted);
                let after = epoch.map_or(next, |epoch| EpochNumber { epoch, count: 0 });
                (result == epoch).then_some(after)
            }
            EpochCall::Observe(EpochNumber { epoch, count }) => {
                Some(next.max(EpochNumber { epoch, count: count.saturating_add(1) }))
            }
            EpochCall::Peek(number) => (number == next).then_some(next),
        };
        at_once(after.map(Self))
    }
}

fn some_epoch_calls(sequence: &EpochSequence, near: EpochNumber, log: &mut Log<'_, EpochCall>) {
    for _ in 0..4 {
        let (operation, more) = (log.roll(8), log.roll(3) as u32);
        log.call(|| match operation {
            0 => EpochCall::Peek(sequence.peek()),
            1 => EpochCall::NextEpoch(sequence.next_epoch()),
            2 => {
                let seen = EpochNumber { count: near.count.saturating_add(more), ..near };
                sequence.observe(seen);
                EpochCall::Observe(seen)
            }
            _ => EpochCall::Next(sequence.next()),
        });
    }
}

/// From shortly before the end of an epoch: every other time of the last one.
#[test]
fn epoch_sequence_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let epoch = u32::MAX - (seed % 2) as u32 * 8;
        let first = EpochNumber { epoch, count: u32::MAX - (seed % 7) as u32 };
        let sequence = EpochSequence::starting_at(first);
        let thread = || -> Program<'_, EpochCall> {
            Box::new(|log| some_epoch_calls(&sequence, first, log))
        };
        (Epochs(first), record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
    });
}

/// ZOOKEEPER-1277: one call takes the last count of an epoch, and the epoch does not change.
#[test]
fn count_that_runs_into_the_epoch_is_refused() {
    let number = |epoch, count| EpochNumber { epoch, count };
    let last = number(3, u32::MAX - 1);
    let explained = |second| {
        let calls = [(0, 0, 3, EpochCall::Next(Ok(last))), (1, 1, 2, EpochCall::Next(second))];
        is_explained(&Epochs(last), &history(calls))
    };
    assert!(explained(Err(Exhausted)));
    assert!(!explained(Ok(last)) && !explained(Ok(number(3, u32::MAX))));
    assert!(!explained(Ok(number(4, 0))));
}

/// Which ids are held.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Held([bool; 3]);

#[derive(Debug)]
enum IdCall {
    Acquire(Option<usize>),
    GiveBack(usize),
}

impl Spec for Held {
    type Call = IdCall;
    type Progress = ();

    /// None of three threads is refused one of three.
    fn steps(&self, call: &IdCall, (): &()) -> Vec<Step<Self>> {
        let (id, holds) = match *call {
            IdCall::Acquire(id) => (id, true),
            IdCall::GiveBack(id) => (Some(id), false),
        };
        let mut after = self.clone();
        let changed = id.filter(|&id| std::mem::replace(&mut after.0[id], holds) != holds);
        at_once(changed.map(|_| after))
    }
}

#[test]
fn id_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let ids = Ids::<3>::new();
        let thread = || -> Program<'_, IdCall> {
            Box::new(|log| {
                for _ in 0..4 {
                    let mut held = None;
                    log.call(|| {
                        held = ids.acquire();
                        IdCall::Acquire(held.as_ref().map(|id| id.get()))
                    });
                    let Some(id) = held else { break };
                    log.call(|| {
                        let number = id.get();
                        drop(id);
                        IdCall::GiveBack(number)
                    });
                }
            })
        };
        (Held([false; 3]), record(seed, vec![thread(), thread(), thread()]))
    });
}

#[test]
fn id_that_two_hold_is_refused() {
    let explained = |second| {
        let calls = [(0, 0, 1, IdCall::Acquire(Some(0))), (1, 2, 3, IdCall::Acquire(second))];
        is_explained(&Held([false; 3]), &history(calls))
    };
    assert!(explained(Some(1)) && !explained(Some(0)) && !explained(None));
}
