//! Counting, in slots of their own.

use crate::interrupt::interrupted;
use latchfree::counter::{Counter, Counters, Gauge, Which};
use std::cell::Cell;

crate::runner::scenarios! {
    slot_of_the_handlers_own_loses_nothing
    shared_slot_loses_nothing
    handler_drains_beside_an_add
    handler_counts_beside_a_drain
    gauge_moves_in_a_slot_of_the_handlers_own
    handler_counts_beside_adds_to_several_counts
    handler_drains_beside_an_add_to_several_counts
}

fn slot_of_the_handlers_own_loses_nothing() {
    let counter = Counter::<2>::new();
    let (mains, handlers) = (counter.with_slot(0), counter.with_slot(1));
    interrupted(|| mains.add(1), || handlers.add(10));
    assert_eq!(counter.sum(), 11);
}

/// No slot has that number, so both add to the shared one.
fn shared_slot_loses_nothing() {
    let counter = Counter::<2>::new();
    interrupted(|| counter.with_slot(2).add(1), || counter.with_slot(2).add(10));
    assert_eq!(counter.sum(), 11);
}

fn handler_drains_beside_an_add() {
    let counter = Counter::<2>::new();
    let (slot, drained) = (counter.with_slot(0), Cell::new(0));
    interrupted(|| slot.add(7), || drained.set(counter.drain()));
    assert!([0, 7].contains(&drained.get()));
    assert_eq!(drained.get() + counter.drain(), 7);
}

fn handler_counts_beside_a_drain() {
    let counter = Counter::<2>::new();
    let (first, second) = (counter.with_slot(0), counter.with_slot(1));
    first.add(1);
    let drained = interrupted(|| counter.drain(), || second.add(10));
    assert!([1, 11].contains(&drained));
    assert_eq!(drained + counter.drain(), 11);
}

fn gauge_moves_in_a_slot_of_the_handlers_own() {
    let gauge = Gauge::<2>::new();
    let (mains, handlers) = (gauge.with_slot(0), gauge.with_slot(1));
    interrupted(|| mains.add(5), || handlers.sub(7));
    assert_eq!(gauge.sum(), -2);
}

fn handler_counts_beside_adds_to_several_counts() {
    let counters = Counters::<2, 2>::new();
    let [first, second] = Which::all();
    let mains = counters.with_slot(0);
    interrupted(
        || [first, second].into_iter().for_each(|which| mains.add(which, 1)),
        || {
            counters.add_shared(first, 10);
            counters.with_slot(1).add(second, 20);
        },
    );
    assert_eq!(counters.sums(), [11, 21]);
}

fn handler_drains_beside_an_add_to_several_counts() {
    let counters = Counters::<2, 1>::new();
    let [first, second] = Which::all();
    let (slot, drained) = (counters.with_slot(0), Cell::new([0; 2]));
    interrupted(
        || {
            slot.add(first, 3);
            slot.add(second, 5);
        },
        || drained.set(counters.drain()),
    );
    assert!([[0, 0], [3, 0], [3, 5]].contains(&drained.get()), "{drained:?}");
    let rest = counters.drain();
    assert_eq!([drained.get()[0] + rest[0], drained.get()[1] + rest[1]], [3, 5]);
}
