//! Numbers that several threads draw.

use crate::contend::together;
use latchfree::sequence;
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Numbers that grow.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// Numbers from zero.
    fn new() -> Self;
    /// Draws the next number.
    fn next(&self) -> u64;
}

/// Draws `times` numbers in each thread; returns how long it took.
pub fn draw<P: Peer>(threads: usize, times: u64) -> Duration {
    let numbers = P::new();
    let took =
        together(threads, |_| (0..times).for_each(|_| _ = black_box(black_box(&numbers).next())));
    assert_eq!(numbers.next(), times * threads as u64, "a number is missing, or was drawn twice");
    took
}

/// Writes an adapter whose two methods are one expression each.
macro_rules! numbers {
    ($(#[$doc:meta])* $peer:ident($inner:ty), $name:literal, new $new:expr, next $next:expr $(,)?) => {
        $(#[$doc])*
        pub struct $peer($inner);

        impl Peer for $peer {
            const NAME: &'static str = $name;

            fn new() -> Self {
                let new: fn() -> $inner = $new;
                Self(new())
            }
            #[inline]
            fn next(&self) -> u64 {
                let next: fn(&$inner) -> u64 = $next;
                next(&self.0)
            }
        }
    };
}

numbers! {
    /// Ours.
    Next(sequence::Sequence), "latchfree Sequence::next",
    new sequence::Sequence::default, next |numbers| numbers.next().expect("there are enough"),
}
numbers! {
    /// Ours, for a range of one.
    Reserve(sequence::Sequence), "latchfree Sequence::reserve",
    new sequence::Sequence::default, next |numbers| numbers.reserve(1).expect("there are enough").start,
}
numbers! {
    /// Ours, below a durable bound.
    Lease(sequence::Lease), "latchfree Lease::next",
    new || {
        let lease = sequence::Lease::default();
        lease.extend_to(u64::MAX);
        lease
    },
    next |numbers| numbers.next().expect("the bound is far"),
}
numbers! {
    /// Ours, with an epoch beside the number.
    Epoch(sequence::EpochSequence), "latchfree EpochSequence::next",
    new || sequence::EpochSequence::starting_at(sequence::EpochNumber { epoch: 0, count: 0 }),
    next |numbers| numbers.next().expect("there are enough").to_bits(),
}
numbers! {
    /// Ours, not before a wall clock's time.
    Clock(sequence::Clock), "latchfree Clock::tick",
    new sequence::Clock::default, next |clock| clock.tick(black_box(0)).expect("there are enough"),
}
numbers! {
    /// A bare addition, which goes round after the last number.
    FetchAdd(AtomicU64), "core AtomicU64::fetch_add",
    new AtomicU64::default, next |numbers| numbers.fetch_add(1, Ordering::Relaxed),
}
numbers! {
    /// A number and its bound under a mutex.
    Locked(Mutex<(u64, u64)>), "std Mutex<(u64, u64)>",
    new || Mutex::new((0, u64::MAX)),
    next |numbers| {
        let mut numbers = numbers.lock().expect("no thread panics");
        let (next, bound) = *numbers;
        assert!(next < bound, "there are enough");
        numbers.0 += 1;
        next
    },
}
