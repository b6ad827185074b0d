//! Counts of permits that threads take and return, while no thread waits.

use crate::contend::together;
use latchfree::semaphore;
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many permits there are: enough.
const PERMITS: u64 = 1 << 20;

/// A count of permits.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// All permits are there.
    fn new() -> Self;
    /// Takes a permit and returns it.
    fn take_and_return(&self);
    /// How many there are.
    fn available(&self) -> u64;
}

/// Takes and returns `times` permits in each thread; returns how long it took.
pub fn take_and_return<P: Peer>(threads: usize, times: u64) -> Duration {
    let permits = P::new();
    let took =
        together(threads, |_| (0..times).for_each(|_| black_box(&permits).take_and_return()));
    assert_eq!(permits.available(), PERMITS, "a permit was lost, or returned twice");
    took
}

/// Ours.
pub struct Latchfree(semaphore::Semaphore);

impl Peer for Latchfree {
    const NAME: &'static str = "latchfree Semaphore";

    fn new() -> Self {
        Self(semaphore::Semaphore::new(PERMITS))
    }
    #[inline]
    fn take_and_return(&self) {
        drop(black_box(self.0.try_acquire(1).expect("there are enough")));
    }
    fn available(&self) -> u64 {
        self.0.available()
    }
}

/// Tokio's.
pub struct Tokio(tokio::sync::Semaphore);

impl Peer for Tokio {
    const NAME: &'static str = "tokio Semaphore";

    fn new() -> Self {
        Self(tokio::sync::Semaphore::new(PERMITS as usize))
    }
    #[inline]
    fn take_and_return(&self) {
        drop(black_box(self.0.try_acquire().expect("there are enough")));
    }
    fn available(&self) -> u64 {
        self.0.available_permits() as u64
    }
}

/// A count under a mutex.
pub struct Locked(Mutex<u64>);

impl Peer for Locked {
    const NAME: &'static str = "std Mutex<u64>";

    fn new() -> Self {
        Self(Mutex::new(PERMITS))
    }
    #[inline]
    fn take_and_return(&self) {
        let mut left = self.0.lock().expect("no thread panics");
        *left = left.checked_sub(1).expect("there are enough");
        drop(left);
        *black_box(&self.0).lock().expect("no thread panics") += 1;
    }
    fn available(&self) -> u64 {
        *self.0.lock().expect("no thread panics")
    }
}

/// No semaphore: it cannot refuse. Two read-modify-writes are the least that one needs.
pub struct TwoAdditions(AtomicU64);

impl Peer for TwoAdditions {
    const NAME: &'static str = "(limit: fetch_sub and fetch_add)";

    fn new() -> Self {
        Self(AtomicU64::new(PERMITS))
    }
    #[inline]
    fn take_and_return(&self) {
        self.0.fetch_sub(1, Ordering::Acquire);
        black_box(&self.0).fetch_add(1, Ordering::Release);
    }
    fn available(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
