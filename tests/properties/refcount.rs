//! `RefCount` against a number that saturates, `Gate` against a number and a flag, `Pins` against a list of positions.

use crate::support::{cases, steps};
use latchfree::refcount::{Closed, Gate, Pinned, Pins, RefCount};
use proptest::collection::vec;
use proptest::prelude::*;

/// The greatest count that is one.
const MAX: u32 = u32::MAX / 2;

#[derive(Clone, Copy, Debug)]
enum Op {
    Inc,
    IncIfNonzero,
    Dec,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![2 => Just(Op::Inc), 2 => Just(Op::IncIfNonzero), 3 => Just(Op::Dec)]
}

/// The expected state of a count: a number of references, or `None` once it has saturated.
#[derive(Clone, Copy)]
struct Model(Option<u32>);

impl Model {
    fn add(&mut self, is_allowed_from_zero: bool) -> bool {
        self.0 = match self.0 {
            Some(0) if is_allowed_from_zero => return false,
            Some(1..MAX) => self.0.map(|count| count + 1),
            _ => None,
        };
        true
    }

    /// Returns whether it was the last.
    fn remove(&mut self) -> bool {
        let was_last = self.0 == Some(1);
        self.0 = self.0.and_then(|count| count.checked_sub(1));
        was_last
    }
}

#[derive(Clone, Copy, Debug)]
enum GateOp {
    Enter,
    /// The guard of that index, if there is one.
    Leave(usize),
    Close,
}

fn gate_op() -> impl Strategy<Value = GateOp> {
    prop_oneof![
        8 => Just(GateOp::Enter),
        8 => (0usize..8).prop_map(GateOp::Leave),
        1 => Just(GateOp::Close),
    ]
}

#[derive(Clone, Copy, Debug)]
enum PinOp {
    /// The position moves by so much.
    Move(u64),
    Pin,
    /// The pin of that index, if there is one.
    Unpin(usize),
    Advance(usize),
}

fn pin_op() -> impl Strategy<Value = PinOp> {
    prop_oneof![
        2 => prop_oneof![1u64..4, any::<u64>()].prop_map(PinOp::Move),
        3 => Just(PinOp::Pin),
        2 => (0usize..6).prop_map(PinOp::Unpin),
        2 => (0usize..6).prop_map(PinOp::Advance),
    ]
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn gate_lets_in_and_out_like_a_number_and_a_flag(ops in vec(gate_op(), steps(40))) {
        let gate = Gate::new();
        let (mut inside, mut closed) = (Vec::new(), false);
        for op in ops {
            match op {
                GateOp::Enter => {
                    let entered = gate.enter();
                    prop_assert_eq!(entered.as_ref().err(), closed.then_some(&Closed));
                    inside.extend(entered);
                }
                GateOp::Leave(index) if index < inside.len() => drop(inside.swap_remove(index)),
                GateOp::Leave(_) => {}
                GateOp::Close => {
                    prop_assert_eq!(gate.close(), !closed);
                    closed = true;
                }
            }
            prop_assert_eq!(gate.inside(), inside.len() as u64);
            prop_assert_eq!((gate.is_closed(), gate.is_idle()), (closed, closed && inside.is_empty()));
        }
    }

    #[test]
    fn oldest_pin_is_that_of_a_list(ops in vec(pin_op(), steps(40))) {
        let pins = Pins::<4>::new();
        let (mut now, mut pinned) = (0u64, Vec::<Pinned<'_>>::new());
        for op in ops {
            match op {
                PinOp::Move(by) => now = now.saturating_add(by),
                PinOp::Pin => {
                    let new = pins.pin(|| now);
                    prop_assert_eq!(new.as_ref().map(Pinned::position), (pinned.len() < 4).then_some(now));
                    pinned.extend(new);
                }
                PinOp::Unpin(index) if index < pinned.len() => drop(pinned.swap_remove(index)),
                PinOp::Advance(index) if index < pinned.len() => {
                    prop_assert_eq!(pinned[index].advance(|| now), now);
                }
                PinOp::Unpin(_) | PinOp::Advance(_) => {}
            }
            let oldest = pinned.iter().map(Pinned::position).min().unwrap_or(now);
            prop_assert_eq!((pins.oldest(now), pins.oldest(now / 2)), (oldest, oldest.min(now / 2)));
        }
    }

    #[test]
    fn ref_count_counts_like_a_number_until_it_saturates(
        first in prop_oneof![0u32..4, (0u32..4).prop_map(|left| MAX - left)],
        ops in vec(op(), steps(40)),
    ) {
        let (count, mut model) = (RefCount::new(first), Model(Some(first)));
        for op in ops {
            match op {
                Op::Inc => {
                    count.inc();
                    model.add(false);
                }
                Op::IncIfNonzero => prop_assert_eq!(count.inc_if_nonzero(), model.add(true)),
                Op::Dec => prop_assert_eq!(count.dec(), model.remove()),
            }
            prop_assert_eq!(count.is_saturated(), model.0.is_none());
            prop_assert!(model.0.is_none_or(|references| references == count.get()));
        }
    }
}

#[test]
fn debug_and_display_show_what_is_in_use() {
    assert_eq!(format!("{:?}", RefCount::new(3)), "RefCount { count: 3 }");

    let gate = Gate::new();
    let inside = gate.enter().unwrap();
    assert_eq!(
        format!("{inside:?} {gate:?}"),
        "Entered { .. } Gate { inside: 1, closed: false, .. }"
    );
    gate.close();
    assert_eq!(format!("{:?}", gate.wait_idle_async()), "IdleFuture { .. }");
    let error: Box<dyn std::error::Error> = Box::new(gate.enter().unwrap_err());
    assert_eq!(
        (error.to_string(), format!("{error:?}")),
        ("the gate is closed".into(), "Closed".into())
    );

    let pins = Pins::<3>::new();
    let mut reader = pins.reader().unwrap();
    let pinned = pins.pin(|| 7).unwrap();
    assert_eq!(
        format!("{reader:?} {pinned:?} {pins:?}"),
        "Reader { pinned: None, .. } Pinned(7) Pins [7]"
    );
    std::mem::forget(reader.pin(|| 5));
    assert_eq!(format!("{reader:?} {pins:?}"), "Reader { pinned: Some(5), .. } Pins [5, 7]");
}

#[test]
fn owned_entry_shows_as_such() {
    #[cfg(feature = "alloc")]
    {
        let entered = std::sync::Arc::new(Gate::new()).enter_owned().unwrap();
        assert_eq!(format!("{entered:?}"), "OwnedEntered { .. }");
    }
}
