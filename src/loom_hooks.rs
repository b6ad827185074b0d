//! What the loom tests drive: the list of all ordering sites, and the switch that weakens one.
//!
//! Exists under loom only, and is no part of the public interface.

pub use crate::atomic::site::{Mutant, SiteInfo, touched, weakened};
use crate::atomic::{Atomic, Relaxed};
use crate::wait::{Condition, Waiter, Want};
use core::pin::pin;
use core::task::Waker;
use std::vec::Vec;

/// All sites of the crate. A table that is missing here is dead code, which does not compile.
pub fn sites() -> Vec<SiteInfo> {
    [
        &crate::counter::SITES[..],
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

/// The lock of wait lists in builds without `std`; with `std`, the system's is used.
pub struct SpinLock<T>(crate::wait::SpinLock<T>);

impl<T> SpinLock<T> {
    /// An open lock around `value`.
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
pub struct WaitList {
    list: crate::wait::WaitList,
    permissions: Atomic<u64>,
}

impl WaitList {
    /// Nobody.
    #[allow(clippy::new_without_default, reason = "no part of the public interface")]
    pub fn new() -> Self {
        Self { list: crate::wait::WaitList::new(), permissions: Atomic::new(0) }
    }

    /// Enters the list with a waker that does nothing, runs `wait` until the entry was taken out,
    /// and lets its memory go.
    pub fn enter(&self, mut wait: impl FnMut()) {
        let waiter = pin!(Waiter::new(self));
        let _none = waiter.as_ref().enqueue(Want::position(0), Waker::noop().clone());
        while waiter.is_queued() {
            wait();
        }
    }

    /// Takes one entry out, if there is one.
    pub fn wake_one(&self) {
        self.permissions.fetch_add(1, Relaxed);
        crate::wait::WaitList::notify(self);
    }
}

impl Condition for WaitList {
    fn waiters(&self) -> &crate::wait::WaitList {
        &self.list
    }

    fn reached(&self) -> u64 {
        0
    }

    fn try_grant(&self, _: u64) -> Option<u64> {
        self.permissions.try_update(Relaxed, Relaxed, |left| left.checked_sub(1)).ok()
    }
}
