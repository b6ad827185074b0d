//! Counters: sums and drains are exact, also when a slot changes hands.

use crate::{Model, spawn};
use latchfree::counter::Counter;
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
