//! The atomic itself: creating one, loading, storing, exchanging.

use super::{AtomicValue, LoadOrdering, Relaxed, RmwOrdering, StoreOrdering};
use crate::sys::{self, Word};
use core::fmt;
use core::marker::PhantomData;

/// A `T` that threads share, with the ordering of each access in the call.
///
/// # Examples
///
/// ```
/// use latchfree::atomic::{Acquire, Atomic, Release};
///
/// static READY: Atomic<bool> = Atomic::new(false);
///
/// READY.store(true, Release); // a thread that reads `true` sees all that came before
/// assert!(READY.load(Acquire));
/// ```
///
/// # Guarantees
///
/// *Progress*: every method is one instruction, or the loop that core makes of it. Wait-free where the target has
/// the instruction (x86_64, aarch64 with LSE: all methods that are not marked *loop*), lock-free elsewhere.
///
/// *Ordering*: that of the ordering types in the call, as for core's atomics. There is no default.
///
/// *Overflow*: arithmetic wraps around.
///
/// *Memory*: the size and alignment of core's atomic for `T::Repr`.
///
/// In a loom model (feature [`loom`](crate#features)) `new` is not `const`, and the views as plain
/// memory (`get_mut`, `as_ptr`, `from_ptr`) do not exist.
#[doc(alias("AtomicU64", "AtomicU32", "AtomicUsize", "AtomicBool", "AtomicPtr", "atomic_t"))]
#[repr(transparent)]
pub struct Atomic<T: AtomicValue> {
    pub(super) word: <T::Repr as Word>::Atomic,
    /// Invariant in `T`, as `AtomicPtr` is; `Send` and `Sync` whatever `T` is (the second promise
    /// of [`AtomicValue`]).
    value: PhantomData<fn(T) -> T>,
}

/// Returns the representation of `value`.
#[inline(always)]
pub(super) fn into_repr<T: AtomicValue>(value: T) -> T::Repr {
    // SAFETY: a `T` has the size of its `Repr` and is a valid one (first promise of `AtomicValue`).
    unsafe { core::mem::transmute_copy(&value) }
}

/// Returns the value that `repr` represents.
///
/// # Safety
///
/// `repr` came from [`into_repr`] of a `T`, or `T` is an `AtomicBits`, for which every `Repr` is valid.
#[inline(always)]
pub(super) unsafe fn from_repr<T: AtomicValue>(repr: T::Repr) -> T {
    // SAFETY: sizes match (first promise of `AtomicValue`); valid by this function's contract.
    unsafe { core::mem::transmute_copy(&repr) }
}

impl<T: AtomicValue> Atomic<T> {
    sys::const_fn! {
        /// Creates an atomic that holds `value`.
        #[doc(alias = "ATOMIC_INIT")]
        #[inline(always)]
        #[must_use]
        pub const fn new(value: T) -> Self {
            // SAFETY: the first promise of `AtomicValue`.
            Self { word: unsafe { sys::atomic::<T, T::Repr>(value) }, value: PhantomData }
        }
    }

    /// Returns the value of an atomic that the caller owns.
    #[inline(always)]
    pub fn into_inner(self) -> T {
        // SAFETY: an atomic only ever holds what came from a `T`.
        unsafe { from_repr(T::Repr::into_inner(self.word)) }
    }

    /// Returns the value.
    ///
    /// `mov`; `ldr`, or `ldar`/`ldapr` for [`Acquire`](super::Acquire).
    #[doc(alias("atomic_read", "READ_ONCE"))]
    #[inline(always)]
    pub fn load(&self, order: impl LoadOrdering) -> T {
        // SAFETY: an atomic only ever holds what came from a `T`.
        unsafe { from_repr(T::Repr::load(&self.word, order.get())) }
    }

    /// Replaces the value by `value`. An update by another thread between a load and this store is overwritten.
    ///
    /// `mov`, or `xchg` for [`SeqCst`](super::SeqCst); `str`, or `stlr` for all but relaxed.
    #[doc(alias("atomic_set", "WRITE_ONCE"))]
    #[inline(always)]
    pub fn store(&self, value: T, order: impl StoreOrdering) {
        T::Repr::store(&self.word, into_repr(value), order.get());
    }

    /// Replaces the value by `value`; returns the old value.
    ///
    /// `xchg`; `swp`.
    #[doc(alias("atomic_exchange", "atomic_exchange_pointer", "xchg"))]
    #[inline(always)]
    pub fn swap(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: an atomic only ever holds what came from a `T`.
        unsafe { from_repr(T::Repr::swap(&self.word, into_repr(value), order.get())) }
    }

    /// Replaces the value by zero (`false`, null); returns the old value. Resets a statistics window without loss.
    ///
    /// `xchg`; `swp`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::atomic::{Atomic, Relaxed};
    /// let bytes_this_second = Atomic::new(0u64);
    /// bytes_this_second.fetch_add(4096, Relaxed);
    /// assert_eq!(bytes_this_second.take(Relaxed), 4096);
    /// assert_eq!(bytes_this_second.take(Relaxed), 0);
    /// ```
    #[inline(always)]
    pub fn take(&self, order: impl RmwOrdering) -> T
    where
        T: bytemuck::Zeroable,
    {
        self.swap(T::zeroed(), order)
    }

    /// Replaces the value by `new` if it is `current`; returns the old value, as `Err` if it was
    /// something else.
    ///
    /// `success` orders the read-modify-write, `failure` the load that is left when the values
    /// differ. Values are compared as memory, byte by byte.
    ///
    /// `lock cmpxchg`; `cas`.
    #[doc(alias("atomic_compare_exchange", "atomic_compare_exchange_pointer", "cmpxchg"))]
    #[inline(always)]
    pub fn compare_exchange(
        &self,
        current: T,
        new: T,
        success: impl RmwOrdering,
        failure: impl LoadOrdering,
    ) -> Result<T, T> {
        let (current, new) = (into_repr(current), into_repr(new));
        let held =
            T::Repr::compare_exchange(&self.word, current, new, success.get(), failure.get());
        Self::from_reprs(held)
    }

    /// Compares and exchanges as [`compare_exchange`](Self::compare_exchange) does, but may also fail although the
    /// values match: cheaper inside a loop, on targets that load and store in two instructions.
    #[inline(always)]
    pub fn compare_exchange_weak(
        &self,
        current: T,
        new: T,
        success: impl RmwOrdering,
        failure: impl LoadOrdering,
    ) -> Result<T, T> {
        let (current, new) = (into_repr(current), into_repr(new));
        let held =
            T::Repr::compare_exchange_weak(&self.word, current, new, success.get(), failure.get());
        Self::from_reprs(held)
    }

    /// Replaces the value by `f` of it; returns the old value.
    ///
    /// *Loop*: `f` runs again, on the newer value, whenever another thread was faster. Lock-free.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::atomic::{Atomic, Relaxed};
    /// let id = Atomic::new(0x0fff_ffffu32);
    /// // The next id, skipping zero when the 28 bits run over.
    /// let old = id.update(Relaxed, Relaxed, |id| ((id + 1) & 0x0fff_ffff).max(1));
    /// assert_eq!((old, id.load(Relaxed)), (0x0fff_ffff, 1));
    /// ```
    #[inline]
    pub fn update(
        &self,
        success: impl RmwOrdering,
        failure: impl LoadOrdering,
        f: impl FnMut(T) -> T,
    ) -> T {
        self.replace(success, failure, f).0
    }

    /// Replaces the value by `f` of it; returns the new value.
    ///
    /// *Loop*: as for [`update`](Self::update).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::atomic::{Atomic, Relaxed};
    /// // A clock that never shows the same time twice, whatever the wall clock does.
    /// let clock = Atomic::new(700u64);
    /// let tick = |wall: u64| clock.update_fetch(Relaxed, Relaxed, |last| wall.max(last + 1));
    /// assert_eq!([tick(690), tick(800), tick(800)], [701, 800, 801]);
    /// ```
    #[inline]
    pub fn update_fetch(
        &self,
        success: impl RmwOrdering,
        failure: impl LoadOrdering,
        f: impl FnMut(T) -> T,
    ) -> T {
        self.replace(success, failure, f).1
    }

    /// Replaces the value by `f` of it; returns both.
    #[inline(always)]
    fn replace(
        &self,
        success: impl RmwOrdering,
        failure: impl LoadOrdering,
        mut f: impl FnMut(T) -> T,
    ) -> (T, T) {
        let mut current = self.load(failure);
        loop {
            let new = f(current);
            match self.compare_exchange_weak(current, new, success, failure) {
                Ok(old) => return (old, new),
                Err(newer) => current = newer,
            }
        }
    }

    /// Replaces the value by what `f` of it gives, or leaves it on `None`; returns the old value,
    /// as `Err` if it was left.
    ///
    /// *Loop*: `f` runs again, on the newer value, whenever another thread was faster. Lock-free.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::atomic::{Acquire, Atomic, Relaxed};
    /// let pins = Atomic::new(0u32);
    /// let pinned = pins.try_update(Acquire, Relaxed, |n| (n != 0).then(|| n + 1));
    /// assert_eq!(pinned, Err(0)); // the last pin is gone, too late for another
    /// ```
    #[doc(alias = "fetch_update")]
    #[inline]
    pub fn try_update(
        &self,
        success: impl RmwOrdering,
        failure: impl LoadOrdering,
        mut f: impl FnMut(T) -> Option<T>,
    ) -> Result<T, T> {
        let mut current = self.load(failure);
        while let Some(new) = f(current) {
            match self.compare_exchange_weak(current, new, success, failure) {
                Ok(old) => return Ok(old),
                Err(newer) => current = newer,
            }
        }
        Err(current)
    }

    #[inline(always)]
    fn from_reprs(held: Result<T::Repr, T::Repr>) -> Result<T, T> {
        // SAFETY: an atomic only ever holds what came from a `T`; that is what both sides are.
        unsafe {
            match held {
                Ok(repr) => Ok(from_repr(repr)),
                Err(repr) => Err(from_repr(repr)),
            }
        }
    }

    sys::native_only! {
        /// Returns the value as plain memory, while the caller has exclusive access.
        #[inline(always)]
        pub fn get_mut(&mut self) -> &mut T {
            // SAFETY: `as_ptr` points to a valid `T` that lives as long as `self`, which is ours
            // alone; a `T` is never aligned more strictly than its atomic.
            unsafe { &mut *self.as_ptr() }
        }

        /// Returns a pointer to the value in memory.
        ///
        /// For code that knows only plain integers: inline assembly, C, a device. Accesses
        /// through it that are not atomic must not overlap in time with others.
        #[inline(always)]
        pub const fn as_ptr(&self) -> *mut T {
            core::ptr::from_ref(self).cast_mut().cast()
        }

        /// Returns the value at `ptr`, which C or another process has declared, as an atomic.
        ///
        /// # Safety
        ///
        /// 1. `ptr` is aligned to `align_of::<Atomic<T>>()` (more than `align_of::<T>()` for 64
        ///    bits on some 32-bit targets) and points to a valid `T` for all of `'a`.
        /// 2. During `'a`, accesses that are not atomic, or atomic of another size, are ordered
        ///    by happens-before with all accesses through the atomic.
        #[inline(always)]
        pub const unsafe fn from_ptr<'a>(ptr: *mut T) -> &'a Self {
            // SAFETY: `Self` is transparent over the atomic, which has the size and validity of
            // `T`; alignment, lifetime and exclusion are the caller's promises.
            unsafe { &*ptr.cast() }
        }
    }
}

impl<T: AtomicValue + Default> Default for Atomic<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: AtomicValue> From<T> for Atomic<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows the value, loaded relaxed.
impl<T: AtomicValue + fmt::Debug> fmt::Debug for Atomic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.load(Relaxed).fmt(f)
    }
}

/// Shows the address, loaded relaxed.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
impl<T> fmt::Pointer for Atomic<*mut T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.load(Relaxed).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atomic::{AcqRel, Acquire, Release};
    use std::format;

    #[test]
    fn an_update_runs_again_when_another_came_between() {
        let atomic = Atomic::new(1u32);
        let mut seen = std::vec::Vec::new();
        let old = atomic.update(AcqRel, Acquire, |value| {
            seen.push(value);
            if value == 1 {
                atomic.store(10, Release);
            }
            value + 1
        });
        assert_eq!((old, atomic.load(Acquire)), (10, 11));
        // An exchange may fail for no reason, and `value` then comes twice.
        seen.dedup();
        assert_eq!(seen, [1, 10]);
    }

    #[test]
    fn update_returns_the_value_that_it_stored() {
        let atomic = Atomic::new(1u32);
        let new = atomic.update_fetch(AcqRel, Acquire, |value| {
            if value == 1 {
                atomic.store(10, Release);
            }
            value + 1
        });
        assert_eq!((new, atomic.load(Acquire)), (11, 11));
    }

    #[test]
    fn try_update_can_stop_at_its_second_try() {
        let atomic = Atomic::new(1u32);
        let updated = atomic.try_update(AcqRel, Acquire, |value| {
            atomic.store(0, Release);
            (value != 0).then_some(7)
        });
        assert_eq!((updated, atomic.load(Acquire)), (Err(0), 0));
    }

    #[test]
    fn an_update_that_panics_changes_nothing() {
        let atomic = Atomic::new(5u8);
        let update = std::panic::AssertUnwindSafe(|| atomic.update(AcqRel, Acquire, |_| panic!()));
        assert!(std::panic::catch_unwind(update).is_err());
        assert_eq!(atomic.into_inner(), 5);
    }

    #[test]
    fn exchange_returns_the_old_value() {
        let atomic = Atomic::new(-1i16);
        assert_eq!(atomic.compare_exchange(0, 1, AcqRel, Acquire), Err(-1));
        assert_eq!(atomic.compare_exchange(-1, 1, AcqRel, Acquire), Ok(-1));
        assert_eq!((atomic.swap(2, AcqRel), atomic.take(AcqRel)), (1, 2));
        assert_eq!(atomic.into_inner(), 0);
    }

    #[test]
    fn debug_shows_only_the_value() {
        assert_eq!(format!("{:?} {:?}", Atomic::new(7u8), Atomic::new(true)), "7 true");
        let pointer = core::ptr::without_provenance_mut::<u8>(16);
        assert_eq!(format!("{:p}", Atomic::new(pointer)), "0x10");
    }

    /// Threads that take turns by exchanging see what the one before did.
    #[test]
    fn exchanges_publish_and_acquire() {
        let (turn, count) = (Atomic::new(false), Atomic::new(0u32));
        let times = if cfg!(miri) { 20 } else { 2000 };
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..times {
                        while turn.compare_exchange(false, true, Acquire, Relaxed).is_err() {
                            std::thread::yield_now();
                        }
                        count.store(count.load(Relaxed) + 1, Relaxed);
                        turn.store(false, Release);
                    }
                });
            }
        });
        assert_eq!(count.into_inner(), 3 * times);
    }
}
