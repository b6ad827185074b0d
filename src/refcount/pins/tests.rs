use super::*;
use core::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn oldest_is_the_least_that_is_pinned_or_the_current_position() {
    let pins = Pins::<4>::default();
    assert_eq!(pins.oldest(5), 5);
    let mut reader = pins.reader().unwrap();
    assert_eq!(pins.oldest(5), 5, "a slot that is taken pins nothing");
    let later = pins.pin(|| 8).unwrap();
    let earlier = reader.pin(|| 6);
    assert_eq!((earlier.position(), later.position()), (6, 8));
    assert_eq!((pins.oldest(5), pins.oldest(9), pins.oldest(u64::MAX)), (5, 6, 6));
    drop(earlier);
    assert_eq!((pins.oldest(9), pins.oldest(7)), (8, 7));
    drop(later);
    assert_eq!(pins.oldest(u64::MAX), u64::MAX);
}

#[test]
fn slots_are_taken_from_the_first_and_given_back() {
    let pins = Pins::<2>::new();
    let first = pins.reader().unwrap();
    let second = pins.pin(|| 3).unwrap();
    assert!(pins.reader().is_none() && pins.pin(|| 4).is_none());
    assert_eq!(pins.oldest(9), 3);
    drop(first);
    let mut first = pins.reader().unwrap();
    let pinned = first.pin(|| 2);
    assert_eq!((pins.slots[0].shown(), pins.slots[1].shown()), (Some(2), Some(3)));
    drop(second);
    assert_eq!((pins.slots[1].shown(), pinned.position()), (None, 2));
    drop(pinned);
    drop(first);
    assert!(pins.reader().is_some() && Pins::<0>::new().reader().is_none());
}

/// The position moves while it is pinned: the first one is held until the second is there.
#[test]
fn position_that_moves_during_a_pin_is_pinned_as_it_is_then() {
    let (pins, calls) = (Pins::<1>::new(), Cell::new(0));
    let mut reader = pins.reader().unwrap();
    let now = || {
        calls.set(calls.get() + 1);
        let held = if calls.get() == 1 { 100 } else { 10 };
        assert_eq!(pins.oldest(100), held);
        10 * calls.get()
    };
    let pinned = reader.pin(now);
    assert_eq!((calls.get(), pinned.position(), pins.oldest(100)), (2, 20, 20));
}

#[test]
fn pin_only_advances() {
    let pins = Pins::<1>::new();
    let mut pinned = pins.pin(|| 5).unwrap();
    assert_eq!((pinned.advance(|| 7), pinned.advance(|| 6), pins.oldest(9)), (7, 7, 7));
    let failed = catch_unwind(AssertUnwindSafe(|| pinned.advance(|| panic!("no position"))));
    assert!(failed.is_err());
    assert_eq!((pinned.position(), pins.oldest(9)), (7, 7));
}

/// Whichever of both calls panics, nothing stays pinned, and a slot that was taken for the pin is free again.
#[test]
fn panic_in_either_load_of_the_position_pins_nothing() {
    for at in [1, 2] {
        let pins = Pins::<1>::new();
        let now = || {
            let calls = Cell::new(0);
            move || {
                calls.set(calls.get() + 1);
                assert!(calls.get() < at, "no position");
                5
            }
        };
        assert!(catch_unwind(AssertUnwindSafe(|| drop(pins.pin(now())))).is_err());
        assert_eq!(pins.oldest(9), 9);
        let mut reader = pins.reader().expect("the slot is free");
        assert!(catch_unwind(AssertUnwindSafe(|| drop(reader.pin(now())))).is_err());
        assert_eq!(pins.oldest(9), 9);
        assert_eq!(reader.pin(|| 3).position(), 3);
    }
}

/// A pin that was forgotten holds until its slot is used again, or given back.
#[test]
fn forgotten_pin_ends_with_the_next_one_or_with_its_reader() {
    let pins = Pins::<1>::new();
    let mut reader = pins.reader().unwrap();
    core::mem::forget(reader.pin(|| 2));
    assert_eq!(pins.oldest(9), 2);
    drop(reader.pin(|| 4));
    assert_eq!(pins.oldest(9), 9);
    core::mem::forget(reader.pin(|| 5));
    drop(reader);
    assert_eq!(pins.oldest(9), 9);
}

#[test]
fn slots_share_no_cache_line() {
    let pins = Pins::<2>::new();
    let at = |index: usize| core::ptr::from_ref(&*pins.slots[index]).addr();
    assert_eq!(at(1) - at(0), size_of::<CachePadded<u8>>());
}
