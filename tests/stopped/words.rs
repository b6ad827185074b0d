//! Atomics, counters, sequences and reference counts: what stops holds nothing, but for a slot.

use crate::support::{Stop, ends, leak, start};
use latchfree::atomic::{AcqRel, Acquire, Atomic};
use latchfree::counter::{Counter, Counters, Gauge, Which};
use latchfree::refcount::RefCount;
use latchfree::sequence::{BoundReached, Ids, Lease, Sequence};
use std::sync::Arc;

#[test]
fn update_stopped_in_its_closure_holds_up_nobody() {
    let (word, stop) = (leak(Atomic::new(1u32)), Stop::new());
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            word.update(AcqRel, Acquire, |value| {
                stop.here();
                value + 10
            })
        })
    };
    stop.wait_for_participant();
    assert_eq!(ends(|| word.update(AcqRel, Acquire, |value| value + 1)), 1);
    assert_eq!(ends(|| word.try_update(AcqRel, Acquire, |value| Some(value + 1))), Ok(2));
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), word.load(Acquire)), (3, 13));
}

/// Those that find no slot free share one, and are counted all the same.
#[test]
fn handle_that_is_held_keeps_its_slot_and_no_count() {
    let (counter, gauge, stop) = (leak(Counter::<1>::new()), leak(Gauge::<1>::new()), Stop::new());
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            let (counts, level) = (counter.local(), gauge.local());
            counts.add(1);
            level.inc();
            stop.here();
            counts.add(10);
            counts.owns_slot() && level.owns_slot()
        })
    };
    stop.wait_for_participant();
    let others = || {
        let (counts, level) = (counter.local(), gauge.local());
        counts.add(100);
        level.dec();
        counter.with_slot(0).add(1_000);
        counter.add(10_000);
        counts.owns_slot() || level.owns_slot()
    };
    assert!(!ends(others));
    assert_eq!(ends(|| (counter.sum(), counter.drain(), gauge.sum())), (11_101, 11_101, 0));
    stopped.is_stuck();
    stop.release();
    assert!(stopped.ends());
    assert_eq!((counter.drain(), counter.local().owns_slot()), (10, true));
}

/// The same with a slot of several counts, also between its adds to two of them.
#[test]
fn handle_of_several_counts_that_is_held_keeps_its_slot_and_no_count() {
    let (counters, stop) = (leak(Counters::<2, 1>::new()), Stop::new());
    let [first, second] = Which::all();
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            let own = counters.local();
            own.inc(first);
            stop.here();
            own.inc(second);
            own.owns_slot()
        })
    };
    stop.wait_for_participant();
    let others = move || {
        let local = counters.local();
        local.add(first, 10);
        counters.with_slot(0).add(second, 100);
        counters.add_each([(first, 1_000), (second, 10_000)]);
        local.owns_slot()
    };
    assert!(!ends(others));
    assert_eq!(ends(|| (counters.sums(), counters.drain())), ([1_011, 10_100], [1_011, 10_100]));
    stopped.is_stuck();
    stop.release();
    assert!(stopped.ends());
    assert_eq!((counters.drain(), counters.local().owns_slot()), ([0, 1], true));
}

/// What waits for a number that was drawn and not used waits elsewhere: here it is a gap.
#[test]
fn number_that_is_drawn_and_not_used_is_a_gap() {
    let (numbers, stop) = (leak(Sequence::starting_at(0)), Stop::new());
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            let number = numbers.next();
            stop.here();
            number
        })
    };
    stop.wait_for_participant();
    assert_eq!(ends(|| (numbers.next(), numbers.reserve(2))), (Ok(1), Ok(2..4)));
    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Ok(0));
}

/// The bound is a number like any other, and no lock: whichever thread makes the next one durable extends it.
#[test]
fn lease_is_extended_by_another_thread_than_the_one_that_stopped() {
    let (lease, stop) = (leak(Lease::starting_at(0)), Stop::new());
    lease.extend_to(2);
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            let number = lease.next();
            stop.here(); // makes 10 durable
            lease.extend_to(10);
            number
        })
    };
    stop.wait_for_participant();
    assert_eq!(ends(|| (lease.next(), lease.next())), (Ok(1), Err(BoundReached)));
    assert_eq!(ends(|| (lease.extend_to(20), lease.next()).1), Ok(2));
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), lease.bound()), (Ok(0), 20));
}

#[test]
fn id_that_is_held_is_kept_from_others_alone() {
    let (ids, stop) = (leak(Ids::<2>::new()), Stop::new());
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            let id = ids.acquire();
            stop.here();
            id.map(|id| id.get())
        })
    };
    stop.wait_for_participant();
    assert_eq!(ends(|| ids.acquire().map(|id| id.get())), Some(1));
    assert_eq!(ends(|| ids.in_use()), 1);
    stopped.is_stuck();
    stop.release();
    assert_eq!((stopped.ends(), ends(|| ids.acquire().map(|id| id.get()))), (Some(0), Some(0)));
}

#[test]
fn reference_that_is_held_keeps_the_object_and_nobody() {
    let (count, stop) = (leak(RefCount::new(1)), Stop::new());
    count.inc();
    let stopped = {
        let stop = Arc::clone(&stop);
        start(move || {
            stop.here();
            count.dec()
        })
    };
    stop.wait_for_participant();
    assert!(ends(|| count.inc_if_nonzero()));
    assert_eq!(ends(|| [count.dec(), count.dec()]), [false, false]);
    stopped.is_stuck();
    stop.release();
    assert!(stopped.ends(), "the last one, though it stopped");
}
