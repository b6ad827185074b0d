//! Crate docs.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", latchfree_loom))]
extern crate std;

#[macro_use]
mod prim;
mod unwind;
mod wait;

pub mod atomic;
pub mod counter;
pub mod mpsc;
pub mod progress;
pub mod seqlock;

#[cfg(latchfree_loom)]
#[doc(hidden)]
pub mod model;
