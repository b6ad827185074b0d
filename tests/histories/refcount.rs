//! Reference count: one is the last, and none is found after it. Gate: none enters after the close. Pins: what is pinned is
//! not below what was returned as the oldest.

use crate::check::{History, Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, let_others_run, one_is_refused, record};
use crate::scale::rounds;
use latchfree::atomic::{Acquire, Atomic, Release};
use latchfree::refcount::{Entered, Gate, Pinned, Pins, RefCount};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[derive(Clone, Hash, PartialEq, Eq)]
struct References(u32);

#[derive(Debug)]
enum Call {
    Inc,
    IncIfNonzero(bool),
    Dec(bool),
    Get(u32),
}

impl Spec for References {
    type Call = Call;
    type Progress = ();

    fn steps(&self, call: &Call, (): &()) -> Vec<Step<Self>> {
        let count = self.0;
        let after = match *call {
            Call::Inc => (count > 0).then(|| count + 1),
            Call::IncIfNonzero(found) => (found == (count > 0)).then(|| count + u32::from(found)),
            Call::Dec(last) => count.checked_sub(1).filter(|&left| last == (left == 0)),
            Call::Get(seen) => (seen == count).then_some(count),
        };
        at_once(after.map(Self))
    }
}

/// Some calls of a thread that has one reference, and gives all back that it has.
fn some_calls(count: &RefCount, log: &mut Log<'_, Call>) {
    let mut held = 1;
    for _ in 0..5 {
        match log.roll(6) {
            0 => log.call(|| Call::Get(count.get())),
            1 if held > 0 => {
                held += 1;
                log.call(|| {
                    count.inc();
                    Call::Inc
                });
            }
            2 | 3 => log.call(|| {
                let found = count.inc_if_nonzero();
                held += u32::from(found);
                Call::IncIfNonzero(found)
            }),
            _ if held > 0 => {
                held -= 1;
                log.call(|| Call::Dec(count.dec()));
            }
            _ => {}
        }
    }
    (0..held).for_each(|_| log.call(|| Call::Dec(count.dec())));
}

#[test]
fn ref_count_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let count = RefCount::new(3);
        let thread = || -> Program<'_, Call> { Box::new(|log| some_calls(&count, log)) };
        let history = record(seed, vec![thread(), thread(), thread()]);
        assert_eq!(count.get(), 0, "round {seed}");
        (References(3), history)
    });
}

#[test]
fn reference_from_none_is_refused() {
    let explained = |calls: Vec<_>| is_explained(&References(1), &history(calls));
    let find = |began, ended, found| (1, began, ended, Call::IncIfNonzero(found));
    let dec = |last| (0, 0, 3, Call::Dec(last));
    assert!(explained(vec![dec(true), find(1, 2, false)]));
    assert!(explained(vec![dec(false), find(1, 2, true)]));
    assert!(!explained(vec![dec(true), find(1, 2, true)]));
    assert!(!explained(vec![dec(true), find(4, 5, true)]));
    assert!(!explained(vec![dec(false), find(1, 2, false)]));
}

/// How many are inside a gate, and whether it is closed.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Inside {
    inside: u64,
    closed: bool,
}

#[derive(Debug)]
enum GateCall {
    /// Whether it was let in.
    Enter(bool),
    Leave,
    /// Whether this call has closed it.
    Close(bool),
    IsClosed(bool),
    IsIdle(bool),
    Inside(u64),
}

impl Inside {
    const OPEN: Self = Self { inside: 0, closed: false };
}

impl Spec for Inside {
    type Call = GateCall;
    type Progress = ();

    fn steps(&self, call: &GateCall, (): &()) -> Vec<Step<Self>> {
        let Self { inside, closed } = *self;
        let (is_so, after) = match *call {
            GateCall::Enter(is_let_in) => {
                (is_let_in != closed, Self { inside: inside + u64::from(is_let_in), closed })
            }
            GateCall::Leave => (inside > 0, Self { inside: inside.saturating_sub(1), closed }),
            GateCall::Close(closes) => (closes != closed, Self { inside, closed: true }),
            GateCall::IsClosed(is_closed) => (is_closed == closed, self.clone()),
            GateCall::IsIdle(is_idle) => (is_idle == (closed && inside == 0), self.clone()),
            GateCall::Inside(number) => (number == inside, self.clone()),
        };
        at_once(is_so.then_some(after))
    }
}

/// Some calls, and the entries that are left stay.
fn some_gate_calls(gate: &Gate, log: &mut Log<'_, GateCall>) {
    let mut held: Vec<Entered<'_>> = Vec::new();
    for _ in 0..6 {
        match log.roll(16) {
            0 => log.call(|| GateCall::Close(gate.close())),
            1 => log.call(|| GateCall::IsClosed(gate.is_closed())),
            2..4 => log.call(|| GateCall::IsIdle(gate.is_idle())),
            4..6 => log.call(|| GateCall::Inside(gate.inside())),
            6..11 => {
                if let Some(entered) = held.pop() {
                    log.call(|| {
                        drop(entered);
                        GateCall::Leave
                    });
                }
            }
            _ => log.call(|| {
                let entered = gate.enter().map(|entered| held.push(entered));
                GateCall::Enter(entered.is_ok())
            }),
        }
    }
    held.into_iter().for_each(std::mem::forget);
}

#[test]
fn gate_histories_are_linearizable() {
    all_are_explained(rounds(2_000, 3), |seed| {
        let gate = Gate::new();
        let thread = || -> Program<'_, GateCall> { Box::new(|log| some_gate_calls(&gate, log)) };
        (Inside::OPEN, record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
    });
}

#[test]
fn entry_after_idle_is_refused() {
    let explained = |calls: Vec<_>| is_explained(&Inside::OPEN, &history(calls));
    let close = || vec![(0, 0, 1, GateCall::Close(true)), (0, 2, 3, GateCall::IsIdle(true))];
    let enter = |began, ended, is_let_in| (1, began, ended, GateCall::Enter(is_let_in));
    let with = |call| close().into_iter().chain([call]).collect();
    assert!(explained(with(enter(0, 4, false))) && !explained(with(enter(0, 4, true))));
    assert!(!explained(with(enter(4, 5, true))));
    assert!(!explained(with((1, 0, 4, GateCall::Close(true)))), "two have closed it");
}

/// The number in one word and the end in another, which a gate must not be.
struct TwoWords {
    inside: AtomicU64,
    closed: AtomicBool,
}

/// Control.
#[test]
#[cfg_attr(miri, ignore = "needs many rounds")]
fn gate_of_two_words_is_refused() {
    one_is_refused(|seed| {
        let gate = TwoWords { inside: 0.into(), closed: false.into() };
        let gate = &gate;
        let entering: Program<'_, GateCall> = Box::new(move |log| {
            log.call(|| {
                if gate.closed.load(Ordering::SeqCst) {
                    return GateCall::Enter(false);
                }
                let_others_run();
                gate.inside.fetch_add(1, Ordering::SeqCst);
                GateCall::Enter(true)
            });
        });
        let closing: Program<'_, GateCall> = Box::new(move |log| {
            log.call(|| GateCall::Close(!gate.closed.swap(true, Ordering::SeqCst)));
            log.call(|| GateCall::IsIdle(gate.inside.load(Ordering::SeqCst) == 0));
        });
        (Inside::OPEN, record(seed, vec![entering, closing]))
    });
}

/// The current position, those that are pinned, and the greatest that was returned as the oldest.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Positions {
    now: u64,
    pinned: Vec<u64>,
    oldest: u64,
}

#[derive(Debug)]
enum PinCall {
    /// The position moves to there.
    Move(u64),
    Pin(u64),
    Unpin(u64),
    /// A pin moves from one position to another.
    Advance(u64, u64),
    /// The oldest one, asked for with that as the current one.
    Oldest(u64, u64),
}

impl Positions {
    const NONE: Self = Self { now: 0, pinned: Vec::new(), oldest: 0 };

    fn without(&self, position: u64) -> Option<Self> {
        let mut after = self.clone();
        let index = after.pinned.iter().position(|&pinned| pinned == position)?;
        after.pinned.swap_remove(index);
        Some(after)
    }

    /// Pins the current position, which must not have been given up.
    fn with(mut self, position: u64) -> Option<Self> {
        self.pinned.push(position);
        self.pinned.sort_unstable();
        (position == self.now && position >= self.oldest).then_some(self)
    }
}

impl Spec for Positions {
    type Call = PinCall;
    type Progress = ();

    fn steps(&self, call: &PinCall, (): &()) -> Vec<Step<Self>> {
        at_once(match *call {
            PinCall::Move(now) => Some(Self { now, ..self.clone() }),
            PinCall::Pin(position) => self.clone().with(position),
            PinCall::Unpin(position) => self.without(position),
            PinCall::Advance(from, to) => self.without(from).and_then(|without| without.with(to)),
            PinCall::Oldest(current, oldest) => {
                let is_so = oldest <= current && self.pinned.iter().all(|&pinned| oldest <= pinned);
                is_so.then(|| Self { oldest: oldest.max(self.oldest), ..self.clone() })
            }
        })
    }
}

/// One thread moves the position, and asks for the oldest; others pin.
fn pins_round<'a>(
    seed: usize,
    pin: impl Fn(&Atomic<u64>) -> Option<Pinned<'a>> + Sync,
    oldest: impl Fn(u64) -> u64 + Sync,
) -> (Positions, History<PinCall>) {
    let now = Atomic::new(0u64);
    let (now, pin, oldest) = (&now, &pin, &oldest);
    let moving: Program<'_, PinCall> = Box::new(move |log| {
        for position in 1..5 {
            log.call(|| {
                now.store(position, Release);
                PinCall::Move(position)
            });
            log.call(|| PinCall::Oldest(position, oldest(position)));
        }
    });
    let pinning = || -> Program<'_, PinCall> {
        Box::new(move |log| {
            for _ in 0..3 {
                let mut pinned = None;
                log.call(|| {
                    let new = pin(now).expect("there are slots");
                    let position = new.position();
                    pinned = Some(new);
                    PinCall::Pin(position)
                });
                let Some(mut pinned) = pinned else { continue };
                if log.roll(2) == 0 {
                    log.call(|| {
                        let from = pinned.position();
                        PinCall::Advance(from, pinned.advance(|| now.load(Acquire)))
                    });
                }
                log.call(|| {
                    let position = pinned.position();
                    drop(pinned);
                    PinCall::Unpin(position)
                });
            }
        })
    };
    (Positions::NONE, record(seed, vec![moving, pinning(), pinning()]))
}

#[test]
fn pin_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let pins = Pins::<2>::new();
        pins_round(seed, |now| pins.pin(|| now.load(Acquire)), |current| pins.oldest(current))
    });
}

/// Control: the position is loaded once, before it is pinned.
#[test]
#[cfg_attr(miri, ignore = "needs many rounds")]
fn pins_of_one_load_are_refused() {
    one_is_refused(|seed| {
        let pins = Pins::<2>::new();
        let pin = |now: &Atomic<u64>| {
            let position = now.load(Acquire);
            let_others_run();
            pins.pin(|| position)
        };
        pins_round(seed, pin, |current| pins.oldest(current))
    });
}

#[test]
fn oldest_above_a_pin_is_refused() {
    let explained = |pinned, oldest| {
        let calls = [
            (0, 0, 1, PinCall::Move(5)),
            (0, 2, 3, PinCall::Move(6)),
            (0, 4, 9, PinCall::Oldest(6, oldest)),
            (1, 1, 8, PinCall::Pin(pinned)),
        ];
        is_explained(&Positions::NONE, &history(calls))
    };
    assert!(explained(5, 5) && explained(5, 0) && explained(6, 6));
    assert!(!explained(5, 6), "reclaimed while it was pinned, or before");
    assert!(!explained(6, 7));
}
