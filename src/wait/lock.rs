//! The lock around a wait queue: the system's with `std`, a spin lock without, or (feature `critical-section`) a
//! critical section.
//!
//! Held for a few pointer assignments; no code of a user runs under it. Waiters block for it
//! ([`Lock::with`]). Notifiers do not ([`Lock::try_with`]): one that finds it taken leaves a request
//! *pending*, and the holder, once it has released the lock, looks for requests ([`Lock::take_pending`]) and
//! does what the notifier came for. So a notifier may be an interrupt handler that interrupted the holder.
//! A waiter may not be one, unless the lock is a critical section: that is never found taken, neither by
//! waiters nor by notifiers, and no request is ever left.
//!
//! # No request is lost
//!
//! ```text
//! notifier                               holder
//!   N1  pending := true                    H1  releases the lock
//!   N2  fence PENDING_SET                  H2  fence (BLOCK, LEAVE, RELEASED)
//!   N3  takes the lock, if it is free      H3  looks at pending
//! ```
//!
//! The two fences are in one order. If N2 is first, H3 reads the request. If H2 is first, N3 finds the
//! lock as H1 left it, or taken by a later holder, which will look for requests as well.
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
    /// Leaves a request, between the fences of notifiers: they order it. A read-modify-write, so that it
    /// publishes what was published by requests that were not taken before.
    PENDING: Relaxed;
    /// Takes requests: what was changed before they were left is seen. Each change of the word is a
    /// read-modify-write, so the one that takes it sees what all notifiers have left. Relaxed, the look that
    /// follows could miss the change behind the request, which no other thread will look for again.
    PENDING_TAKE: Acquire, pairs(super::queue::NOTIFY, super::queue::NOTIFY_AFTER_RMW);
    /// Between a request and the second attempt: pairs with the fences of holders, BLOCK, LEAVE and RELEASED.
    pub(super) PENDING_SET: fence(SeqCst), pairs(super::future::BLOCK, super::future::LEAVE, super::queue::RELEASED);
    /// A look for a request; PENDING_TAKE decides.
    PENDING_LOOK: Relaxed;
}

/// A value, and the right to touch it.
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

    /// Runs `f` with the lock held, as soon as it is free. Look for [requests](Self::take_pending) then, behind a fence.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        self.value.with(f)
    }

    /// Runs `f` with the lock held, if it is free; and look for [requests](Self::take_pending) then. Never
    /// blocks: `None` says that there is a holder, which has not looked for requests yet.
    pub(crate) fn try_with<R>(&self, mut f: impl FnMut(&mut T) -> R) -> Option<R> {
        self.value.try_with(&mut f).or_else(|| {
            sys::window();
            self.pending.swap(true, PENDING);
            fence(PENDING_SET);
            sys::window();
            self.value.try_with(f)
        })
    }

    /// Whether a notifier came while the lock was held, and went away again. Then notify in its place.
    ///
    /// A holder passes a fence before it looks.
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
        /// Somebody has it: nothing to order yet.
        LOCK_TAKEN: Relaxed;
        /// Gives it back: pairs with LOCK.
        UNLOCK: Release;
    }

    pub(crate) struct SpinLock<T> {
        locked: Atomic<bool>,
        value: UnsafeCell<T>,
    }

    // SAFETY: the value is touched by the holder of the lock only.
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

        /// [`with`](Self::with), if the lock is free.
        pub(crate) fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
            self.lock().then(|| self.unlock_after(f))
        }

        fn lock(&self) -> bool {
            self.locked.compare_exchange(false, true, LOCK, LOCK_TAKEN).is_ok()
        }

        fn unlock_after<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            // SAFETY: `locked` was false and we set it, so nobody else is here.
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

    // SAFETY: the value is touched in critical sections only.
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
                // SAFETY: critical sections exclude each other, so nobody else is here.
                self.0.with_mut(|value| f(unsafe { &mut *value }))
            })
        }

        /// [`with`](Self::with): this lock is always free.
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

        /// [`with`](Self::with), if the lock is free.
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

    /// Runs `new`, which makes its lists as a build without `std` does.
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
    fn lock_admits_one_at_a_time() {
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
