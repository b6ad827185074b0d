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
//! | feature `loom` and `--cfg latchfree_loom` | `loom` | `loom`, every access checked for races | `loom` |

// Where there are no 64-bit atomics, there is less to use it.
#![cfg_attr(not(any(target_has_atomic = "64", feature = "portable-atomic")), allow(unused))]

pub(crate) mod unwind;
mod word;

cfg_if::cfg_if! {
    if #[cfg(all(latchfree_loom, feature = "loom"))] {
        mod loom;
        pub(crate) use self::loom::*;
    } else {
        mod core;
        pub(crate) use self::core::*;
    }
}

pub(crate) use self::word::{Arithmetic, Bits, Word};

#[cfg(all(latchfree_loom, not(feature = "loom")))]
compile_error!("`--cfg latchfree_loom` is set: enable latchfree's feature `loom` as well");
#[cfg(all(feature = "loom", not(latchfree_loom)))]
compile_error!("latchfree's feature `loom` is on: compile with `--cfg latchfree_loom` as well");
