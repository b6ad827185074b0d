//! Pins: what is pinned is not reclaimed, and what a reader has done is over before what it has used is.

use crate::{Model, spawn};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::refcount::{Pinned, Pins};
use loom::cell::UnsafeCell;
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    let each = |seen: [u64; 2]| [(seen, 0), (seen, 1)];
    let (old, new) = (Some(0), Some(1));
    let in_turn = |seen: [Option<u64>; 2]| [(seen, 0), (seen, 1)];
    vec![
        Model::new("refcount::pinned_version_is_there", pinned_version_is_there).outcomes([
            (0, 0),
            (0, 1),
            (1, 0),
            (1, 1),
        ]),
        Model::new("refcount::pin_is_over_for_a_scan_that_finds_the_next", one_after_the_other)
            .outcomes([[0, 0], [0, 1], [1, 1]].map(each).concat()),
        Model::new("refcount::advanced_pin_lets_the_earlier_version_go", advanced_pin).outcomes([
            (0, 0),
            (1, 0),
            (1, 1),
        ]),
        // The second one keeps the slot: it keeps version 0 with it, or the first one is refused.
        Model::new("refcount::slot_of_pins_goes_to_another_reader", slot_goes_to_another_reader)
            .outcomes(
                [[old, new], [new, new], [None, new], [old, None], [new, None]]
                    .map(in_turn)
                    .concat()
                    .into_iter()
                    .chain([([old, old], 0), ([None, old], 0)]),
            )
            .preemptions(3),
        Model::new("refcount::as_many_readers_as_slots_refuse_none", as_many_readers_as_slots)
            .outcomes([()]),
        Model::new("refcount::readers_that_change_slots_are_not_refused", slots_are_changed)
            .outcomes([()]),
        Model::new("refcount::oldest_of_two_pins_is_there", oldest_of_two_pins)
            .outcomes([[0, 0], [0, 1], [1, 0], [1, 1]].map(each).concat())
            .preemptions(2),
    ]
}

/// Versions, of which the last is visible. Loom sees a use of one that nothing orders before its end.
struct Store<const N: usize> {
    pins: Pins<N>,
    visible: Atomic<u64>,
    versions: [UnsafeCell<bool>; 2],
}

// SAFETY: the pins guard the plain memory, or loom sees that they do not.
unsafe impl<const N: usize> Sync for Store<N> {}

impl<const N: usize> Store<N> {
    /// Creates a store with version 0.
    fn new() -> Arc<Self> {
        let versions = [true, false].map(UnsafeCell::new);
        Arc::new(Self { pins: Pins::new(), visible: Atomic::new(0), versions })
    }

    fn now(&self) -> u64 {
        self.visible.load(Acquire)
    }

    /// Reads the version that is pinned. Returns which one that is.
    fn read(&self, pinned: &Pinned<'_>) -> u64 {
        let version = pinned.position();
        // SAFETY: plain memory that the pins guard; loom checks it.
        self.versions[version as usize].with(|is_there| assert!(unsafe { *is_there }));
        version
    }

    /// Makes version 1 visible, and drops version 0 if no reader uses it. Returns the oldest one in use.
    fn replace(&self) -> u64 {
        // SAFETY: as in `read`.
        self.versions[1].with_mut(|is_there| unsafe { *is_there = true });
        self.visible.store(1, Release);
        let oldest = self.pins.oldest(1);
        if oldest == 1 {
            // SAFETY: as in `read`.
            self.versions[0].with_mut(|is_there| unsafe { *is_there = false });
        }
        oldest
    }
}

/// A reader pins a version beside a writer that replaces it.
fn pinned_version_is_there() -> (u64, u64) {
    let store = Store::<1>::new();
    let reader = {
        let store = Arc::clone(&store);
        spawn(move || {
            let mut reader = store.pins.reader().unwrap();
            store.read(&reader.pin(|| store.now()))
        })
    };
    let oldest = store.replace();
    let version = reader.join().unwrap();
    assert_eq!(store.pins.oldest(1), 1);
    (version, oldest)
}

/// A reader pins one version after the other.
fn one_after_the_other() -> ([u64; 2], u64) {
    let store = Store::<1>::new();
    let reader = {
        let store = Arc::clone(&store);
        spawn(move || {
            let mut reader = store.pins.reader().unwrap();
            [(); 2].map(|()| store.read(&reader.pin(|| store.now())))
        })
    };
    let oldest = store.replace();
    (reader.join().unwrap(), oldest)
}

/// A reader moves its pin on, and forgets it: the writer finds where it is.
fn advanced_pin() -> (u64, u64) {
    let store = Store::<1>::new();
    let reader = {
        let store = Arc::clone(&store);
        spawn(move || {
            let mut pinned = store.pins.pin(|| store.now()).unwrap();
            store.read(&pinned);
            pinned.advance(|| store.now());
            let version = store.read(&pinned);
            std::mem::forget(pinned);
            version
        })
    };
    let oldest = store.replace();
    let version = reader.join().unwrap();
    assert_eq!(store.pins.oldest(1), version);
    (version, oldest)
}

/// Two readers want the only slot, and the second keeps it.
fn slot_goes_to_another_reader() -> ([Option<u64>; 2], u64) {
    let store = Store::<1>::new();
    let first = {
        let store = Arc::clone(&store);
        spawn(move || store.pins.pin(|| store.now()).map(|pinned| store.read(&pinned)))
    };
    let second = {
        let store = Arc::clone(&store);
        spawn(move || {
            let pinned = store.pins.pin(|| store.now())?;
            let version = store.read(&pinned);
            std::mem::forget(pinned);
            Some(version)
        })
    };
    let oldest = store.replace();
    ([first, second].map(|reader| reader.join().unwrap()), oldest)
}

/// Two readers have a slot each.
fn oldest_of_two_pins() -> ([u64; 2], u64) {
    let store = Store::<2>::new();
    let readers = [(); 2].map(|()| {
        let store = Arc::clone(&store);
        spawn(move || {
            let pinned = store.pins.pin(|| store.now()).expect("one each");
            store.read(&pinned)
        })
    });
    let oldest = store.replace();
    (readers.map(|reader| reader.join().unwrap()), oldest)
}

/// Two readers want one of two slots, twice. None is refused.
fn as_many_readers_as_slots() {
    let pins = Arc::new(Pins::<2>::new());
    let twice = |pins: &Pins<2>| (0..2).for_each(|_| assert!(pins.reader().is_some(), "refused"));
    let other = {
        let pins = Arc::clone(&pins);
        spawn(move || twice(&pins))
    };
    twice(&pins);
    other.join().unwrap();
}

/// Two readers have the two slots. Each gives its own back, and takes another. (The counter is for loom, as in
/// `sequence::holders_of_ids_that_change_them_are_not_refused`.)
fn slots_are_changed() {
    let pins: &'static Pins<2> = Box::leak(Box::default());
    let counter: &'static Atomic<u32> = Box::leak(Box::new(Atomic::new(0)));
    let [mine, other] = [(); 2].map(|()| pins.reader().unwrap());
    let take = || std::mem::forget(pins.reader().expect("there is one for each"));
    let other = spawn(move || {
        drop(other);
        take();
        counter.fetch_add(1, Relaxed);
    });
    drop(mine);
    counter.fetch_add(1, Relaxed);
    take();
    other.join().unwrap();
}
