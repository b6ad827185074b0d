//! The lock around a wait queue: the system's with `std`, a spin lock without, or (feature `critical-section`) a
//! critical section.
//!
//! Held for a few pointer assignments; no user code runs under it. Waiters block for it
//! ([`Lock::with`]). Notifiers do not ([`Lock::try_with`]): a notifier that finds it taken leaves a request
//! *pending*. The holder, once it has released the lock, checks for requests ([`Lock::take_pending`]) and
//! notifies in the other's place. So a notifier may be an interrupt handler that interrupted the holder.
//! A waiter may not be one, unless the lock is a critical section: neither waiters nor notifiers ever find that
//! taken, and no request is ever left.
//!
//! # No request is lost
//!
//! ```text
//! notifier                               holder
//!   N1  pending := true                    H1  releases the lock
//!   N2  fence PENDING_SET                  H2  fence (BLOCK, LEAVE, RELEASED)
//!   N3  takes the lock, if it is free      H3  checks pending
//! ```
//!
//! The two fences are in one order. If N2 is first, H3 reads the request. If H2 is first, N3 finds the
//! lock free, or taken by a later holder, which will check for requests as well.
//!
//! A request says nothing but that a notifier came. The notifier has passed a fence before it left the request
//! ([`WaitQueue::notify`](super::WaitQueue::notify)), and the holder that takes the request acquires it: so it sees
//! what the notifier has changed, and the entries that the notifier has seen.

use crate::atomic::{Atomic, fence};
use crate::sys;

#[cfg(all(not(feature = "std"), feature = "critical-section"))]
use self::critical::CriticalLock as Inner;
#[cfg(all(feature = "std", all(feature = "loom", any(loom, latchfree_loom))))]
use self::model::ModelLock as Inner;
#[cfg(all(not(feature = "std"), not(feature = "critical-section")))]
use self::spin::SpinLock as Inner;
#[cfg(all(feature = "std", not(all(feature = "loom", any(loom, latchfree_loom)))))]
use self::system::SystemLock as Inner;

sites! {
    /// Leaves a request; the notifier's fences before and after it order it. A swap, not a store: a plain store
    /// would end the release sequence of an earlier notifier's request, so the holder would not see that
    /// notifier's change.
    PENDING: Relaxed;
    /// Takes requests: what was changed before they were left is seen. Each change of the word is a
    /// read-modify-write, so the one that takes it sees what all notifiers have left. Relaxed, the check that
    /// follows could miss the change behind the request, which no other thread will look for again.
    PENDING_TAKE: Acquire, pairs(super::queue::NOTIFY, super::queue::NOTIFY_AFTER_RMW);
    /// Between a request and the second attempt: pairs with the fences of holders, BLOCK, LEAVE and RELEASED.
    pub(super) PENDING_SET: fence(SeqCst), pairs(super::future::BLOCK, super::future::LEAVE, super::queue::RELEASED);
    /// A load to see whether there is a request; PENDING_TAKE decides.
    PENDING_LOOK: Relaxed;
}

/// A value that one thread at a time accesses.
pub(crate) struct Lock<T> {
    value: Inner<T>,
    pending: Atomic<bool>,
}

impl<T> Lock<T> {
    sys::const_fn! {
        pub(crate) const fn new(value: T) -> Self {
            Self { value: Inner::new(value), pending: Atomic::new(false) }
        }
    }

    /// Runs `f` with the lock held, blocking until it is free. Afterwards the caller passes a fence and checks for
    /// [requests](Self::take_pending).
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        self.value.with(f)
    }

    /// Runs `f` with the lock held, if it is free. Afterwards the caller passes a fence and checks for
    /// [requests](Self::take_pending). Never blocks: `None` means that there is a holder that has not checked for
    /// requests yet.
    pub(crate) fn try_with<R>(&self, mut f: impl FnMut(&mut T) -> R) -> Option<R> {
        self.value.try_with(&mut f).or_else(|| {
            sys::window();
            self.pending.swap(true, PENDING);
            fence(PENDING_SET);
            sys::window();
            self.value.try_with(f)
        })
    }

    /// Returns whether a notifier found the lock taken. Then the caller notifies in its place.
    ///
    /// The caller passes a fence before.
    pub(crate) fn take_pending(&self) -> bool {
        sys::window();
        self.pending.load(PENDING_LOOK) && self.pending.swap(false, PENDING_TAKE)
    }
}

#[cfg(any(
    not(any(feature = "std", feature = "critical-section")),
    all(feature = "loom", any(loom, latchfree_loom))
))]
mod spin {
    use crate::atomic::Atomic;
    use crate::sys::{self, Backoff, UnsafeCell};

    sites! {
        /// Takes the lock: pairs with UNLOCK, so that the last holder's accesses are over.
        LOCK: Acquire, pairs(UNLOCK);
        /// Another thread holds it: there is nothing to order yet.
        LOCK_TAKEN: Relaxed;
        /// Releases the lock: pairs with LOCK.
        UNLOCK: Release;
    }

    pub(crate) struct SpinLock<T> {
        locked: Atomic<bool>,
        value: UnsafeCell<T>,
    }

    // SAFETY: only the holder of the lock accesses the value.
    unsafe impl<T: Send> Sync for SpinLock<T> {}

    impl<T> SpinLock<T> {
        sys::const_fn! {
            pub(crate) const fn new(value: T) -> Self {
                Self { locked: Atomic::new(false), value: UnsafeCell::new(value) }
            }
        }

        /// Runs `f` with the lock held. `f` must not panic: the lock would stay taken.
        pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            let backoff = Backoff::new();
            while !self.lock() {
                backoff.snooze();
            }
            self.unlock_after(f)
        }

        /// Runs `f` as [`with`](Self::with) does, if the lock is free.
        pub(crate) fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
            self.lock().then(|| self.unlock_after(f))
        }

        fn lock(&self) -> bool {
            self.locked.compare_exchange(false, true, LOCK, LOCK_TAKEN).is_ok()
        }

        fn unlock_after<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            // SAFETY: `locked` was false and we set it, so no other thread is here.
            let result = self.value.with_mut(|value| f(unsafe { &mut *value }));
            self.locked.store(false, UNLOCK);
            result
        }
    }
}

#[cfg(all(not(feature = "std"), feature = "critical-section"))]
mod critical {
    use crate::sys::{self, UnsafeCell};

    pub(crate) struct CriticalLock<T>(UnsafeCell<T>);

    // SAFETY: the value is accessed in critical sections only.
    unsafe impl<T: Send> Sync for CriticalLock<T> {}

    impl<T> CriticalLock<T> {
        sys::const_fn! {
            pub(crate) const fn new(value: T) -> Self {
                Self(UnsafeCell::new(value))
            }
        }

        /// Runs `f` in a critical section. `f` is ours, and enters none of this lock's again.
        pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            critical_section::with(|_| {
                // SAFETY: critical sections exclude each other, so no other thread is here.
                self.0.with_mut(|value| f(unsafe { &mut *value }))
            })
        }

        /// Runs `f` as [`with`](Self::with) does: this lock is always free.
        pub(crate) fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
            Some(self.with(f))
        }
    }
}

#[cfg(feature = "std")]
mod system {
    use crate::sys::{self, Mutex};
    use std::sync::{PoisonError, TryLockError};

    pub(crate) struct SystemLock<T>(Mutex<T>);

    impl<T> SystemLock<T> {
        sys::const_fn! {
            pub(crate) const fn new(value: T) -> Self {
                Self(Mutex::new(value))
            }
        }

        /// Runs `f` with the lock held. `f` is ours and does not panic, so there is no poison.
        pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            let mut value = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            sys::window();
            f(&mut value)
        }

        /// Runs `f` as [`with`](Self::with) does, if the lock is free.
        pub(crate) fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
            match self.0.try_lock() {
                Ok(mut value) => {
                    sys::window();
                    Some(f(&mut value))
                }
                Err(TryLockError::Poisoned(value)) => Some(f(&mut value.into_inner())),
                Err(TryLockError::WouldBlock) => None,
            }
        }
    }
}

/// Either of both locks, so that one build can run a model with each.
#[cfg(all(feature = "std", all(feature = "loom", any(loom, latchfree_loom))))]
mod model {
    use super::spin::SpinLock;
    use super::system::SystemLock;
    use core::cell::Cell;

    std::thread_local! {
        // loom runs all threads of a model on one.
        static SPIN: Cell<bool> = const { Cell::new(false) };
    }

    /// Runs `new`, which creates its queues as a build without `std` does.
    pub(crate) fn with_spin_lock<R>(new: impl FnOnce() -> R) -> R {
        SPIN.set(true);
        let result = new();
        SPIN.set(false);
        result
    }

    pub(crate) enum ModelLock<T> {
        System(SystemLock<T>),
        Spin(SpinLock<T>),
    }

    impl<T> ModelLock<T> {
        pub(crate) fn new(value: T) -> Self {
            if SPIN.get() {
                Self::Spin(SpinLock::new(value))
            } else {
                Self::System(SystemLock::new(value))
            }
        }

        pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            match self {
                Self::System(lock) => lock.with(f),
                Self::Spin(lock) => lock.with(f),
            }
        }

        pub(crate) fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
            match self {
                Self::System(lock) => lock.try_with(f),
                Self::Spin(lock) => lock.try_with(f),
            }
        }
    }
}

sys::loom_only! {
    #[cfg(feature = "std")]
    pub(crate) use self::model::with_spin_lock;
    pub(crate) use self::spin::{SITES as SPIN_SITES, SpinLock};
}

#[cfg(test)]
mod tests {
    use super::Lock;
    use std::thread;

    #[test]
    fn lock_admits_one_thread_at_a_time() {
        let (lock, times) = (Lock::new([0u32; 2]), if cfg!(miri) { 30 } else { 5_000 });
        let count = |[first, second]: &mut [u32; 2]| {
            *first += 1;
            *second += 1;
            assert_eq!(first, second);
        };
        let tried = thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..times).for_each(|_| lock.with(count)));
            }
            let tries =
                scope.spawn(|| (0..times).filter(|_| lock.try_with(count).is_some()).count());
            tries.join().unwrap()
        });
        assert_eq!(lock.with(|counts| *counts), [2 * times + tried as u32; 2]);
    }

    /// (A critical section is never found taken.)
    #[cfg(any(feature = "std", not(feature = "critical-section")))]
    #[test]
    fn notifier_that_finds_the_lock_taken_leaves_a_request() {
        let lock = Lock::new(1);
        assert_eq!(lock.try_with(|value| *value), Some(1));
        assert!(!lock.take_pending(), "none was refused");
        lock.with(|_| assert_eq!(lock.try_with(|value| *value), None));
        assert!(lock.take_pending());
        assert!(!lock.take_pending(), "only once");
    }
}
