//! The model: loom's atomics, cells and threads under the names of [`core`](super::core).

pub(crate) use ::loom::{
    cell::UnsafeCell,
    sync::atomic::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
        AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    },
};

#[cfg(feature = "std")]
pub(crate) use self::threads::{Thread, current, park, park_timeout};
#[cfg(feature = "alloc")]
pub(crate) use ::loom::sync::Arc;
#[cfg(feature = "std")]
pub(crate) use ::loom::{sync::Mutex, thread_local};

use super::Word;

/// Returns the atomic that holds `value`.
///
/// # Safety
///
/// A `T` has the size of a `W`, and every `T` is a valid `W`.
pub(crate) unsafe fn atomic<T: Copy, W: Word>(value: T) -> W::Atomic {
    // SAFETY: the caller's promise.
    W::atomic(unsafe { core::mem::transmute_copy(&value) })
}

/// A cell that is accessed whenever the [`Byte`](super::Byte) beside it can be.
pub(crate) struct Access(UnsafeCell<()>);

// SAFETY: there is nothing in it; loom checks the accesses.
unsafe impl Sync for Access {}

impl Access {
    pub(crate) fn new() -> Self {
        Self(UnsafeCell::new(()))
    }

    pub(crate) fn read(access: &[Self], start: usize, first: usize, second: usize) {
        let (first, second) = (&access[start..start + first], &access[..second]);
        first.iter().chain(second).for_each(|access| access.0.with(|_| ()));
    }

    pub(crate) fn write(access: &[Self], start: usize, first: usize, second: usize) {
        let (first, second) = (&access[start..start + first], &access[..second]);
        first.iter().chain(second).for_each(|access| access.0.with_mut(|_| ()));
    }
}

/// Loom has no compiler fences: a model has no compiler between it and the machine.
pub(crate) fn compiler_fence(_: Ordering) {}

/// Parking, with a token that is not lost.
///
/// Loom forgets an `unpark` that comes while the thread has yielded and not run again, so that its next `park`
/// blocks, which no real thread does. Its `unpark` orders what came before it before all that the thread does from
/// then on, though it may not park at all. And one that comes while the thread is blocked by something else, as a
/// `join`, ends that. So loom's is called only for a thread that is parked, and what is noted here is no part of the
/// model: loom runs all threads of a model on one.
#[cfg(feature = "std")]
mod threads {
    use std::cell::Cell;
    use std::rc::Rc;

    ::loom::thread_local! {
        static CURRENT: Thread =
            Thread { thread: ::loom::thread::current(), parking: Parking(Rc::default()) };
    }

    #[derive(Clone)]
    pub(crate) struct Thread {
        thread: ::loom::thread::Thread,
        parking: Parking,
    }

    #[derive(Clone)]
    struct Parking(Rc<ParkingState>);

    #[derive(Default)]
    struct ParkingState {
        token: Cell<bool>,
        is_parked: Cell<bool>,
    }

    // SAFETY: all threads of a model are one thread of the machine.
    unsafe impl Send for Parking {}
    // SAFETY: as above.
    unsafe impl Sync for Parking {}

    impl Thread {
        pub(crate) fn unpark(&self) {
            self.parking.0.token.set(true);
            if self.parking.0.is_parked.get() {
                self.thread.unpark();
            }
        }
    }

    pub(crate) fn current() -> Thread {
        CURRENT.with(Thread::clone)
    }

    pub(crate) fn park() {
        let parking = current().parking.0;
        while !parking.token.take() {
            parking.is_parked.set(true);
            ::loom::thread::park();
            parking.is_parked.set(false);
        }
    }

    /// Loom has no clock: a timed wait takes a token that is there, or is a chance for the others to run.
    pub(crate) fn park_timeout(_: core::time::Duration) {
        if !current().parking.0.token.take() {
            ::loom::thread::yield_now();
        }
    }
}

/// Crossbeam's backoff, which tells loom that this thread waits for another.
pub(crate) struct Backoff;

impl Backoff {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn spin(&self) {
        ::loom::thread::yield_now();
    }

    pub(crate) fn snooze(&self) {
        ::loom::thread::yield_now();
    }

    /// At once: a model explores both what happens before and what happens after the spinning.
    #[cfg(feature = "std")]
    pub(crate) fn is_completed(&self) -> bool {
        true
    }
}

/// A model has every window by itself.
#[inline(always)]
pub(crate) fn window() {}

macro_rules! const_fn {
    ($(#[$meta:meta])* $vis:vis const fn $($rest:tt)*) => {
        $(#[$meta])* $vis fn $($rest)*
    };
}
pub(crate) use const_fn;

macro_rules! array {
    ($value:expr; $len:expr) => {
        ::core::array::from_fn::<_, { $len }, _>(|_| $value)
    };
}
pub(crate) use array;

/// Loom drops its statics while threads that were joined still run their destructors.
pub(crate) type Global<T> = std::sync::Arc<T>;

macro_rules! global {
    ($(#[$meta:meta])* fn $name:ident() -> $type:ty = $value:expr;) => {
        $(#[$meta])*
        fn $name() -> $crate::sys::Global<$type> {
            ::loom::lazy_static! {
                static ref VALUE: $crate::sys::Global<$type> = std::sync::Arc::new($value);
            }
            std::sync::Arc::clone(&VALUE)
        }
    };
}
pub(crate) use global;

macro_rules! thread_local_const {
    ($(#[$meta:meta])* static $name:ident: $type:ty = $value:expr;) => {
        ::loom::thread_local! { $(#[$meta])* static $name: $type = $value; }
    };
}
pub(crate) use thread_local_const;

macro_rules! cfg_loom {
    ($model:literal else $native:expr) => {
        $model
    };
}
pub(crate) use cfg_loom;

macro_rules! native_only {
    ($($item:item)*) => {};
}
pub(crate) use native_only;

macro_rules! loom_only {
    ($($item:item)*) => { $($item)* };
}
pub(crate) use loom_only;

/// The memory model, and loom, have no such rule.
pub(crate) const RMW_IS_FENCE: bool = false;
