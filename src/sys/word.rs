//! What one atomic instruction can hold, and the operations on it.
//!
//! The traits give the same names to the atomics of core, portable-atomic and loom, with a run-time
//! [`Ordering`]; [`Atomic`](crate::atomic::Atomic) is the typed face above them. All functions are
//! forwarded one to one, so that after inlining nothing of this file is left.

use super::Ordering;

/// A value that the target can load, store and exchange in one instruction.
pub(crate) trait Word: Copy {
    /// The atomic of core (or of its stand-in) that holds this value.
    type Atomic;

    /// Creates an atomic that holds `value`.
    #[allow(dead_code, reason = "only loom's: the others are made in constants")]
    fn atomic(value: Self) -> Self::Atomic;
    /// Returns the value of an atomic that the caller owns.
    fn into_inner(atomic: Self::Atomic) -> Self;
    /// An atomic load.
    fn load(atomic: &Self::Atomic, order: Ordering) -> Self;
    /// An atomic store.
    fn store(atomic: &Self::Atomic, value: Self, order: Ordering);
    /// Stores `value` and returns what was there.
    fn swap(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
    /// Stores `new` if the atomic holds `current`; returns what it held.
    fn compare_exchange(
        atomic: &Self::Atomic,
        current: Self,
        new: Self,
        success: Ordering,
        failure: Ordering,
    ) -> Result<Self, Self>;
    /// The same, and may fail although the value matched.
    fn compare_exchange_weak(
        atomic: &Self::Atomic,
        current: Self,
        new: Self,
        success: Ordering,
        failure: Ordering,
    ) -> Result<Self, Self>;
}

/// A [`Word`] with bitwise operations: the integers and `bool`. Each returns the old value.
pub(crate) trait Bits: Word {
    /// `self & value`
    fn fetch_and(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
    /// `!(self & value)`
    fn fetch_nand(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
    /// `self | value`
    fn fetch_or(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
    /// `self ^ value`
    fn fetch_xor(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
}

/// A [`Word`] with arithmetic: the integers. Each `fetch_` returns the old value.
pub(crate) trait Arithmetic: Bits {
    /// The value with only bit `index` set, the index taken modulo the width.
    fn bit(index: u32) -> Self;
    /// Whether any bit of `mask` is set.
    fn any(self, mask: Self) -> bool;
    /// Every bit inverted.
    fn not(self) -> Self;
    /// Addition modulo the width.
    fn wrapping_add(self, other: Self) -> Self;
    /// Subtraction modulo the width.
    fn wrapping_sub(self, other: Self) -> Self;
    /// Addition modulo the width.
    fn fetch_add(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
    /// Subtraction modulo the width.
    fn fetch_sub(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
    /// The greater of both.
    fn fetch_max(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
    /// The lesser of both.
    fn fetch_min(atomic: &Self::Atomic, value: Self, order: Ordering) -> Self;
}

/// Writes functions that pass their arguments on to the method of the same name.
macro_rules! forward {
    ($atomic:ty, $word:ty: $($name:ident)*) => {$(
        #[inline(always)]
        fn $name(atomic: &$atomic, value: $word, order: Ordering) -> $word {
            atomic.$name(value, order)
        }
    )*};
}

macro_rules! word {
    ($word:ty, $atomic:ty $(, $param:ident)?) => {
        impl$(<$param>)? Word for $word {
            type Atomic = $atomic;

            #[inline(always)]
            fn atomic(value: Self) -> $atomic {
                <$atomic>::new(value)
            }
            #[inline(always)]
            fn into_inner(atomic: $atomic) -> Self {
                atomic.into_inner()
            }
            #[inline(always)]
            fn load(atomic: &$atomic, order: Ordering) -> Self {
                atomic.load(order)
            }
            #[inline(always)]
            fn store(atomic: &$atomic, value: Self, order: Ordering) {
                atomic.store(value, order)
            }
            forward!($atomic, $word: swap);
            #[inline(always)]
            fn compare_exchange(
                atomic: &$atomic,
                current: Self,
                new: Self,
                success: Ordering,
                failure: Ordering,
            ) -> Result<Self, Self> {
                atomic.compare_exchange(current, new, success, failure)
            }
            #[inline(always)]
            fn compare_exchange_weak(
                atomic: &$atomic,
                current: Self,
                new: Self,
                success: Ordering,
                failure: Ordering,
            ) -> Result<Self, Self> {
                atomic.compare_exchange_weak(current, new, success, failure)
            }
        }
    };
}

macro_rules! bits {
    ($word:ty, $atomic:ty) => {
        word!($word, $atomic);
        impl Bits for $word {
            forward!($atomic, $word: fetch_and fetch_nand fetch_or fetch_xor);
        }
    };
}

macro_rules! integer {
    ($word:ty, $atomic:ty) => {
        bits!($word, $atomic);
        impl Arithmetic for $word {
            #[inline(always)]
            fn bit(index: u32) -> Self {
                (1 as Self).wrapping_shl(index)
            }
            #[inline(always)]
            fn any(self, mask: Self) -> bool {
                self & mask != 0
            }
            #[inline(always)]
            fn not(self) -> Self {
                !self
            }
            #[inline(always)]
            fn wrapping_add(self, other: Self) -> Self {
                <$word>::wrapping_add(self, other)
            }
            #[inline(always)]
            fn wrapping_sub(self, other: Self) -> Self {
                <$word>::wrapping_sub(self, other)
            }
            forward!($atomic, $word: fetch_add fetch_sub fetch_max fetch_min);
        }
    };
}

/// One line a type, each present where the target (or portable-atomic) has that width.
macro_rules! widths {
    ($($width:literal: $($kind:ident($word:ty, $atomic:ident $(, $param:ident)?)),*;)*) => {$($(
        #[cfg(any(target_has_atomic = $width, feature = "portable-atomic"))]
        $kind!($word, super::$atomic $(<$param>, $param)?);
    )*)*};
}

widths! {
    "8": bits(bool, AtomicBool), integer(u8, AtomicU8), integer(i8, AtomicI8);
    "16": integer(u16, AtomicU16), integer(i16, AtomicI16);
    "32": integer(u32, AtomicU32), integer(i32, AtomicI32);
    "64": integer(u64, AtomicU64), integer(i64, AtomicI64);
    "ptr": integer(usize, AtomicUsize), integer(isize, AtomicIsize), word(*mut T, AtomicPtr, T);
}

super::native_only! {
    // No stable target of core has these; portable-atomic does, by instruction or by lock.
    #[cfg(feature = "portable-atomic")]
    integer!(u128, super::AtomicU128);
    #[cfg(feature = "portable-atomic")]
    integer!(i128, super::AtomicI128);
}
