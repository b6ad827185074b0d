//! The system below the crate: atomics, cells, threads, panics. The only place that names them.
//!
//! Nothing here imports anything of the crate, and no other file mentions `core::sync::atomic`,
//! `portable_atomic` or `loom` (`ci/boundary.sh` checks both). So one switch, here, turns the whole crate into
//! a loom model of itself:
//!
//! | build | atomics | plain cells | threads |
//! | --- | --- | --- | --- |
//! | normal | `core::sync::atomic` | `core::cell::UnsafeCell` | `std::thread` |
//! | feature `portable-atomic` | `portable_atomic` | the same | the same |
//! | feature `loom` and `--cfg loom` or `--cfg latchfree_loom` | `loom` | `loom`, every access checked for races | `loom` |
//! | `--cfg latchfree_counted` | those of the first two, each access announced | the same | the same |

// Where there are no 64-bit atomics, there is less to use it.
#![cfg_attr(not(any(target_has_atomic = "64", feature = "portable-atomic")), allow(unused))]

pub(crate) mod asymmetric;
mod bytes;
pub(crate) mod unwind;
mod word;

// `loom_only!` and `native_only!` choose single items. A file that is there in one build only repeats this
// condition, whole (`ci/boundary.sh`).
cfg_if::cfg_if! {
    if #[cfg(all(feature = "loom", any(loom, latchfree_loom)))] {
        mod loom;
        pub(crate) use self::loom::*;
    } else if #[cfg(all(feature = "std", latchfree_counted))] {
        #[allow(unused, reason = "some of it is replaced")]
        mod core;
        pub(crate) mod counted;
        pub(crate) use self::counted::*;
    } else {
        mod core;
        pub(crate) use self::core::*;
    }
}

pub(crate) use self::bytes::Byte;
pub(crate) use self::word::{Arithmetic, Bits, Word};

cfg_if::cfg_if! {
    if #[cfg(all(any(loom, latchfree_loom), not(feature = "loom"), not(target_os = "none")))] {
        mod unseen_model;
        pub(crate) use self::unseen_model::refuse_unseen_model;
    } else {
        /// In a build for loom that loom does not see: panics if it is called in a loom model.
        #[inline(always)]
        pub(crate) fn refuse_unseen_model() {}
    }
}
