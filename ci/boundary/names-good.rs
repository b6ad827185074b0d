//! Like `core::sync::atomic::AtomicU64`, or `loom::sync::atomic`.
    // An AtomicBool would not do.
#[doc(alias("AtomicU64", "AtomicPtr"))]
#[doc(alias(
    "AtomicU32",
))]
#[cfg(latchfree_loom)]
use crate::atomic::{Atomic, AtomicBits};
use crate::sys::{self, UnsafeCell};
