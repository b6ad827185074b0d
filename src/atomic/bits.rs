//! Bitwise operations, and single bits by their index.

use super::atomic::{from_repr, into_repr};
use super::{Atomic, AtomicBits, AtomicInteger, RmwOrdering};
use crate::sys::{Arithmetic, Bits};

impl<T: AtomicBits> Atomic<T> {
    /// Keeps the bits that are set in `value`; returns the *old* value.
    ///
    /// `lock and` if the result is not used, else a *loop* over `lock cmpxchg`; `ldclr`.
    #[doc(alias = "atomic_clear_mask")]
    #[inline(always)]
    pub fn fetch_and(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(T::Repr::fetch_and(&self.word, into_repr(value), order.get())) }
    }

    /// Replaces the value by `!(old & value)`; returns the *old* value.
    ///
    /// *Loop* over `lock cmpxchg`; *loop* over `cas`.
    #[inline(always)]
    pub fn fetch_nand(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(T::Repr::fetch_nand(&self.word, into_repr(value), order.get())) }
    }

    /// Sets the bits that are set in `value`; returns the *old* value.
    ///
    /// `lock or` if the result is not used, else a *loop* over `lock cmpxchg`; `ldset`.
    #[doc(alias = "atomic_set_mask")]
    #[inline(always)]
    pub fn fetch_or(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(T::Repr::fetch_or(&self.word, into_repr(value), order.get())) }
    }

    /// Inverts the bits that are set in `value`; returns the *old* value.
    ///
    /// `lock xor` if the result is not used, else a *loop* over `lock cmpxchg`; `ldeor`.
    #[inline(always)]
    pub fn fetch_xor(&self, value: T, order: impl RmwOrdering) -> T {
        // SAFETY: every `Repr` is a valid `T: AtomicBits`.
        unsafe { from_repr(T::Repr::fetch_xor(&self.word, into_repr(value), order.get())) }
    }
}

#[cfg(any(target_has_atomic = "8", feature = "portable-atomic"))]
impl Atomic<bool> {
    /// Inverts the value; returns the *old* one.
    ///
    /// A *loop* over `lock cmpxchg` (`lock xor` if the result is not used); `ldeor`.
    #[inline(always)]
    pub fn fetch_not(&self, order: impl RmwOrdering) -> bool {
        self.fetch_xor(true, order)
    }
}

/// Single bits. An index past the width is taken modulo the width, as the shift instructions do.
impl<T: AtomicInteger> Atomic<T> {
    /// Sets bit `index`; returns whether it was set.
    ///
    /// `lock bts`; `ldset`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::atomic::{AcqRel, Atomic};
    /// let dirty_pages = Atomic::new(0u64);
    /// assert!(!dirty_pages.bit_set(7, AcqRel)); // we are the first: ours to write out
    /// assert!(dirty_pages.bit_set(7, AcqRel));
    /// ```
    #[doc(alias("bts", "test_and_set_bit"))]
    #[inline(always)]
    pub fn bit_set(&self, index: u32, order: impl RmwOrdering) -> bool {
        let bit = T::Repr::bit(index);
        T::Repr::fetch_or(&self.word, bit, order.get()).any(bit)
    }

    /// Clears bit `index`; returns whether it was set.
    ///
    /// `lock btr`; `ldclr`.
    #[doc(alias("btr", "test_and_clear_bit"))]
    #[inline(always)]
    pub fn bit_clear(&self, index: u32, order: impl RmwOrdering) -> bool {
        let bit = T::Repr::bit(index);
        T::Repr::fetch_and(&self.word, bit.not(), order.get()).any(bit)
    }

    /// Inverts bit `index`; returns whether it was set.
    ///
    /// `lock btc`; `ldeor`.
    #[doc(alias("btc", "test_and_change_bit"))]
    #[inline(always)]
    pub fn bit_toggle(&self, index: u32, order: impl RmwOrdering) -> bool {
        let bit = T::Repr::bit(index);
        T::Repr::fetch_xor(&self.word, bit, order.get()).any(bit)
    }
}

#[cfg(test)]
mod tests {
    use crate::atomic::{AcqRel, Acquire, Atomic};

    #[test]
    fn bit_operations_return_the_old_bit() {
        let bits = Atomic::new(0u64);
        assert_eq!((bits.bit_set(63, AcqRel), bits.bit_set(63, AcqRel)), (false, true));
        assert_eq!(bits.load(Acquire), 1 << 63);
        assert_eq!((bits.bit_clear(63, AcqRel), bits.bit_clear(63, AcqRel)), (true, false));
        assert_eq!((bits.bit_toggle(0, AcqRel), bits.bit_toggle(0, AcqRel)), (false, true));
        assert_eq!(bits.load(Acquire), 0);
    }

    #[test]
    fn bit_index_wraps_at_the_width() {
        let bits = Atomic::new(0u8);
        assert!(!bits.bit_set(8, AcqRel) && bits.bit_set(u32::MAX - 7, AcqRel));
        assert!(!bits.bit_set(u32::MAX, AcqRel));
        assert_eq!(bits.load(Acquire), 0b1000_0001);
        let signed = Atomic::new(0i16);
        assert!(!signed.bit_set(31, AcqRel));
        assert_eq!(signed.load(Acquire), i16::MIN);
    }

    #[test]
    fn bitwise_operations_return_the_old_value() {
        let bits = Atomic::new(0b1100u16);
        assert_eq!(bits.fetch_and(0b0110, AcqRel), 0b1100);
        assert_eq!(bits.fetch_or(0b0001, AcqRel), 0b0100);
        assert_eq!(bits.fetch_xor(0b0011, AcqRel), 0b0101);
        assert_eq!(bits.fetch_nand(0b0010, AcqRel), 0b0110);
        assert_eq!(bits.load(Acquire), !0b0010);
        let flag = Atomic::new(false);
        assert!(!flag.fetch_not(AcqRel) && flag.fetch_nand(true, AcqRel) && !flag.load(Acquire));
    }
}
