//! `Sequence`, `EpochSequence`, `Lease` and `Clock` against numbers that cannot overflow, `Ids` against a set.

use crate::support::{boundary_u64, cases, steps};
use latchfree::sequence::{
    BoundReached, Clock, EpochNumber, EpochSequence, Exhausted, Id, Ids, Lease, Sequence,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// No number of a sequence is this great.
const END: u128 = 1 << 63;

#[derive(Clone, Copy, Debug)]
enum Op {
    Next,
    Reserve(u64),
    Observe(u64),
    AdvanceTo(u64),
}

/// Numbers near the end of what there is as often as any.
fn near_the_end() -> impl Strategy<Value = u64> {
    prop_oneof![boundary_u64(), (0u64..12).prop_map(|left| (1 << 63) - left)]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => Just(Op::Next),
        2 => prop_oneof![0u64..5, boundary_u64()].prop_map(Op::Reserve),
        1 => near_the_end().prop_map(Op::Observe),
        1 => near_the_end().prop_map(Op::AdvanceTo),
    ]
}

#[derive(Clone, Copy, Debug)]
enum EpochOp {
    Next,
    NextEpoch,
    Observe(EpochNumber),
}

/// Halves at both ends, and between.
fn half() -> impl Strategy<Value = u32> {
    prop_oneof![0u32..4, (0u32..4).prop_map(|left| u32::MAX - left), any::<u32>()]
}

fn epoch_number() -> impl Strategy<Value = EpochNumber> {
    (half(), half()).prop_map(|(epoch, count)| EpochNumber { epoch, count })
}

fn epoch_op() -> impl Strategy<Value = EpochOp> {
    prop_oneof![
        4 => Just(EpochOp::Next),
        2 => Just(EpochOp::NextEpoch),
        1 => epoch_number().prop_map(EpochOp::Observe),
    ]
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn numbers_grow_to_the_end(first in near_the_end(), ops in vec(op(), steps(40))) {
        let sequence = Sequence::starting_at(first);
        let mut next = u128::from(first).min(END);
        for op in ops {
            match op {
                Op::Next => {
                    let expected = if next < END { Ok(next as u64) } else { Err(Exhausted) };
                    prop_assert_eq!(sequence.next(), expected);
                    next = (next + 1).min(END);
                }
                Op::Reserve(count) => {
                    // There always is room for nothing, also where the sequence has started beyond its end.
                    let end = next + u128::from(count);
                    let has_room = end <= END;
                    let expected = if has_room { Ok(next as u64..end as u64) } else { Err(Exhausted) };
                    prop_assert_eq!(sequence.reserve(count), expected);
                    next = if has_room { end } else { next };
                }
                Op::Observe(seen) => {
                    sequence.observe(seen);
                    next = next.max(u128::from(seen) + 1).min(END);
                }
                Op::AdvanceTo(to) => {
                    sequence.advance_to(to);
                    next = next.max(u128::from(to)).min(END);
                }
            }
            prop_assert_eq!(u128::from(sequence.peek()), next);
        }
    }

    #[test]
    fn counts_never_run_over_into_the_epoch(
        first in epoch_number(),
        ops in vec(epoch_op(), steps(40)),
    ) {
        let numbers = EpochSequence::starting_at(first);
        let mut next = first;
        for op in ops {
            match op {
                EpochOp::Next if next.count == u32::MAX => {
                    prop_assert_eq!(numbers.next(), Err(Exhausted));
                }
                EpochOp::Next => {
                    prop_assert_eq!(numbers.next(), Ok(next));
                    next.count += 1;
                }
                EpochOp::NextEpoch => match next.epoch.checked_add(1) {
                    Some(epoch) => {
                        prop_assert_eq!(numbers.next_epoch(), Ok(epoch));
                        next = EpochNumber { epoch, count: 0 };
                    }
                    None => prop_assert_eq!(numbers.next_epoch(), Err(Exhausted)),
                },
                EpochOp::Observe(seen) => {
                    numbers.observe(seen);
                    let after = EpochNumber { count: seen.count.saturating_add(1), ..seen };
                    next = next.max(after);
                }
            }
            prop_assert_eq!(numbers.peek(), next);
        }
    }

    /// An operation of a sequence in the place of those of a lease: what is observed extends it.
    #[test]
    fn numbers_of_a_lease_grow_to_its_bound(first in near_the_end(), ops in vec(op(), steps(40))) {
        let lease = Lease::starting_at(first);
        let mut next = u128::from(first).min(END);
        let mut bound = next;
        for op in ops {
            let count = match op {
                Op::Next => 1,
                Op::Reserve(count) => count,
                Op::AdvanceTo(more) => {
                    let to = (next as u64).saturating_add(more % 8); // a little more
                    lease.extend_to(to);
                    bound = bound.max(u128::from(to)).min(END);
                    continue;
                }
                Op::Observe(to) => {
                    lease.extend_to(to);
                    bound = bound.max(u128::from(to)).min(END);
                    continue;
                }
            };
            let end = next + u128::from(count);
            let numbers = (end <= bound).then_some(next as u64..end as u64).ok_or(BoundReached);
            match op {
                Op::Next => prop_assert_eq!(lease.next(), numbers.clone().map(|numbers| numbers.start)),
                _ => prop_assert_eq!(lease.reserve(count), numbers.clone()),
            }
            next = if numbers.is_ok() { end } else { next };
            prop_assert_eq!(u128::from(lease.peek()), next);
            prop_assert_eq!(u128::from(lease.bound()), bound);
            prop_assert_eq!(u128::from(lease.remaining()), bound - next);
        }
    }

    #[test]
    fn clock_is_ahead_of_the_wall_clock_and_of_itself(
        first in near_the_end(),
        ops in vec((any::<bool>(), prop_oneof![0u64..20, near_the_end()]), steps(40)),
    ) {
        let clock = Clock::starting_at(first);
        let mut next = u128::from(first).min(END);
        for (ticks, time) in ops {
            let timestamp = next.max(u128::from(time));
            if ticks {
                let expected = if timestamp < END { Ok(timestamp as u64) } else { Err(Exhausted) };
                prop_assert_eq!(clock.tick(time), expected);
                next = if timestamp < END { timestamp + 1 } else { next };
            } else {
                clock.observe(time);
                next = next.max(u128::from(time) + 1).min(END);
            }
            prop_assert_eq!(u128::from(clock.peek()), next);
        }
    }

    /// `true` acquires one; `false` gives the one of that index back, if there is one.
    #[test]
    fn id_is_the_lowest_that_is_not_held(ops in vec((any::<bool>(), 0usize..8), steps(60))) {
        let ids = Ids::<6>::new();
        let mut held = BTreeMap::new();
        for (acquires, index) in ops {
            if acquires {
                let id = ids.acquire();
                let lowest = (0..6).find(|id| !held.contains_key(id));
                prop_assert_eq!(id.as_ref().map(Id::get), lowest);
                held.extend(id.map(|id| (id.get(), id)));
            } else {
                held.remove(&index);
            }
            prop_assert_eq!(ids.in_use(), held.len());
        }
    }

    #[test]
    fn words_and_numbers_are_the_same_in_the_same_order(one in epoch_number(), other in epoch_number()) {
        prop_assert_eq!(EpochNumber::from_bits(one.to_bits()), one);
        prop_assert_eq!(one.cmp(&other), one.to_bits().cmp(&other.to_bits()));
    }
}

#[test]
fn debug_and_display_show_next_number_and_error() {
    assert_eq!(format!("{:?}", Sequence::starting_at(7)), "Sequence { next: 7 }");
    let numbers = EpochSequence::starting_at(EpochNumber { epoch: 2, count: 3 });
    assert_eq!(
        format!("{numbers:?}"),
        "EpochSequence { next: EpochNumber { epoch: 2, count: 3 } }"
    );
    let lease = Lease::starting_at(5);
    lease.extend_to(9);
    assert_eq!(format!("{lease:?}"), "Lease { next: 5, bound: 9 }");
    assert_eq!(BoundReached.to_string(), "the numbers below the durable bound have run out");
    assert_eq!(format!("{:?}", Clock::starting_at(4)), "Clock { next: 4 }");
    let ids = Ids::<3>::new();
    let id = ids.acquire().unwrap();
    assert_eq!(format!("{id:?} of {ids:?}"), "Id(0) of Ids { in_use: 1, .. }");
    let error: Box<dyn std::error::Error> = Box::new(Exhausted);
    assert_eq!(error.to_string(), "the numbers have run out");
}
