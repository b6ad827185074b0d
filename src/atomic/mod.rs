//! Atomics with the ordering of each access in the call, checked by the compiler.
mod arithmetic;
mod bits;
mod cell;
mod fence;
mod ordering;
#[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
mod pointer;
mod value;

pub use self::cell::Atomic;
pub use self::fence::{compiler_fence, fence};
pub use self::ordering::{
    AcqRel, Acquire, AnyOrdering, FenceOrdering, LoadOrdering, Relaxed, Release, RmwOrdering,
    SeqCst, StoreOrdering,
};
pub use self::value::{AtomicBits, AtomicInteger, AtomicValue, Newtype};
