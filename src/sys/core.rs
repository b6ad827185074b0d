//! The real machine: core's atomics, or portable-atomic's with the feature of that name.

#[cfg(not(feature = "portable-atomic"))]
use ::core::sync::atomic as machine;
#[cfg(feature = "portable-atomic")]
use portable_atomic as machine;

pub(crate) use self::machine::Ordering;
#[cfg(any(target_has_atomic = "8", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicBool, AtomicI8, AtomicU8};
#[cfg(any(target_has_atomic = "16", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicI16, AtomicU16};
#[cfg(any(target_has_atomic = "32", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicI32, AtomicU32};
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicI64, AtomicU64};
#[cfg(feature = "portable-atomic")]
pub(crate) use self::machine::{AtomicI128, AtomicU128};
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
pub(crate) use self::machine::{AtomicIsize, AtomicPtr, AtomicUsize};
#[cfg(not(miri))]
pub(crate) use self::machine::{compiler_fence, fence};
// Miri reads no assembly, of which portable-atomic makes the fences of MSP430.
#[cfg(miri)]
pub(crate) use ::core::sync::atomic::{compiler_fence, fence};

/// An interrupt handler that finds such a lock taken, by what it has interrupted, waits for it indefinitely.
/// (With `portable_atomic_unsafe_assume_privileged` the locks keep interrupts away. Without
/// compare-and-swap there are no locks: portable-atomic does not compile until it was told what else to do.)
#[cfg(all(
    feature = "portable-atomic",
    not(feature = "no-interrupt-handlers"),
    not(portable_atomic_unsafe_assume_privileged),
    target_os = "none",
    target_has_atomic = "ptr",
    not(target_has_atomic = "64"),
))]
const _: () = assert!(
    AtomicU64::is_always_lock_free(),
    "this target has no 64-bit atomics, and those of `portable-atomic` are locks: an interrupt handler that \
     uses latchfree can hang. In the program's Cargo.toml, depend on `portable-atomic` with its feature \
     `unsafe-assume-single-core`, if there is one processor; or build with \
     `--cfg portable_atomic_unsafe_assume_privileged`, if there are more; or enable latchfree's feature \
     `no-interrupt-handlers`, if no handler uses it"
);

pub(crate) use self::backoff::Backoff;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(crate) use alloc::sync::Arc;
#[cfg(feature = "std")]
pub(crate) use std::{
    sync::Mutex,
    thread::{Thread, current, park, park_timeout},
    thread_local,
};

use super::Word;

#[cfg(not(latchfree_no_spin))]
mod backoff {
    pub(crate) use crossbeam_utils::Backoff;
}

/// For the stress tests of waiting (`ci/no-spin.sh`): threads that wait block at once.
#[cfg(latchfree_no_spin)]
mod backoff {
    pub(crate) struct Backoff(crossbeam_utils::Backoff);

    impl Backoff {
        pub(crate) fn new() -> Self {
            Self(crossbeam_utils::Backoff::new())
        }

        pub(crate) fn spin(&self) {
            self.0.spin();
        }

        pub(crate) fn snooze(&self) {
            self.0.snooze();
        }

        #[cfg(feature = "std")]
        pub(crate) fn is_completed(&self) -> bool {
            true
        }
    }
}

/// Marks a moment at which another thread can get in between two steps that belong together.
#[inline(always)]
pub(crate) fn window() {
    #[cfg(all(latchfree_no_spin, feature = "std"))]
    windows::open();
}

/// Windows that the scheduler hardly ever hits, made wide at random.
#[cfg(all(latchfree_no_spin, feature = "std"))]
mod windows {
    use core::cell::Cell;
    use std::time::{Duration, Instant};

    std::thread_local! {
        /// The state of a xorshift generator, another one on each thread.
        static CHANCE: Cell<u64> = const { Cell::new(0) };
    }

    /// Mostly nothing, or else some microseconds without or with others on the processor.
    pub(super) fn open() {
        // In the last destructors of a thread there is no chance left.
        let _ = CHANCE.try_with(|chance| {
            let seed = || ::core::ptr::from_ref(chance).addr() as u64;
            let mut x = if chance.get() == 0 { seed() } else { chance.get() };
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            chance.set(x);
            match x >> 59 {
                0 => std::thread::sleep(Duration::from_micros(x >> 32 & 63)),
                1..4 => std::thread::yield_now(),
                4..12 => spin(Duration::from_nanos(x >> 32 & 0xfff)),
                _ => {}
            }
        });
    }

    fn spin(time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            ::core::hint::spin_loop();
        }
    }
}

/// Returns the atomic that holds `value`, in a `const` as well.
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

    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner()
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

    /// Returns the pointer, for accesses by atomics.
    #[inline(always)]
    pub(crate) const fn get(&self) -> *mut T {
        self.0.get()
    }
}

/// Stands beside a [`Byte`](super::Byte). Under loom it checks the accesses for races.
pub(crate) struct Access;

impl Access {
    pub(crate) const fn new() -> Self {
        Self
    }

    /// Notes that `first` bytes from `start` on, and `second` ones from the beginning, can be read now.
    #[inline(always)]
    pub(crate) fn read(_: &[Self], _start: usize, _first: usize, _second: usize) {}

    /// Notes that `first` bytes from `start` on, and `second` ones from the beginning, can be written now.
    #[inline(always)]
    pub(crate) fn write(_: &[Self], _start: usize, _first: usize, _second: usize) {}
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
        fn $name() -> $crate::sys::Global<$type> {
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

/// Picks a constant: a small one under loom, so that models reach the boundary, else the production value.
macro_rules! cfg_loom {
    ($model:literal else $native:expr) => {
        $native
    };
}
pub(crate) use cfg_loom;

/// Calls `$macro!(value, core's atomic)` for each type that the target has in core.
#[cfg(target_has_atomic = "8")]
macro_rules! each_core_atomic {
    ($macro:ident) => {
        #[cfg(target_has_atomic = "8")]
        $macro!(bool, ::core::sync::atomic::AtomicBool);
        #[cfg(target_has_atomic = "8")]
        $macro!(u8, ::core::sync::atomic::AtomicU8);
        #[cfg(target_has_atomic = "8")]
        $macro!(i8, ::core::sync::atomic::AtomicI8);
        #[cfg(target_has_atomic = "16")]
        $macro!(u16, ::core::sync::atomic::AtomicU16);
        #[cfg(target_has_atomic = "16")]
        $macro!(i16, ::core::sync::atomic::AtomicI16);
        #[cfg(target_has_atomic = "32")]
        $macro!(u32, ::core::sync::atomic::AtomicU32);
        #[cfg(target_has_atomic = "32")]
        $macro!(i32, ::core::sync::atomic::AtomicI32);
        #[cfg(target_has_atomic = "64")]
        $macro!(u64, ::core::sync::atomic::AtomicU64);
        #[cfg(target_has_atomic = "64")]
        $macro!(i64, ::core::sync::atomic::AtomicI64);
        #[cfg(target_has_atomic = "ptr")]
        $macro!(usize, ::core::sync::atomic::AtomicUsize);
        #[cfg(target_has_atomic = "ptr")]
        $macro!(isize, ::core::sync::atomic::AtomicIsize);
    };
}
#[cfg(target_has_atomic = "8")]
pub(crate) use each_core_atomic;

/// Items that only the real machine can have: views of an atomic as plain memory.
macro_rules! native_only {
    ($($item:item)*) => { $($item)* };
}
pub(crate) use native_only;

/// Items that only a model has: what the loom tests drive.
macro_rules! loom_only {
    ($($item:item)*) => {};
}
pub(crate) use loom_only;

/// Whether a read-modify-write, of whatever ordering, is a full fence in both directions.
///
/// On x86 a locked instruction is one. Miri runs the memory model's program, which has no such rule.
pub(crate) const RMW_IS_FENCE: bool =
    cfg!(all(any(target_arch = "x86", target_arch = "x86_64"), not(miri)));
