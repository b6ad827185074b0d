//! Counters that several threads add to.

use latchfree::counter::Counter;
use std::sync::atomic::{AtomicU64, Ordering};

/// A counter. `add_many` is called once a thread, so that a handle can be taken before.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// A counter at zero.
    fn new() -> Self;
    /// Adds one, `times` times.
    fn add_many(&self, thread: usize, times: u64);
    /// Returns the sum of all adds.
    fn sum(&self) -> u64;
}

/// A single atomic, the usual first version of a counter.
pub struct FetchAdd(AtomicU64);

impl Peer for FetchAdd {
    const NAME: &'static str = "core AtomicU64::fetch_add";

    fn new() -> Self {
        Self(AtomicU64::new(0))
    }
    fn add_many(&self, _: usize, times: u64) {
        for _ in 0..times {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    fn sum(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One of the sharded counters on crates.io.
pub struct FastCounter(fast_counter::ConcurrentCounter);

impl Peer for FastCounter {
    const NAME: &'static str = "fast-counter";

    fn new() -> Self {
        Self(fast_counter::ConcurrentCounter::new(16))
    }
    fn add_many(&self, _: usize, times: u64) {
        for _ in 0..times {
            self.0.add(1);
        }
    }
    fn sum(&self) -> u64 {
        self.0.sum() as u64
    }
}

/// Ours, through a handle.
pub struct Local(Counter<16>);

impl Peer for Local {
    const NAME: &'static str = "latchfree Counter::local";

    fn new() -> Self {
        Self(Counter::new())
    }
    fn add_many(&self, _: usize, times: u64) {
        let local = self.0.local();
        for _ in 0..times {
            // Keeps the compiler from adding once, `times`.
            std::hint::black_box(&local).add(1);
        }
    }
    fn sum(&self) -> u64 {
        self.0.sum()
    }
}

/// Ours, by the number of the thread.
pub struct WithSlot(Counter<16>);

impl Peer for WithSlot {
    const NAME: &'static str = "latchfree Counter::with_slot";

    fn new() -> Self {
        Self(Counter::new())
    }
    fn add_many(&self, thread: usize, times: u64) {
        for _ in 0..times {
            std::hint::black_box(&self.0).with_slot(thread).add(1);
        }
    }
    fn sum(&self) -> u64 {
        self.0.sum()
    }
}

/// Ours, from anywhere.
pub struct Add(Counter<16>);

impl Peer for Add {
    const NAME: &'static str = "latchfree Counter::add";

    fn new() -> Self {
        Self(Counter::new())
    }
    fn add_many(&self, _: usize, times: u64) {
        for _ in 0..times {
            std::hint::black_box(&self.0).add(1);
        }
    }
    fn sum(&self) -> u64 {
        self.0.sum()
    }
}
