//! The real machine, where each access is announced first: what the simulated machines of `benches/costs` count.
//!
//! The atomics and cells are those of [`core`](super::core), with the same layout and the same effects. The observer
//! hears of an access before it happens, and decides when it does: it returns when it is this thread's turn. What an
//! instruction is on one target only, is here the same on all of them, so that all count the same.

pub(crate) use super::core::*;

use self::hooks::{Event, Span};
use super::core as machine;
use ::core::cell::Cell;

/// What the simulator drives. No part of the public interface.
pub mod hooks {
    pub use core::sync::atomic::Ordering;
    use std::sync::OnceLock;

    /// The bytes that an access touches.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Span {
        /// The address of the first one.
        pub address: usize,
        /// How many there are.
        pub len: usize,
    }

    /// What a thread is about to do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Event {
        /// An atomic load.
        Load(Span),
        /// An atomic store.
        Store(Span, Ordering),
        /// A read-modify-write; a compare-exchange is one also if it fails.
        ReadModifyWrite(Span),
        /// The compare-exchange that was announced last has failed. No access.
        Failed,
        /// A fence.
        Fence(Ordering),
        /// A fence for the compiler alone.
        CompilerFence(Ordering),
        /// The light side of a pair of fences, whose heavy one is a `Barrier`: the compiler fence that comes next is
        /// all there is of it, on every machine.
        LightFence,
        /// A fence for all threads of the process (`membarrier`).
        Barrier,
        /// A read of plain memory.
        Read(Span),
        /// A write to plain memory.
        Write(Span),
        /// So many instructions that give way to another thread, in a loop that waits for it.
        Pause(u32),
    }

    static OBSERVER: OnceLock<fn(Event)> = OnceLock::new();

    /// Makes `observer` hear of each access of this process from now on. The first observer stays.
    pub fn set_observer(observer: fn(Event)) {
        let _ = OBSERVER.set(observer);
    }

    /// Announces `event`, and returns when it is to happen.
    pub fn announce(event: Event) {
        if let Some(observer) = OBSERVER.get() {
            observer(event);
        }
    }
}

use self::hooks::announce;

fn span<T>(at: &T) -> Span {
    Span { address: ::core::ptr::from_ref(at).addr(), len: size_of::<T>() }
}

macro_rules! counted {
    ($(#[$meta:meta])* $name:ident $(<$param:ident>)?, $word:ty: $($rmw:ident)*) => {
        $(#[$meta])*
        #[repr(transparent)]
        pub(crate) struct $name$(<$param>)?(machine::$name$(<$param>)?);

        impl$(<$param>)? $name$(<$param>)? {
            pub(crate) const fn new(value: $word) -> Self {
                Self(machine::$name::new(value))
            }

            pub(crate) fn into_inner(self) -> $word {
                self.0.into_inner()
            }

            pub(crate) fn load(&self, order: Ordering) -> $word {
                announce(Event::Load(span(self)));
                self.0.load(order)
            }

            pub(crate) fn store(&self, value: $word, order: Ordering) {
                announce(Event::Store(span(self), order));
                self.0.store(value, order);
            }

            pub(crate) fn compare_exchange(
                &self,
                current: $word,
                new: $word,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$word, $word> {
                announce(Event::ReadModifyWrite(span(self)));
                let held = self.0.compare_exchange(current, new, success, failure);
                if held.is_err() {
                    announce(Event::Failed);
                }
                held
            }

            /// Fails only when the values differ, on every machine.
            pub(crate) fn compare_exchange_weak(
                &self,
                current: $word,
                new: $word,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$word, $word> {
                self.compare_exchange(current, new, success, failure)
            }

            $(
                pub(crate) fn $rmw(&self, value: $word, order: Ordering) -> $word {
                    announce(Event::ReadModifyWrite(span(self)));
                    self.0.$rmw(value, order)
                }
            )*
        }
    };
}

macro_rules! counted_integers {
    ($($width:literal: $($name:ident, $word:ty);*;)*) => {$($(
        #[cfg(any(target_has_atomic = $width, feature = "portable-atomic"))]
        counted!($name, $word: swap fetch_and fetch_nand fetch_or fetch_xor fetch_add fetch_sub fetch_max fetch_min);
    )*)*};
}

counted_integers! {
    "8": AtomicI8, i8; AtomicU8, u8;
    "16": AtomicI16, i16; AtomicU16, u16;
    "32": AtomicI32, i32; AtomicU32, u32;
    "64": AtomicI64, i64; AtomicU64, u64;
    "ptr": AtomicIsize, isize; AtomicUsize, usize;
}
#[cfg(any(target_has_atomic = "8", feature = "portable-atomic"))]
counted!(AtomicBool, bool: swap fetch_and fetch_nand fetch_or fetch_xor);
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
counted!(AtomicPtr<T>, *mut T: swap);

pub(crate) fn fence(order: Ordering) {
    announce(Event::Fence(order));
    machine::fence(order);
}

pub(crate) fn compiler_fence(order: Ordering) {
    announce(Event::CompilerFence(order));
    machine::compiler_fence(order);
}

/// The fences after read-modify-writes are the compiler's here, so that the simulator can tell them from others:
/// x86 needs no instruction for them, and the other machines a fence.
pub(crate) const RMW_IS_FENCE: bool = true;

/// As that of [`core`](super::core), and announces each access.
#[repr(transparent)]
pub(crate) struct UnsafeCell<T: ?Sized>(machine::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(machine::UnsafeCell::new(value))
    }

    #[inline(always)]
    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner()
    }

    pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        announce(Event::Read(span(self)));
        self.0.with(read)
    }

    pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        announce(Event::Write(span(self)));
        self.0.with_mut(write)
    }

    /// No access: those through the pointer are atomics, which announce themselves.
    pub(crate) fn get(&self) -> *mut T {
        self.0.get()
    }
}

/// Stands for the [`Byte`](super::Byte) beside it: one byte in an array of its own, that begins a line as the other
/// array does, if the allocator begins one with each.
pub(crate) struct Access(#[expect(dead_code, reason = "its address is what counts")] u8);

impl Access {
    pub(crate) const fn new() -> Self {
        Self(0)
    }

    pub(crate) fn read(access: &[Self], start: usize, first: usize, second: usize) {
        Self::parts(access, start, first, second).map(Event::Read).for_each(announce);
    }

    pub(crate) fn write(access: &[Self], start: usize, first: usize, second: usize) {
        Self::parts(access, start, first, second).map(Event::Write).for_each(announce);
    }

    fn parts(
        access: &[Self],
        start: usize,
        first: usize,
        second: usize,
    ) -> impl Iterator<Item = Span> {
        let parts = [(start, first), (0, second)].into_iter().filter(|&(_, len)| len > 0);
        let address = access.as_ptr().addr();
        parts.map(move |(start, len)| Span { address: address + start, len })
    }
}

/// Crossbeam's backoff, with the same steps, whose pauses are announced. The thread is never given up.
pub(crate) struct Backoff {
    step: Cell<u32>,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self { step: Cell::new(0) }
    }

    pub(crate) fn spin(&self) {
        self.pause(6);
    }

    pub(crate) fn snooze(&self) {
        self.pause(10);
    }

    fn pause(&self, last: u32) {
        let step = self.step.get();
        if step <= last {
            self.step.set(step + 1);
        }
        announce(Event::Pause(1 << step.min(6)));
    }

    pub(crate) fn is_completed(&self) -> bool {
        self.step.get() > 10
    }
}
