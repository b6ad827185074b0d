// In these pages, links of the README to the guide lead to its pages: the first definition counts.
#![cfg_attr(
    feature = "std",
    doc = "[choosing]: guide::choosing\n[orderings]: guide::orderings\n[loom]: guide::loom\n[stopped]: guide::stopped"
)]
#![cfg_attr(
    feature = "std",
    doc = "[from_tfs]: guide::from_tfs\n[from_others]: guide::from_others"
)]
#![cfg_attr(
    feature = "std",
    doc = "[verification]: guide::verification\n[performance]: guide::performance\n"
)]
#![cfg_attr(feature = "std", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "std"), doc = "Lock-free building blocks for storage engines.")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The documentation is that of the whole crate: without `std` some of its links lead nowhere.
#![cfg_attr(not(feature = "std"), allow(rustdoc::broken_intra_doc_links))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

// Its traits are part of this crate's interface.
pub use bytemuck;

/// Puts a value on cache lines of its own. `crossbeam_utils`', as this crate uses it.
///
/// The types whose documentation says so have it inside: counters, watermarks and frontiers, queues and log buffers. Those of one or two
/// words do not, because only their user knows what lies beside them: an [`Atomic`](atomic::Atomic), a reference count, a
/// sequence, a semaphore. Wrap those that several threads write, where they lie beside each other or beside what
/// other threads read.
///
/// # Examples
///
/// ```
/// # use latchfree::{CachePadded, sequence::Sequence};
/// #[derive(Default)]
/// struct Ids {
///     transactions: CachePadded<Sequence>, // two threads that take numbers of each
///     snapshots: CachePadded<Sequence>,    // do not get in each other's way
/// }
/// # let _ = Ids::default();
/// ```
pub use crossbeam_utils::CachePadded;

mod sys;
sys::loom_only! {
    #[cfg(not(any(feature = "std", test)))]
    extern crate std;
}

#[macro_use]
pub mod atomic;
#[cfg(any(target_has_atomic = "32", feature = "portable-atomic"))]
pub mod refcount;

// Positions and tickets have 64 bits, on every target. (No `cfg_if!` here, nor in the families: cargo-mutants
// finds no modules in macros.)
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub mod counter;
#[cfg(all(feature = "std", any(target_has_atomic = "64", feature = "portable-atomic")))]
pub mod group;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub mod log;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub mod mpsc;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub mod semaphore;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub mod seqlock;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub mod sequence;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
mod wait;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub mod watermark;

// Its examples want all there is.
#[cfg(all(any(doc, doctest), feature = "std"))]
pub mod guide;

#[cfg(all(feature = "loom", any(loom, latchfree_loom)))]
#[doc(hidden)]
pub mod loom_hooks;

#[cfg(all(
    feature = "std",
    latchfree_counted,
    not(all(feature = "loom", any(loom, latchfree_loom)))
))]
#[doc(hidden)]
pub use sys::counted::hooks as count_hooks;
