//! Counters: sums and drains are exact, also when a slot changes hands.

use crate::{Model, spawn};
use latchfree::atomic::{Acquire, Atomic, Release};
use latchfree::counter::{
    Counter, Counters, EveryNth, Gauge, HeapCounter, HeapGauge, LocalCounts, Which,
};
use std::num::NonZeroU64;
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    vec![
        Model::new(
            "counter::handle_hands_its_slot_over_without_loss",
            handle_hands_its_slot_over_without_loss,
        )
        .outcomes([(true, true), (true, false), (false, true)]),
        Model::new(
            "counter::thread_hands_its_number_over_without_loss",
            thread_hands_its_number_over_without_loss,
        )
        .outcomes([2]),
        Model::new("counter::drains_are_exact", drains_are_exact).outcomes([
            [0, 0, 2],
            [0, 1, 1],
            [0, 2, 0],
            [1, 0, 1],
            [1, 1, 0],
            [2, 0, 0],
        ]),
        Model::new("counter::slot_has_one_owner_at_a_time", slot_has_one_owner_at_a_time)
            .outcomes([3])
            .preemptions(2),
        Model::new("counter::gauge_counts_up_and_down", gauge_counts_up_and_down)
            .outcomes([-1, 0, 1]),
        Model::new("counter::slot_goes_through_three_handles", slot_goes_through_three_handles)
            .outcomes([1, 2, 3])
            .preemptions(2),
        Model::new("counter::thread_number_goes_through_three_threads", three_threads)
            .outcomes([3])
            .preemptions(2),
        Model::new("counter::shared_adds_beside_owned_adds_count", shared_adds_beside_owned_adds)
            .outcomes([4]),
        Model::new("counter::sum_has_what_happened_before", sum_has_what_happened_before)
            .outcomes([
                (0, 0),
                (0, 1),
                (0, 2),
                (0, 3),
                (1, 1),
                (1, 2),
                (1, 3),
                (2, 2),
                (2, 3),
                (3, 3),
            ])
            .preemptions(2),
        Model::new("counter::drain_alone_has_what_happened_before", drain_has_what_happened_before)
            .outcomes([
                (0, [0, 2]),
                (0, [1, 1]),
                (0, [2, 0]),
                (1, [1, 1]),
                (1, [2, 0]),
                (2, [2, 0]),
            ]),
        Model::new("counter::heap_slot_has_one_owner_at_a_time", heap_slot_has_one_owner_at_a_time)
            .outcomes([[1, 2], [2, 1], [3, 0]])
            .preemptions(2),
        Model::new(
            "counter::heap_handle_hands_its_slot_over_without_loss",
            heap_handle_hands_its_slot_over_without_loss,
        )
        .outcomes([(true, true), (true, false), (false, true)]),
        Model::new("counter::heap_drains_are_exact", heap_drains_are_exact).outcomes([
            [0, 0, 2],
            [0, 1, 1],
            [0, 2, 0],
            [1, 0, 1],
            [1, 1, 0],
            [2, 0, 0],
        ]),
        Model::new(
            "counter::slot_of_several_counts_goes_on_without_loss",
            slot_of_several_counts_goes_on_without_loss,
        )
        .outcomes([(true, true), (true, false), (false, true)]),
        Model::new(
            "counter::several_counts_have_one_owner_at_a_time",
            several_counts_have_one_owner_at_a_time,
        )
        .outcomes([[3, 3]])
        .preemptions(2),
        Model::new("counter::several_counts_are_drained_exactly", several_counts_are_drained)
            .outcomes(several_counts_drained())
            .preemptions(2),
        Model::new("counter::sums_have_what_happened_before", sums_have_what_happened_before)
            .outcomes([
                (0, [0, 0]),
                (0, [0, 1]),
                (0, [1, 0]),
                (0, [1, 1]),
                (1, [1, 0]),
                (1, [1, 1]),
                (2, [1, 1]),
            ]),
        Model::new("counter::one_of_two_ticks_is_the_second", one_of_two_ticks)
            .outcomes([[true, false], [false, true]]),
        Model::new("counter::two_of_four_ticks_are_nth", two_of_four_ticks).outcomes([
            [0, 2],
            [1, 1],
            [2, 0],
        ]),
    ]
}

/// Two threads take a handle of one slot, at the same time or one after the other: nothing is lost.
/// The outcome is which of them had the slot; not both cannot be: the first to ask gets it.
fn handle_hands_its_slot_over_without_loss() -> (bool, bool) {
    let counter = Arc::new(Counter::<1>::new());
    let other = {
        let counter = Arc::clone(&counter);
        spawn(move || count_by_handle(&counter))
    };
    let mine = count_by_handle(&counter);
    let theirs = other.join().unwrap();
    assert_eq!(counter.sum(), 2);
    (mine, theirs)
}

/// The same with the number that a thread has while it lives.
fn thread_hands_its_number_over_without_loss() -> u64 {
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

/// A handle, a worker and a thread all want the one slot. Those that do not get it still count.
fn slot_has_one_owner_at_a_time() -> u64 {
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
fn gauge_counts_up_and_down() -> i64 {
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

/// Three threads take a handle of one slot, count, and give it back, at the same time or one after the
/// other: each adds to what the one before left. The outcome is how many had the slot.
fn slot_goes_through_three_handles() -> usize {
    let counter = Arc::new(Counter::<1>::new());
    let threads = [(); 2].map(|()| {
        let counter = Arc::clone(&counter);
        spawn(move || count_by_handle(&counter))
    });
    let mine = count_by_handle(&counter);
    let owned = threads.into_iter().map(|thread| usize::from(thread.join().unwrap()));
    let owned = owned.sum::<usize>() + usize::from(mine);
    assert_eq!(counter.sum(), 3);
    owned
}

/// Adds one through a new handle. Returns whether it had a slot.
fn count_by_handle(counter: &Counter<1>) -> bool {
    let local = counter.local();
    local.add(1);
    local.owns_slot()
}

/// Three threads, one of which may have the number, and with it the slot, of one that has exited; and
/// the word of all numbers changes between the two.
fn three_threads() -> u64 {
    let counter = Arc::new(Counter::<1>::new());
    let threads = [(); 3].map(|()| {
        let counter = Arc::clone(&counter);
        spawn(move || counter.add(1))
    });
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    counter.sum()
}

/// Two threads add to the shared slot, as handlers do, while one adds to its own.
fn shared_adds_beside_owned_adds() -> u64 {
    let counter = Arc::new(Counter::<1>::new());
    let gauge = Arc::new(Gauge::<1>::new());
    let handlers = [(); 2].map(|()| {
        let (counter, gauge) = (Arc::clone(&counter), Arc::clone(&gauge));
        spawn(move || {
            counter.add_shared(1);
            gauge.add_shared(-1);
        })
    });
    let (counts, level) = (counter.local(), gauge.local());
    counts.add(1);
    level.add(1);
    counts.add(1);
    level.add(1);
    handlers.into_iter().for_each(|handler| handler.join().unwrap());
    assert_eq!(gauge.sum(), 0);
    counter.sum()
}

/// One thread adds twice to its own slot, another to the shared one, and both say so after each add. The sum
/// includes all adds that happened before it, though the count may have been stored again since.
fn sum_has_what_happened_before() -> (u64, u64) {
    let shared = Arc::new((Counter::<1>::new(), Atomic::new(0u64)));
    let owner = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let local = shared.0.local();
            for _ in 0..2 {
                local.add(1);
                shared.1.fetch_add(1, Release);
            }
        })
    };
    let handler = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.add_shared(1);
            shared.1.fetch_add(1, Release);
        })
    };
    let said = shared.1.load(Acquire);
    let sum = shared.0.sum();
    owner.join().unwrap();
    handler.join().unwrap();
    (said, sum)
}

/// The same for a drain that no other drain gets in the way of; the next one has the rest.
fn drain_has_what_happened_before() -> (u64, [u64; 2]) {
    let shared = Arc::new((Counter::<1>::new(), Atomic::new(0u64)));
    let owner = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.local().add(1);
            shared.1.fetch_add(1, Release);
        })
    };
    let handler = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.0.add_shared(1);
            shared.1.fetch_add(1, Release);
        })
    };
    let said = shared.1.load(Acquire);
    let drained = shared.0.drain();
    owner.join().unwrap();
    handler.join().unwrap();
    (said, [drained, shared.0.drain()])
}

/// A handle, a worker and a thread want the one slot on the heap, beside a drain, which has a part.
fn heap_slot_has_one_owner_at_a_time() -> [u64; 2] {
    let counter = Arc::new(HeapCounter::with_slots(1));
    let handle = {
        let counter = Arc::clone(&counter);
        spawn(move || counter.local().add(1))
    };
    let worker = {
        let counter = Arc::clone(&counter);
        spawn(move || counter.with_slot(0).add(1))
    };
    counter.add(1);
    let drained = counter.drain();
    handle.join().unwrap();
    worker.join().unwrap();
    assert_eq!(counter.sum(), 3);
    [drained, counter.drain()]
}

/// Two threads take a handle of one slot on the heap, one to add and one to subtract as well.
fn heap_handle_hands_its_slot_over_without_loss() -> (bool, bool) {
    let shared = Arc::new((HeapCounter::with_slots(1), HeapGauge::with_slots(1)));
    let count = |shared: &(HeapCounter, HeapGauge), n| {
        let (counts, level) = (shared.0.local(), shared.1.local());
        counts.add(1);
        level.add(n);
        counts.owns_slot()
    };
    let other = {
        let shared = Arc::clone(&shared);
        spawn(move || count(&shared, 2))
    };
    let mine = count(&shared, -1);
    let theirs = other.join().unwrap();
    assert_eq!((shared.0.sum(), shared.1.sum()), (2, 1));
    (mine, theirs)
}

/// Two drains beside two adds, and one drain after.
fn heap_drains_are_exact() -> [u64; 3] {
    let counter = Arc::new(HeapCounter::with_slots(2));
    let adder = {
        let counter = Arc::clone(&counter);
        spawn(move || {
            counter.local().add(1);
            counter.add_shared(1);
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
    assert_eq!((drained.iter().sum::<u64>(), counter.sum()), (2, 2));
    drained
}

/// Two threads take a handle of one slot of two counts: neither count loses anything when the slot goes from one to
/// the other.
fn slot_of_several_counts_goes_on_without_loss() -> (bool, bool) {
    let counters = Arc::new(Counters::<2, 1>::new());
    let other = {
        let counters = Arc::clone(&counters);
        spawn(move || count_both(&counters.local()))
    };
    let mine = count_both(&counters.local());
    let theirs = other.join().unwrap();
    assert_eq!(counters.sums(), [2, 2]);
    (mine, theirs)
}

/// Adds one to each count. Returns whether the handle has a slot.
fn count_both(local: &LocalCounts<'_, 2>) -> bool {
    for which in Which::all() {
        local.inc(which);
    }
    local.owns_slot()
}

/// A handle, a worker and a thread want the one slot of two counts.
fn several_counts_have_one_owner_at_a_time() -> [u64; 2] {
    let counters = Arc::new(Counters::<2, 1>::new());
    let [first, second] = Which::all();
    let handle = {
        let counters = Arc::clone(&counters);
        spawn(move || count_both(&counters.local()))
    };
    let worker = {
        let counters = Arc::clone(&counters);
        spawn(move || {
            let slot = counters.with_slot(0);
            slot.inc(second);
            slot.inc(first);
        })
    };
    counters.add_each([(first, 1), (second, 1)]);
    handle.join().unwrap();
    worker.join().unwrap();
    counters.sums()
}

/// Two drains beside an add to each of two counts, and one drain after: each add is in one of them, whichever.
fn several_counts_are_drained() -> [[u64; 2]; 3] {
    let counters = Arc::new(Counters::<2, 1>::new());
    let adder = {
        let counters = Arc::clone(&counters);
        spawn(move || {
            let [first, second] = Which::all();
            counters.local().inc(first);
            counters.add_shared(second, 1);
        })
    };
    let drainer = {
        let counters = Arc::clone(&counters);
        spawn(move || counters.drain())
    };
    let mine = counters.drain();
    let theirs = drainer.join().unwrap();
    adder.join().unwrap();
    let drained = [mine, theirs, counters.drain()];
    assert_eq!((counters.sums(), counters.pending()), ([1, 1], [0, 0]));
    drained
}

/// Which drain has which add: all nine ways.
fn several_counts_drained() -> Vec<[[u64; 2]; 3]> {
    let ways = (0..3).flat_map(|first| (0..3).map(move |second| [first, second]));
    ways.map(|[first, second]| {
        let mut drained = [[0; 2]; 3];
        drained[first][0] = 1;
        drained[second][1] = 1;
        drained
    })
    .collect()
}

/// One thread adds to the first count and then to the second, and says so after each. The sums have
/// what happened before; of the others they may have the later alone.
fn sums_have_what_happened_before() -> (u64, [u64; 2]) {
    let shared = Arc::new((Counters::<2, 1>::new(), Atomic::new(0u64)));
    let owner = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let local = shared.0.local();
            for which in Which::all() {
                local.inc(which);
                shared.1.fetch_add(1, Release);
            }
        })
    };
    let said = shared.1.load(Acquire);
    let sums = shared.0.sums();
    owner.join().unwrap();
    (said, sums)
}

/// Two calls of a trigger for every second one.
fn one_of_two_ticks() -> [bool; 2] {
    let trigger = Arc::new(EveryNth::new(NonZeroU64::new(2).unwrap()));
    let other = {
        let trigger = Arc::clone(&trigger);
        spawn(move || trigger.tick())
    };
    let mine = trigger.tick();
    [mine, other.join().unwrap()]
}

/// Two threads with two calls each. The outcome is how many yeses each got.
fn two_of_four_ticks() -> [usize; 2] {
    let trigger = Arc::new(EveryNth::new(NonZeroU64::new(2).unwrap()));
    let twice = |trigger: &EveryNth| usize::from(trigger.tick()) + usize::from(trigger.tick());
    let other = {
        let trigger = Arc::clone(&trigger);
        spawn(move || twice(&trigger))
    };
    let mine = twice(&trigger);
    [mine, other.join().unwrap()]
}
