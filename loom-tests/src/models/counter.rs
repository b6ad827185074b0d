//! Counters: sums and drains are exact, also when a slot changes hands.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::counter::{Counter, Gauge};
use latchfree::refcount::RefCount;
use latchfree::sequence::{EpochNumber, EpochSequence, Sequence};
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    vec![
        Model::new("counter::handles_hand_over", handles_hand_over).outcomes([
            (true, true),
            (true, false),
            (false, true),
        ]),
        Model::new("counter::threads_hand_over", threads_hand_over).outcomes([2]),
        Model::new("counter::drains_are_exact", drains_are_exact).outcomes([
            [0, 0, 2],
            [0, 1, 1],
            [0, 2, 0],
            [1, 0, 1],
            [1, 1, 0],
            [2, 0, 0],
        ]),
        Model::new("counter::owners_do_not_meet", owners_do_not_meet).outcomes([3]).preemptions(2),
        Model::new("counter::gauges_go_both_ways", gauges_go_both_ways).outcomes([-1, 0, 1]),
        Model::new("counter::numbers_are_unique", numbers_are_unique)
            .outcomes([([0], [1, 2]), ([2], [0, 1])]),
        Model::new("counter::observed_numbers_do_not_come", observed_numbers_do_not_come)
            .outcomes([0, 6]),
        Model::new("counter::epochs_begin_at_zero", epochs_begin_at_zero)
            .outcomes([EpochNumber { epoch: 1, count: 5 }, EpochNumber { epoch: 2, count: 0 }]),
        Model::new("counter::the_last_reference_sees_all", the_last_reference_sees_all)
            .outcomes([[true, false], [false, true]]),
        Model::new("counter::no_reference_from_none", no_reference_from_none)
            .outcomes([[true, true], [true, false]]),
    ]
}

/// Two threads take a handle of one slot, at the same time or one after the other: nothing is lost.
/// The outcome is which of them had the slot; not both cannot be: the first to ask gets it.
fn handles_hand_over() -> (bool, bool) {
    let counter = Arc::new(Counter::<1>::new());
    let count = |counter: &Counter<1>| {
        let local = counter.local();
        local.add(1);
        local.owns_slot()
    };
    let other = {
        let counter = Arc::clone(&counter);
        spawn(move || count(&counter))
    };
    let mine = count(&counter);
    let theirs = other.join().unwrap();
    assert_eq!(counter.sum(), 2);
    (mine, theirs)
}

/// The same with the number that a thread has while it lives.
fn threads_hand_over() -> u64 {
    let counter = Arc::new(Counter::<1>::new());
    let threads = [(); 2].map(|()| {
        let counter = Arc::clone(&counter);
        spawn(move || counter.add(1))
    });
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    counter.sum()
}

/// Two drains beside an add, and one after: together they have all, and none has it twice.
fn drains_are_exact() -> [u64; 3] {
    let counter = Arc::new(Counter::<1>::new());
    let adder = {
        let counter = Arc::clone(&counter);
        spawn(move || {
            let local = counter.local();
            local.add(1);
            local.add(1);
        })
    };
    let drainer = {
        let counter = Arc::clone(&counter);
        spawn(move || counter.drain())
    };
    let mine = counter.drain();
    let theirs = drainer.join().unwrap();
    adder.join().unwrap();
    let drained = [mine, theirs, counter.drain()];
    assert_eq!(drained.iter().sum::<u64>(), counter.sum());
    drained
}

/// A handle, a worker and a thread all want the one slot: whoever does not get it still counts.
fn owners_do_not_meet() -> u64 {
    let counter = Arc::new(Counter::<1>::new());
    let handle = {
        let counter = Arc::clone(&counter);
        spawn(move || counter.local().add(1))
    };
    let worker = {
        let counter = Arc::clone(&counter);
        spawn(move || counter.with_slot(0).add(1))
    };
    counter.add(1);
    handle.join().unwrap();
    worker.join().unwrap();
    counter.sum()
}

/// One thread adds and another subtracts, through one slot or the shared one; a third reads.
fn gauges_go_both_ways() -> i64 {
    let gauge = Arc::new(Gauge::<1>::new());
    let count = |n: i64| {
        let gauge = Arc::clone(&gauge);
        spawn(move || gauge.local().add(n))
    };
    let (up, down) = (count(1), count(-1));
    let between = gauge.sum();
    up.join().unwrap();
    down.join().unwrap();
    assert_eq!(gauge.sum(), 0);
    between
}

/// One takes a number, another two in a row.
fn numbers_are_unique() -> ([u64; 1], [u64; 2]) {
    let sequence = Arc::new(Sequence::default());
    let other = {
        let sequence = Arc::clone(&sequence);
        spawn(move || sequence.next().unwrap())
    };
    let mine = sequence.reserve(2).unwrap();
    ([other.join().unwrap()], [mine.start, mine.end - 1])
}

/// A number is taken before or after another was observed, and in the end none is left behind it.
fn observed_numbers_do_not_come() -> u64 {
    let sequence = Arc::new(Sequence::default());
    let observer = {
        let sequence = Arc::clone(&sequence);
        spawn(move || sequence.observe(5))
    };
    let number = sequence.next().unwrap();
    observer.join().unwrap();
    assert!(sequence.next().unwrap() > 5);
    number
}

/// A number is taken from the old epoch or from the new one.
fn epochs_begin_at_zero() -> EpochNumber {
    let numbers = Arc::new(EpochSequence::starting_at(EpochNumber { epoch: 1, count: 5 }));
    let elected = {
        let numbers = Arc::clone(&numbers);
        spawn(move || assert_eq!(numbers.next_epoch(), Ok(2)))
    };
    let number = numbers.next().unwrap();
    elected.join().unwrap();
    assert_eq!(numbers.next().unwrap().epoch, 2);
    number
}

/// Two owners use an object and let it go: the last one sees what both did.
fn the_last_reference_sees_all() -> [bool; 2] {
    let object = Arc::new((RefCount::new(1), [0, 0].map(Atomic::new)));
    object.0.inc();
    let let_go = |owner: usize| {
        let object = Arc::clone(&object);
        move || {
            let (references, used) = &*object;
            used[owner].store(1, Relaxed);
            let last = references.dec();
            if last {
                assert_eq!([0, 1].map(|i| used[i].load(Relaxed)), [1, 1]);
            }
            last
        }
    };
    let other = spawn(let_go(0));
    let mine = let_go(1)();
    [other.join().unwrap(), mine]
}

/// One lets the last reference go, another tries to get one: if it gets it, the first was not last.
/// The outcome is who was told that it is the last, if anybody, and who got a reference.
fn no_reference_from_none() -> [bool; 2] {
    let references = Arc::new(RefCount::new(1));
    let finder = {
        let references = Arc::clone(&references);
        spawn(move || references.inc_if_nonzero().then(|| references.dec()))
    };
    let mine = references.dec();
    let theirs = finder.join().unwrap();
    // Exactly one of the references that there were was the last.
    [mine || theirs == Some(true), theirs.is_some()]
}
