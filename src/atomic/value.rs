//! What an [`Atomic`](super::Atomic) can hold.

use crate::sys;
use bytemuck::TransparentWrapper;

/// A value that [`Atomic`](super::Atomic) can hold: an integer, `bool`, a pointer, a user's
/// [`Newtype`], or an enum that says how it is represented.
///
/// Newtypes should implement [`Newtype`], which is safe. This trait is for types that wrap no other, such as enums.
///
/// # Examples
///
/// ```
/// use latchfree::atomic::{Acquire, Atomic, AtomicValue, Relaxed, Release};
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// #[repr(u8)]
/// enum Phase {
///     Open,
///     Sealed,
///     Flushed,
/// }
/// // SAFETY: `repr(u8)`, so every `Phase` is a `u8`; `Phase` is `Send`.
/// unsafe impl AtomicValue for Phase {
///     type Repr = u8;
/// }
///
/// static SEGMENT: Atomic<Phase> = Atomic::new(Phase::Open);
/// let sealed = SEGMENT.compare_exchange(Phase::Open, Phase::Sealed, Release, Relaxed);
/// assert_eq!(sealed, Ok(Phase::Open));
/// assert_eq!(SEGMENT.load(Acquire), Phase::Sealed);
/// ```
///
/// # Safety
///
/// 1. `Self` has the size of `Repr`, and any `Self` is a valid `Repr` in memory (no padding). The
///    way back only ever takes a `Repr` that was a `Self`, so an enum with few variants is fine.
/// 2. A `Self` may be copied to another thread (it is `Send`, or a raw pointer).
pub unsafe trait AtomicValue: Copy {
    /// The integer, `bool` or pointer that stands for it in memory.
    type Repr: sys::Word;
}

/// An [`AtomicValue`] with bitwise operations: the integers, `bool`, and [`Newtype`]s of them.
///
/// # Safety
///
/// Every value of `Repr` is a valid `Self`.
pub unsafe trait AtomicBits: AtomicValue<Repr: sys::Bits> {}

/// An [`AtomicValue`] with arithmetic: the integers, and [`Newtype`]s of them.
///
/// # Safety
///
/// As for [`AtomicBits`].
pub unsafe trait AtomicInteger: AtomicBits<Repr: sys::Arithmetic> {}

/// A user's type around an [`AtomicValue`]: `Atomic<Lsn>` keeps the type through every operation,
/// and has all the operations of the type inside.
///
/// Safe to implement: what has to hold in memory is the promise of [`TransparentWrapper`], which
/// bytemuck's feature `derive` checks.
///
/// # Examples
///
/// ```
/// use bytemuck::TransparentWrapper;
/// use latchfree::atomic::{Atomic, Newtype, Relaxed};
///
/// /// Log sequence number: a position in the log, in bytes.
/// #[derive(Clone, Copy, Debug, PartialEq, TransparentWrapper)]
/// #[repr(transparent)]
/// struct Lsn(u64);
/// impl Newtype for Lsn {
///     type Inner = u64;
/// }
///
/// static TAIL: Atomic<Lsn> = Atomic::new(Lsn(0));
/// let start: Lsn = TAIL.fetch_add(Lsn(512), Relaxed);
/// assert_eq!((start, TAIL.load(Relaxed)), (Lsn(0), Lsn(512)));
/// ```
///
/// [`newtype!`](crate::newtype) writes these lines.
///
/// One newtype is not another:
///
/// ```compile_fail,E0308
/// # use bytemuck::TransparentWrapper;
/// # use latchfree::atomic::{Atomic, Newtype, Relaxed};
/// # #[derive(Clone, Copy, TransparentWrapper)] #[repr(transparent)] struct Lsn(u64);
/// # impl Newtype for Lsn { type Inner = u64; }
/// let tail = Atomic::new(Lsn(0));
/// tail.store(4096u64, Relaxed);
/// ```
pub trait Newtype: Copy + Send + TransparentWrapper<Self::Inner> {
    /// The type inside.
    type Inner: AtomicValue;
}

/// Declares a newtype that [`Atomic`](crate::atomic::Atomic) can hold: transparent, `Copy`, and a
/// [`Newtype`].
///
/// # Examples
///
/// ```
/// use latchfree::atomic::{Atomic, Relaxed};
///
/// latchfree::newtype! {
///     /// Log sequence number: a position in the log, in bytes.
///     #[derive(Debug, PartialEq)]
///     pub struct Lsn(u64);
/// }
///
/// static TAIL: Atomic<Lsn> = Atomic::new(Lsn(0));
/// assert_eq!(TAIL.add_fetch(Lsn(512), Relaxed), Lsn(512));
/// ```
#[macro_export]
macro_rules! newtype {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident($inner_vis:vis $inner:ty);)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        $vis struct $name($inner_vis $inner);

        // SAFETY: transparent over `$inner`, every value of which is allowed.
        unsafe impl $crate::bytemuck::TransparentWrapper<$inner> for $name {}

        impl $crate::atomic::Newtype for $name {
            type Inner = $inner;
        }
    )*};
}

// SAFETY: `TransparentWrapper` promises the layout of `Inner` and that every `Inner` is valid
// inside; `Inner` is as its own `Repr`. `Newtype: Send`.
unsafe impl<W: Newtype> AtomicValue for W {
    type Repr = <W::Inner as AtomicValue>::Repr;
}
// SAFETY: every `Repr` is a valid `Inner`, and `TransparentWrapper::wrap` is safe for every `Inner`.
unsafe impl<W: Newtype<Inner: AtomicBits>> AtomicBits for W {}
// SAFETY: as above.
unsafe impl<W: Newtype<Inner: AtomicInteger>> AtomicInteger for W {}

/// A type that is its own representation.
macro_rules! value {
    ($value:ty: $($more:ident)*) => {
        // SAFETY: it has the size and the values of itself, and is `Send`.
        unsafe impl AtomicValue for $value {
            type Repr = $value;
        }
        $(
            // SAFETY: every value of it is a valid value of it.
            unsafe impl $more for $value {}
        )*
    };
}

/// One line a width, each type present where the target (or portable-atomic) has it.
macro_rules! values {
    ($($width:literal: $($value:ty: $($more:ident)*),*;)*) => {$($(
        #[cfg(any(target_has_atomic = $width, feature = "portable-atomic"))]
        value!($value: $($more)*);
    )*)*};
}

values! {
    "8": bool: AtomicBits, u8: AtomicBits AtomicInteger, i8: AtomicBits AtomicInteger;
    "16": u16: AtomicBits AtomicInteger, i16: AtomicBits AtomicInteger;
    "32": u32: AtomicBits AtomicInteger, i32: AtomicBits AtomicInteger;
    "64": u64: AtomicBits AtomicInteger, i64: AtomicBits AtomicInteger;
    "ptr": usize: AtomicBits AtomicInteger, isize: AtomicBits AtomicInteger;
}

sys::native_only! {
    #[cfg(feature = "portable-atomic")]
    value!(u128: AtomicBits AtomicInteger);
    #[cfg(feature = "portable-atomic")]
    value!(i128: AtomicBits AtomicInteger);
}

// SAFETY: a pointer has the size and the values of itself, and is a raw pointer.
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
unsafe impl<T> AtomicValue for *mut T {
    type Repr = *mut T;
}

#[cfg(test)]
mod tests {
    use super::{AtomicValue, Newtype};
    use crate::atomic::{AcqRel, Acquire, Atomic};
    use bytemuck::{TransparentWrapper, Zeroable};

    #[derive(Clone, Copy, Debug, PartialEq, TransparentWrapper, Zeroable)]
    #[repr(transparent)]
    struct Lsn(u64);
    impl Newtype for Lsn {
        type Inner = u64;
    }

    /// A newtype of a newtype.
    #[derive(Clone, Copy, Debug, PartialEq, TransparentWrapper, Zeroable)]
    #[repr(transparent)]
    struct Durable(Lsn);
    impl Newtype for Durable {
        type Inner = Lsn;
    }

    #[derive(Clone, Copy, Debug, PartialEq, TransparentWrapper)]
    #[repr(transparent)]
    struct Dirty(bool);
    impl Newtype for Dirty {
        type Inner = bool;
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    #[repr(i8)]
    enum Side {
        Left = -1,
        Right = 1,
    }
    // SAFETY: `repr(i8)`, so every `Side` is an `i8`; `Side` is `Send`.
    unsafe impl AtomicValue for Side {
        type Repr = i8;
    }

    #[test]
    fn newtypes_have_the_operations_of_what_is_inside() {
        let end = Atomic::new(Durable(Lsn(7)));
        assert_eq!(end.fetch_max(Durable(Lsn(9)), AcqRel), Durable(Lsn(7)));
        assert_eq!(end.add_fetch(Durable(Lsn(1)), AcqRel), Durable(Lsn(10)));
        assert!(end.bit_clear(1, AcqRel));
        assert_eq!(end.take(AcqRel), Durable(Lsn(8)));
        let dirty = Atomic::new(Dirty(false));
        assert_eq!(dirty.fetch_or(Dirty(true), AcqRel), Dirty(false));
        assert_eq!(dirty.load(Acquire), Dirty(true));
    }

    #[test]
    fn enums_only_ever_hold_what_was_put_in() {
        let side = Atomic::new(Side::Left);
        assert_eq!(
            side.compare_exchange(Side::Right, Side::Left, AcqRel, Acquire),
            Err(Side::Left)
        );
        assert_eq!(side.swap(Side::Right, AcqRel), Side::Left);
        let other = |side| if side == Side::Left { Side::Right } else { Side::Left };
        assert_eq!(
            (side.update(AcqRel, Acquire, other), side.load(Acquire)),
            (Side::Right, Side::Left)
        );
    }

    /// Raw pointers are not `Send`; atomics of them are, as core's are.
    #[test]
    fn atomic_pointers_are_send_and_sync() {
        fn goes_anywhere<T: Send + Sync>(_: &T) {}
        goes_anywhere(&Atomic::new(core::ptr::null_mut::<core::cell::Cell<u8>>()));
        goes_anywhere(&Atomic::new(Lsn(1)));
    }
}
