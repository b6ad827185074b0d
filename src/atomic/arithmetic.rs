//! Arithmetic on the integers and on newtypes of them. All of it wraps around at the width.

use super::cell::{peel, wrap};
use super::{Atomic, AtomicInteger, RmwOrdering};
use crate::prim::Arithmetic;

impl<T: AtomicInteger> Atomic<T> {
    /// Adds `value`; returns the *old* value. Wraps around.
    ///
    /// `lock xadd`, or `lock add` if the result is not used; `ldadd`.
    #[doc(alias("atomic_add", "atomic_fetch_add", "xadd"))]
    #[inline(always)]
    pub fn fetch_add(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { wrap(T::Repr::fetch_add(&self.word, peel(value), order.get())) }
    }

    /// Subtracts `value`; returns the *old* value. Wraps around.
    ///
    /// `lock xadd`, or `lock sub` if the result is not used; `ldadd`.
    #[doc(alias("atomic_sub", "atomic_fetch_sub"))]
    #[inline(always)]
    pub fn fetch_sub(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { wrap(T::Repr::fetch_sub(&self.word, peel(value), order.get())) }
    }

    /// Adds `value`; returns the *new* value. Wraps around.
    ///
    /// `lock xadd` and an addition; `ldadd` and an addition.
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
        let value = peel(value);
        let old = T::Repr::fetch_add(&self.word, value, order.get());
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { wrap(old.wrapping_add(value)) }
    }

    /// Subtracts `value`; returns the *new* value. Wraps around.
    ///
    /// `lock xadd` and a subtraction (`lock sub` if only compared with zero); `ldadd` and one.
    #[doc(alias("atomic_dec", "atomic_sub_return", "atomic_dec_return", "atomic_dec_and_test"))]
    #[inline(always)]
    pub fn sub_fetch(&self, value: T, order: impl RmwOrdering) -> T {
        let value = peel(value);
        let old = T::Repr::fetch_sub(&self.word, value, order.get());
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { wrap(old.wrapping_sub(value)) }
    }

    /// Raises the value to `value` if that is greater; returns the *old* value.
    ///
    /// *Loop* over `lock cmpxchg`; `ldumax`, `ldsmax`.
    #[inline(always)]
    pub fn fetch_max(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { wrap(T::Repr::fetch_max(&self.word, peel(value), order.get())) }
    }

    /// Lowers the value to `value` if that is less; returns the *old* value.
    ///
    /// *Loop* over `lock cmpxchg`; `ldumin`, `ldsmin`.
    #[inline(always)]
    pub fn fetch_min(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { wrap(T::Repr::fetch_min(&self.word, peel(value), order.get())) }
    }
}
