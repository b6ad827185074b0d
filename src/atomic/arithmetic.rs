//! Arithmetic on the integers and on newtypes of them. All of it wraps around at the width.

use super::atomic::{from_repr, into_repr};
use super::{Atomic, AtomicInteger, RmwOrdering};
use crate::sys::Arithmetic;

impl<T: AtomicInteger> Atomic<T> {
    /// Adds `value`; returns the *old* value. Wraps around.
    ///
    /// `lock xadd`, or `lock add` if the result is not used; `ldadd`.
    #[doc(alias("atomic_add", "atomic_fetch_add", "xadd"))]
    #[inline(always)]
    pub fn fetch_add(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(T::Repr::fetch_add(&self.word, into_repr(value), order.get())) }
    }

    /// Subtracts `value`; returns the *old* value. Wraps around.
    ///
    /// `lock xadd`, or `lock sub` if the result is not used; `ldadd`.
    #[doc(alias("atomic_sub", "atomic_fetch_sub"))]
    #[inline(always)]
    pub fn fetch_sub(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(T::Repr::fetch_sub(&self.word, into_repr(value), order.get())) }
    }

    /// Adds `value`; returns the *new* value. Wraps around.
    ///
    /// `lock xadd` and an addition; `ldadd` and an addition.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::atomic::{Atomic, Relaxed};
    /// let pages = Atomic::new(40u32);
    /// assert_eq!(pages.add_fetch(2, Relaxed), 42);
    /// assert_eq!(pages.fetch_add(2, Relaxed), 42);
    /// ```
    #[doc(alias("atomic_inc", "atomic_add_return", "atomic_inc_return"))]
    #[inline(always)]
    pub fn add_fetch(&self, value: T, order: impl RmwOrdering) -> T {
        let value = into_repr(value);
        let old = T::Repr::fetch_add(&self.word, value, order.get());
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(old.wrapping_add(value)) }
    }

    /// Subtracts `value`; returns the *new* value. Wraps around.
    ///
    /// `lock xadd` and a subtraction (`lock sub` if only compared with zero); `ldadd` and one.
    #[doc(alias("atomic_dec", "atomic_sub_return", "atomic_dec_return", "atomic_dec_and_test"))]
    #[inline(always)]
    pub fn sub_fetch(&self, value: T, order: impl RmwOrdering) -> T {
        let value = into_repr(value);
        let old = T::Repr::fetch_sub(&self.word, value, order.get());
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(old.wrapping_sub(value)) }
    }

    /// Raises the value to `value` if that is greater; returns the *old* value.
    ///
    /// *Loop* over `lock cmpxchg`; `ldumax`, `ldsmax`.
    #[inline(always)]
    pub fn fetch_max(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(T::Repr::fetch_max(&self.word, into_repr(value), order.get())) }
    }

    /// Lowers the value to `value` if that is less; returns the *old* value.
    ///
    /// *Loop* over `lock cmpxchg`; `ldumin`, `ldsmin`.
    #[inline(always)]
    pub fn fetch_min(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(T::Repr::fetch_min(&self.word, into_repr(value), order.get())) }
    }
}

#[cfg(test)]
mod tests {
    use crate::atomic::{AcqRel, Acquire, Atomic};

    #[test]
    fn names_say_which_value_comes_back() {
        let atomic = Atomic::new(10u32);
        assert_eq!((atomic.fetch_add(5, AcqRel), atomic.add_fetch(5, AcqRel)), (10, 20));
        assert_eq!((atomic.fetch_sub(5, AcqRel), atomic.sub_fetch(5, AcqRel)), (20, 10));
        assert_eq!((atomic.fetch_max(30, AcqRel), atomic.fetch_min(20, AcqRel)), (10, 30));
        assert_eq!(atomic.load(Acquire), 20);
    }

    #[test]
    fn arithmetic_wraps_around() {
        let atomic = Atomic::new(u8::MAX);
        assert_eq!((atomic.add_fetch(2, AcqRel), atomic.sub_fetch(2, AcqRel)), (1, u8::MAX));
        let atomic = Atomic::new(i64::MIN);
        assert_eq!(atomic.sub_fetch(1, AcqRel), i64::MAX);
        assert_eq!((atomic.fetch_add(1, AcqRel), atomic.load(Acquire)), (i64::MAX, i64::MIN));
    }

    #[test]
    fn min_and_max_compare_as_the_type() {
        let (signed, unsigned) = (Atomic::new(-1i8), Atomic::new(255u8));
        assert_eq!((signed.fetch_max(1, AcqRel), signed.load(Acquire)), (-1, 1));
        assert_eq!((unsigned.fetch_max(1, AcqRel), unsigned.load(Acquire)), (255, 255));
    }
}
