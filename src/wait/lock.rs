//! The lock around a wait list: the system's with `std`, a spin lock without.
//!
//! Held for a few pointer assignments; no code of a user runs under it. Waiters block for it
//! ([`Lock::with`]). Wakers do not ([`Lock::try_with`]): one that finds it taken leaves a request
//! *pending*, and the holder, once it has let go, looks for requests ([`Lock::take_pending`]) and does what
//! the waker came for. So a waker may be an interrupt handler that came in the middle of a holder's work.
//!
//! # No request is lost
//!
//! ```text
//! waker                                  holder
//!   W1  pending := true                    H1  lets go of the lock
//!   W2  fence PENDING_SET                  H2  fence PENDING_HELD
//!   W3  takes the lock, if it is free      H3  pending?
//! ```
//!
//! The two fences are in one order. If W2 is first, H3 reads the request. If H2 is first, W3 finds the
//! lock as H1 left it, or taken by a later holder, which will look for requests as well.
//!
//! A request says nothing but that a waker came. The holder that takes it serves, and begins with the same
//! fence as the waker did before it left the request ([`WaitList::notify`](super::WaitList::notify)), and so
//! sees what the waker has changed.

use crate::atomic::{Atomic, FenceOrdering, fence};
use crate::sys;

#[cfg(not(feature = "std"))]
use self::spin::SpinLock as Inner;
#[cfg(feature = "std")]
use self::system::SystemLock as Inner;

sites! {
    /// Leaves a request, between the fences of wakers: they order it.
    PENDING: Relaxed,
    /// Takes requests, between the same fences.
    PENDING_TAKE: Relaxed,
    /// Between a request and the second attempt: pairs with PENDING_HELD and PENDING_WAKER.
    PENDING_SET: fence(SeqCst),
    /// A look for a request; PENDING_TAKE decides.
    PENDING_LOOK: Relaxed,
    /// Between a waiter's release of the lock and its look for requests: pairs with PENDING_SET. And between
    /// its entry in the list and its second look at the condition: pairs with the list's WAKE.
    pub(super) PENDING_HELD: fence(SeqCst),
    /// Between a waker's release of the lock and its look for requests of others: pairs with PENDING_SET.
    pub(super) PENDING_WAKER: fence(SeqCst),
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

    /// Runs `f` with the lock held, as soon as it is free. Look for [requests](Self::take_pending) then.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        self.value.with(f)
    }

    /// Runs `f` with the lock held, if it is free; and look for [requests](Self::take_pending) then. Never
    /// waits: `None` says that there is a holder, which has not looked for requests yet.
    pub(crate) fn try_with<R>(&self, mut f: impl FnMut(&mut T) -> R) -> Option<R> {
        self.value.try_with(&mut f).or_else(|| {
            sys::window();
            self.pending.swap(true, PENDING);
            fence(PENDING_SET);
            sys::window();
            self.value.try_with(f)
        })
    }

    /// Whether a waker came while the lock was held, and went away again. Then serve in its place.
    ///
    /// `order` is the fence of a holder of this kind.
    pub(crate) fn take_pending(&self, order: impl FenceOrdering) -> bool {
        fence(order);
        sys::window();
        self.pending.load(PENDING_LOOK) && self.pending.swap(false, PENDING_TAKE)
    }
}

#[cfg(any(not(feature = "std"), all(feature = "loom", any(loom, latchfree_loom))))]
mod spin {
    use crate::atomic::Atomic;
    use crate::sys::{self, Backoff, UnsafeCell};

    sites! {
        /// Takes the lock: pairs with UNLOCK, so that the last holder's accesses are over.
        LOCK: Acquire,
        /// Somebody has it: nothing to order yet.
        LOCK_TAKEN: Relaxed,
        /// Gives it back: pairs with LOCK.
        UNLOCK: Release,
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

sys::loom_only! {
    pub(crate) use self::spin::{SITES as SPIN_SITES, SpinLock};
}

#[cfg(test)]
mod tests {
    use super::{Lock, PENDING_HELD, PENDING_WAKER};
    use std::thread;

    #[test]
    fn one_at_a_time_is_inside() {
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

    #[test]
    fn waker_that_finds_the_lock_taken_leaves_a_request() {
        let lock = Lock::new(1);
        assert_eq!(lock.try_with(|value| *value), Some(1));
        assert!(!lock.take_pending(PENDING_HELD), "none was refused");
        lock.with(|_| assert_eq!(lock.try_with(|value| *value), None));
        assert!(lock.take_pending(PENDING_HELD));
        assert!(!lock.take_pending(PENDING_WAKER), "only once");
    }
}
