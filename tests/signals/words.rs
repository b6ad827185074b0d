//! Types with operations of one or a few atomic accesses: atomics, fences, numbers, reference counts.

use crate::interrupt::interrupted;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release, compiler_fence};
use latchfree::counter::EveryNth;
use latchfree::refcount::RefCount;
use latchfree::sequence::{BoundReached, Clock, EpochNumber, EpochSequence, Ids, Lease, Sequence};
use std::cell::Cell;
use std::num::NonZeroU64;

crate::runner::scenarios! {
    both_ends_count_on_an_atomic
    handler_that_sees_the_flag_sees_what_was_before_the_compiler_fence
    both_ends_draw_numbers
    both_ends_draw_numbers_in_an_epoch
    handler_begins_an_epoch
    handler_observes
    both_ends_want_the_last_number_of_a_lease
    handler_extends_a_lease
    both_ends_read_the_clock
    both_ends_acquire_an_id
    handler_gives_an_id_back
    both_ends_drop_the_last_references
    handler_finds_a_reference_or_the_end
    one_of_two_ticks
}

fn both_ends_count_on_an_atomic() {
    let word = Atomic::new(0u64);
    interrupted(
        || (word.fetch_add(1, Relaxed), word.update(Relaxed, Relaxed, |word| word + 10)),
        || _ = word.update(Relaxed, Relaxed, |word| word + 100),
    );
    assert_eq!(word.load(Relaxed), 111);
}

fn handler_that_sees_the_flag_sees_what_was_before_the_compiler_fence() {
    let (value, flag) = (Atomic::new(0u32), Atomic::new(false));
    let seen = Cell::new((false, 0));
    interrupted(
        || {
            value.store(7, Relaxed);
            compiler_fence(Release);
            flag.store(true, Relaxed);
        },
        || {
            let is_set = flag.load(Relaxed);
            compiler_fence(Acquire);
            seen.set((is_set, value.load(Relaxed)));
        },
    );
    let (is_set, value) = seen.get();
    assert!(!is_set || value == 7);
}

fn both_ends_draw_numbers() {
    let sequence = Sequence::starting_at(0);
    let handlers = Cell::new(None);
    let range = interrupted(
        || sequence.reserve(3).unwrap(),
        || handlers.set(Some(sequence.next().unwrap())),
    );
    let handlers = handlers.get().unwrap();
    assert!(!range.contains(&handlers) && handlers < 4 && range.end - range.start == 3);
    assert_eq!(sequence.next(), Ok(4));
}

fn both_ends_draw_numbers_in_an_epoch() {
    let sequence = EpochSequence::starting_at(EpochNumber { epoch: 3, count: u32::MAX - 1 });
    let handlers = Cell::new(None);
    let number = interrupted(|| sequence.next(), || handlers.set(Some(sequence.next())));
    let results = [number, handlers.get().unwrap()];
    let last = EpochNumber { epoch: 3, count: u32::MAX - 1 };
    assert_eq!(results.iter().filter(|&&result| result == Ok(last)).count(), 1);
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
}

fn handler_begins_an_epoch() {
    let sequence = EpochSequence::starting_at(EpochNumber { epoch: 3, count: 5 });
    let number =
        interrupted(|| sequence.next(), || assert!(sequence.next_epoch().is_ok())).unwrap();
    let (old, new) = (EpochNumber { epoch: 3, count: 5 }, EpochNumber { epoch: 4, count: 0 });
    assert!([old, new].contains(&number));
    assert_eq!(sequence.next().unwrap().count, u32::from(number == new));
}

fn handler_observes() {
    let sequence = Sequence::starting_at(5);
    let number = interrupted(|| sequence.next().unwrap(), || sequence.observe(9));
    assert!([5, 10].contains(&number));
    assert_eq!(sequence.next(), Ok(if number == 5 { 10 } else { 11 }));
}

fn both_ends_want_the_last_number_of_a_lease() {
    let (lease, handlers) = (Lease::starting_at(5), Cell::new(None));
    lease.extend_to(6);
    let number = interrupted(|| lease.next(), || handlers.set(Some(lease.next())));
    let both = [number, handlers.get().unwrap()];
    assert!([[Ok(5), Err(BoundReached)], [Err(BoundReached), Ok(5)]].contains(&both));
}

fn handler_extends_a_lease() {
    let lease = Lease::starting_at(5);
    let number = interrupted(|| lease.next(), || lease.extend_to(7));
    assert!([Ok(5), Err(BoundReached)].contains(&number));
    assert_eq!(lease.next(), Ok(5 + u64::from(number.is_ok())));
}

fn both_ends_read_the_clock() {
    let (clock, handlers) = (Clock::starting_at(0), Cell::new(None));
    let timestamp = interrupted(|| clock.tick(7), || handlers.set(Some(clock.tick(9))));
    let both = [timestamp, handlers.get().unwrap()];
    assert!([[Ok(7), Ok(9)], [Ok(10), Ok(9)]].contains(&both));
}

fn both_ends_acquire_an_id() {
    let (ids, handlers) = (Ids::<2>::new(), Cell::new(None));
    let mains = interrupted(|| ids.acquire(), || handlers.set(ids.acquire()));
    let (mains, handlers) = (mains.unwrap(), handlers.take().unwrap());
    assert_eq!(mains.get() + handlers.get(), 1);
}

fn handler_gives_an_id_back() {
    let ids = Ids::<2>::new();
    let mut held = ids.acquire();
    let id = interrupted(|| ids.acquire().map(|id| id.get()), || held = None);
    assert!([Some(0), Some(1)].contains(&id) && ids.in_use() == 0);
}

fn both_ends_drop_the_last_references() {
    let count = RefCount::new(2);
    let handlers = Cell::new(false);
    let mains = interrupted(|| count.dec(), || handlers.set(count.dec()));
    assert!(mains != handlers.get(), "one of them is the last");
}

fn handler_finds_a_reference_or_the_end() {
    let count = RefCount::new(1);
    let found = Cell::new(false);
    let was_last = interrupted(|| count.dec(), || found.set(count.inc_if_nonzero()));
    assert!(was_last != found.get());
    assert!(!found.get() || count.dec());
}

fn one_of_two_ticks() {
    let sample = EveryNth::new(NonZeroU64::new(2).unwrap());
    let handlers = Cell::new(false);
    let mains = interrupted(|| sample.tick(), || handlers.set(sample.tick()));
    assert!(mains != handlers.get());
}
