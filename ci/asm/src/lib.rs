//! What users write, one function each, for the compiler to show what becomes of it.
//!
//! The listings are beside this package's manifest; `ci/asm.sh` makes them and compares.

#![no_std]

pub mod atomic;
pub mod counter;
pub mod log;
pub mod mpsc;
pub mod refcount;
pub mod seqlock;
pub mod watermark;
