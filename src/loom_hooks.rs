//! What the loom tests drive: the list of all ordering sites, and the switch that weakens one.
//!
//! Exists under loom only, and is no part of the public interface.

pub use crate::atomic::site::{Mutant, SiteInfo, touched, weakened};
use crate::atomic::{Atomic, Relaxed};
use crate::wait::{Event, Wait, WaitQueue as Queue, Want};
use crate::watermark::{FrontierOn, Links};
use core::ops::Range;
use core::pin::pin;
use core::task::Waker;
use std::vec::Vec;

/// Returns all sites of the crate. A table that is missing here is dead code, which does not compile.
pub fn sites() -> Vec<SiteInfo> {
    [
        &crate::counter::SITES[..],
        #[cfg(feature = "std")]
        &crate::group::SITES,
        &crate::log::SITES,
        &crate::mpsc::SITES,
        &crate::refcount::SITES,
        &crate::semaphore::SITES,
        &crate::seqlock::SITES,
        &crate::sequence::SITES,
        &crate::wait::SITES,
        &crate::watermark::SITES,
    ]
    .concat()
    .concat()
}

#[cfg(feature = "std")]
pub use self::blocking::{block_on, foreign_park, group_is_empty, with_spin_lock};

#[cfg(feature = "std")]
mod blocking {
    use crate::group::GroupCommit;
    use crate::wait::block;
    use core::future::Future;
    use core::pin::pin;
    use core::time::Duration;

    /// Runs `new`, in which what is made to wait on has the lock of builds without `std`.
    pub fn with_spin_lock<R>(new: impl FnOnce() -> R) -> R {
        crate::wait::with_spin_lock(new)
    }

    /// Polls `future` until it is ready, and blocks in between as the crate's own waits do.
    pub fn block_on<F: Future>(future: F) -> F::Output {
        block::block_on(pin!(future))
    }

    /// Returns whether no member is linked in `group`, nor a leader there. There must be no call.
    pub fn group_is_empty<T, R>(group: &GroupCommit<T, R>) -> bool {
        group.is_empty()
    }

    /// Does what foreign code on a thread that waits may do: parks the thread, which consumes a wake-up token if there is one.
    pub fn foreign_park() {
        crate::sys::park_timeout(Duration::ZERO);
    }
}

/// Completes a range for which there is room, as builds without debug assertions do: without a report of misuse.
pub fn complete_unreported<L: Links>(frontier: &FrontierOn<L>, range: Range<u64>) {
    frontier.record_unreported(range);
}

/// The lock of wait lists in builds without `std`; with `std`, the system's is used.
pub struct SpinLock<T>(crate::wait::SpinLock<T>);

impl<T> SpinLock<T> {
    /// Creates an open lock around `value`.
    pub fn new(value: T) -> Self {
        Self(crate::wait::SpinLock::new(value))
    }

    /// Runs `f` with the lock held.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        self.0.with(f)
    }

    /// Runs `f` with the lock held, if it is free.
    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.0.try_with(f)
    }
}

/// A list of waiters by itself, for what the wake-up of a real thread would hide.
///
/// They wait for permission, which is granted one by one.
pub struct WaitQueue {
    queue: Queue,
    permissions: Atomic<u64>,
}

impl WaitQueue {
    /// Creates an empty queue.
    #[allow(clippy::new_without_default, reason = "no part of the public interface")]
    pub fn new() -> Self {
        Self { queue: Queue::new(), permissions: Atomic::new(0) }
    }

    /// Enters the list with a waker that does nothing, runs `wait` until the entry was taken out,
    /// and lets its memory go.
    pub fn enter(&self, mut wait: impl FnMut()) {
        let wait_entry = pin!(Wait::new(self, Want::key(0)));
        wait_entry.as_ref().enter(Waker::noop().clone());
        while wait_entry.is_queued() {
            wait();
        }
    }

    /// Takes one entry out, if there is one.
    pub fn wake_one(&self) {
        self.permissions.fetch_add(1, Relaxed);
        Queue::notify(self);
    }
}

impl Event for WaitQueue {
    fn waiters(&self) -> &Queue {
        &self.queue
    }

    fn try_grant(&self, _: u64) -> Option<u64> {
        self.permissions.try_update(Relaxed, Relaxed, |left| left.checked_sub(1)).ok()
    }
}
