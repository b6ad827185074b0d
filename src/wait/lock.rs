//! The lock around a wait list: the system's with `std`, a spin lock without.
//!
//! Held for a few pointer assignments, and only by threads that are about to sleep or found a
//! sleeper to wake. No code of a user runs under it.

#[cfg(any(not(feature = "std"), latchfree_loom))]
mod spin {
    use crate::atomic::Atomic;
    use crate::prim::{self, Backoff, UnsafeCell};

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
        prim::const_fn! {
            pub(crate) const fn new(value: T) -> Self {
                Self { locked: Atomic::new(false), value: UnsafeCell::new(value) }
            }
        }

        /// Runs `f` with the lock held. `f` must not panic: the lock would stay taken.
        pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            let backoff = Backoff::new();
            while self.locked.compare_exchange(false, true, LOCK, LOCK_TAKEN).is_err() {
                backoff.snooze();
            }
            // SAFETY: `locked` was false and we set it, so nobody else is here.
            let result = self.value.with_mut(|value| f(unsafe { &mut *value }));
            self.locked.store(false, UNLOCK);
            result
        }
    }
}

#[cfg(feature = "std")]
mod system {
    use crate::prim::{self, Mutex};
    use std::sync::PoisonError;

    pub(crate) struct SystemLock<T>(Mutex<T>);

    impl<T> SystemLock<T> {
        prim::const_fn! {
            pub(crate) const fn new(value: T) -> Self {
                Self(Mutex::new(value))
            }
        }

        /// Runs `f` with the lock held.
        pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            // `f` is ours and does not panic, so there is no poison to speak of.
            f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
        }
    }
}

#[cfg(not(feature = "std"))]
pub(crate) use self::spin::SpinLock as Lock;
#[cfg(feature = "std")]
pub(crate) use self::system::SystemLock as Lock;

#[cfg(latchfree_loom)]
pub(crate) use self::spin::{SITES, SpinLock};

#[cfg(test)]
mod tests {
    use super::Lock;
    use std::thread;

    #[test]
    fn one_at_a_time_is_inside() {
        let (lock, times) = (Lock::new([0u32; 2]), if cfg!(miri) { 30 } else { 5_000 });
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..times {
                        lock.with(|[first, second]| {
                            *first += 1;
                            *second += 1;
                            assert_eq!(first, second);
                        });
                    }
                });
            }
        });
        assert_eq!(lock.with(|counts| *counts), [3 * times; 2]);
    }
}
