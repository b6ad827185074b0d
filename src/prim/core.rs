//! The real machine: core's atomics, or portable-atomic's with the feature of that name.

#[cfg(not(feature = "portable-atomic"))]
use ::core::sync::atomic as machine;
#[cfg(feature = "portable-atomic")]
use portable_atomic as machine;

use core::mem::MaybeUninit;

#[cfg(any(target_has_atomic = "8", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicBool, AtomicI8, AtomicU8};
#[cfg(any(target_has_atomic = "16", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicI16, AtomicU16};
#[cfg(any(target_has_atomic = "32", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicI32, AtomicU32};
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicI64, AtomicU64};
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicIsize, AtomicPtr, AtomicUsize};
pub(crate) use self::machine::{Ordering, compiler_fence, fence};

#[cfg(feature = "alloc")]
pub(crate) use alloc::sync::Arc;
pub(crate) use crossbeam_utils::Backoff;
#[cfg(feature = "std")]
pub(crate) use std::{
    sync::Mutex,
    thread::{Thread, current, park, park_timeout},
    thread_local,
};

use super::Word;
use crate::atomic::{LoadOrdering, StoreOrdering};

/// The atomic that holds `value`, in a `const` as well.
///
/// # Safety
///
/// A `T` has the size of a `W`, and every `T` is a valid `W`.
#[inline(always)]
pub(crate) const unsafe fn atomic<T: Copy, W: Word>(value: T) -> W::Atomic {
    // SAFETY: the atomics of core and portable-atomic have the size and the bit validity of what
    // they hold, so the caller's promise for `W` is one for `W::Atomic`.
    unsafe { ::core::mem::transmute_copy(&value) }
}

/// Core's `UnsafeCell` with loom's interface: access through a closure that gets the raw pointer.
#[repr(transparent)]
pub(crate) struct UnsafeCell<T: ?Sized>(::core::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    #[inline(always)]
    pub(crate) const fn new(value: T) -> Self {
        Self(::core::cell::UnsafeCell::new(value))
    }

    /// Shows a pointer for reading. Under loom this is checked as a read.
    #[inline(always)]
    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    /// Shows a pointer for writing. Under loom this is checked as a write.
    #[inline(always)]
    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.0.get())
    }
}

/// A `T` that is copied in and out by atomic instructions, a word at a time.
///
/// The copy as a whole is not atomic: who reads during a write gets words of both, and must find
/// that out (as the seqlock does) before it makes a `T` of them. No access is a data race.
///
/// Words of the pointer's width go first, then one piece each of 4, 2 and 1 bytes for what is left:
/// as many instructions as a plain copy of aligned words. Every byte is always reached through the
/// same piece, so accesses of different sizes never meet.
#[repr(C)]
pub(crate) struct Words<T> {
    _align: [AtomicUsize; 0],
    value: ::core::cell::UnsafeCell<T>,
}

// SAFETY: shared access is by atomics only, and hands out copies of the value, which is what moves
// from thread to thread.
unsafe impl<T: Send> Sync for Words<T> {}

/// As [`Words`], in memory of one thread: gives the local copy the alignment of the words.
#[repr(C)]
struct Local<T> {
    _align: [AtomicUsize; 0],
    value: MaybeUninit<T>,
}

impl<T: bytemuck::NoUninit> Words<T> {
    #[inline]
    pub(crate) const fn new(value: T) -> Self {
        Self { _align: [], value: ::core::cell::UnsafeCell::new(value) }
    }

    /// Copies the words out.
    #[inline]
    pub(crate) fn load(&self, order: impl LoadOrdering) -> MaybeUninit<T> {
        let mut copy: Local<T> = Local { _align: [], value: MaybeUninit::uninit() };
        let (from, to) = (self.value.get().cast::<u8>(), copy.value.as_mut_ptr().cast::<u8>());
        for_each_piece::<T>(Load { from, to, order });
        copy.value
    }

    /// Copies `value` in. Two stores at a time leave a mixture.
    #[inline]
    pub(crate) fn store(&self, value: T, order: impl StoreOrdering) {
        let value = Local { _align: [], value: MaybeUninit::new(value) };
        let (from, to) = (value.value.as_ptr().cast::<u8>(), self.value.get().cast::<u8>());
        for_each_piece::<T>(Store { from, to, order });
    }
}

/// Copies one piece, of type `W`, at byte `at`.
trait Piece {
    fn copy<W: Word>(&self, at: usize);
}

struct Load<O> {
    from: *mut u8,
    to: *mut u8,
    order: O,
}

impl<O: LoadOrdering> Piece for Load<O> {
    #[inline(always)]
    fn copy<W: Word>(&self, at: usize) {
        // SAFETY: `for_each_piece` hands out offsets at which a `W` lies wholly inside the `T`, at
        // a multiple of its size; both ends are aligned to a word by `_align`. `from` points into
        // an `UnsafeCell` that is only ever accessed by atomics of this very size, whose layout is
        // that of `W`; every byte there is initialised, because `T: NoUninit`. `to` is ours alone.
        unsafe {
            let atomic = &*self.from.add(at).cast::<W::Atomic>();
            self.to.add(at).cast::<W>().write(W::load(atomic, self.order.get()));
        }
    }
}

struct Store<O> {
    from: *const u8,
    to: *mut u8,
    order: O,
}

impl<O: StoreOrdering> Piece for Store<O> {
    #[inline(always)]
    fn copy<W: Word>(&self, at: usize) {
        // SAFETY: as in `Load`, with the ends exchanged: `from` is our own copy, wholly
        // initialised because `T: NoUninit`, and `to` is reached through atomics only.
        unsafe {
            let atomic = &*self.to.add(at).cast::<W::Atomic>();
            W::store(atomic, self.from.add(at).cast::<W>().read(), self.order.get());
        }
    }
}

/// Cuts a `T` into pieces: words first, then what is left in falling sizes.
#[inline(always)]
fn for_each_piece<T>(piece: impl Piece) {
    const WORD: usize = size_of::<usize>();
    let size = size_of::<T>();
    let mut at = 0;
    while at + WORD <= size {
        piece.copy::<usize>(at);
        at += WORD;
    }
    #[cfg(target_pointer_width = "64")]
    if size & 4 != 0 {
        piece.copy::<u32>(at);
        at += 4;
    }
    if size & 2 != 0 {
        piece.copy::<u16>(at);
        at += 2;
    }
    if size & 1 != 0 {
        piece.copy::<u8>(at);
    }
}

/// Declares a constructor `const`; loom's atomics cannot be made in a `const`, so not under loom.
macro_rules! const_fn {
    ($(#[$meta:meta])* $vis:vis const fn $($rest:tt)*) => {
        $(#[$meta])* $vis const fn $($rest)*
    };
}
pub(crate) use const_fn;

/// An array of `N` values of one constructor, in a `const` as well.
macro_rules! array {
    ($value:expr; $len:expr) => {
        [const { $value }; $len]
    };
}
pub(crate) use array;

/// A function that returns the one value of its kind that all threads share: a `static`.
#[cfg(feature = "std")]
macro_rules! global {
    ($(#[$meta:meta])* fn $name:ident() -> $type:ty = $value:expr;) => {
        $(#[$meta])*
        fn $name() -> $crate::prim::Global<$type> {
            static VALUE: $type = $value;
            &VALUE
        }
    };
}
#[cfg(feature = "std")]
pub(crate) use global;

/// What a [`global!`] returns.
#[cfg(feature = "std")]
pub(crate) type Global<T> = &'static T;

/// A value of each thread, initialised in a `const` and without a destructor: one plain load.
#[cfg(feature = "std")]
macro_rules! thread_local_const {
    ($(#[$meta:meta])* static $name:ident: $type:ty = $value:expr;) => {
        std::thread_local! { $(#[$meta])* static $name: $type = const { $value }; }
    };
}
#[cfg(feature = "std")]
pub(crate) use thread_local_const;

/// The greater of two sizes on the machine, the lesser in a model, where it must be small for the
/// end of it to be reached.
macro_rules! sized {
    ($native:expr, in a model $model:expr) => {
        $native
    };
}
pub(crate) use sized;

/// Items that only the real machine can have: views of an atomic as plain memory.
macro_rules! native_only {
    ($($item:item)*) => { $($item)* };
}
pub(crate) use native_only;
