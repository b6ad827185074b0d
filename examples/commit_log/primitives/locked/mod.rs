//! The baseline of locks: what one writes with the standard library alone.
//!
//! Written with some care, to be a fair opponent: records are framed straight into the buffer, with the long part
//! of the checksum computed before the lock is taken; the flusher gets the whole buffer in one swap; a thread is
//! notified only if it waits (a notification is a system call), once for a batch, and not under the lock. What
//! needs no wait is one of the standard library's atomics.

mod buffer;
mod position;

pub use self::buffer::{BufferFlusher, BufferWriter};
pub use self::position::LockedPosition;

use super::{Count, Framed, LocalCount, Numbers, Primitives, Shape, SnapshotCell};
use bytemuck::NoUninit;
use crossbeam_utils::CachePadded;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub struct Locked;

impl Primitives for Locked {
    const NAME: &'static str = "mutex and condvar";

    type Writer<F: Framed> = BufferWriter;
    type Flusher<F: Framed> = BufferFlusher;
    type Position = LockedPosition;
    type Numbers = AtomicU64;
    type Count = CachePadded<AtomicU64>;
    type SnapshotCell<T: NoUninit + Send> = Mutex<T>;

    fn transport<F: Framed>(shape: Shape, first: u64) -> (Vec<BufferWriter>, BufferFlusher) {
        buffer::transport(shape, first)
    }
}

/// Nothing panics under these locks, so none is poisoned.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

impl Numbers for AtomicU64 {
    fn starting_at(first: u64) -> Self {
        Self::new(first)
    }

    /// 2^64 numbers are not used up in the time of a machine.
    fn reserve(&self, count: u64) -> Range<u64> {
        let start = self.fetch_add(count, Ordering::Relaxed);
        start..start + count
    }

    fn skip_to(&self, first: u64) {
        self.fetch_max(first, Ordering::Relaxed);
    }
}

impl Count for CachePadded<AtomicU64> {
    type Local<'a> = &'a AtomicU64;

    fn local(&self) -> &AtomicU64 {
        self
    }

    fn sum(&self) -> u64 {
        self.load(Ordering::Relaxed)
    }
}

impl LocalCount for &AtomicU64 {
    #[inline]
    fn add(&self, n: u64) {
        self.fetch_add(n, Ordering::Relaxed);
    }
}

impl<T: Copy + Send> SnapshotCell<T> for Mutex<T> {
    fn new(snapshot: T) -> Self {
        Self::new(snapshot)
    }

    fn publish(&self, snapshot: T) {
        *lock(self) = snapshot;
    }

    fn read(&self) -> T {
        *lock(self)
    }
}
