//! Counters for statistics: threads add without getting in each other's way, and no add is lost.
//!
//! A single atomic that several threads add to goes back and forth between their caches, and each
//! add waits for it. A [`Counter`] gives each thread a slot of its own, on a cache line of its own.
//! Its owner adds with a plain load and store: no locked instruction, no line to wait for. Reading
//! adds up the slots.
//!
//! A [`Counter`] and a [`Gauge`] have as many slots as their type says, in place. Those of a [`HeapCounter`] and a
//! [`HeapGauge`] are on the heap, as many as the program asks for when it makes them. Handles are the same.
//! [`Counters`] are several counters in one: each slot has all their counts, which [`Which`] tells apart.
//!
//! # Why no add is lost
//!
//! 1. *One writer a slot.* A slot names its owner: a handle, a worker, or a thread. An owner that finds
//!    itself named (MINE) adds by load and store; all others add to one of the shared slots by a read-modify-write. An owner
//!    is one thread at a time: a handle is not `Sync`, a thread's number belongs to one living thread, and for a
//!    worker's number the caller promises it. So no other thread stores between the load and the store of an
//!    owned add. (A signal or interrupt handler on the same thread may. Handlers therefore use the shared
//!    slot, by [`Counter::add_shared`] and [`Gauge::add_shared`].)
//! 2. *Handing over.* The previous owner released the slot (RELEASE), or its number, after its last store. The
//!    next owner acquires it (CLAIM) before its first load, which therefore reads that store. So the counts of a
//!    slot are one growing sequence across all its owners.
//! 3. *Reading.* A load of a slot that happens after an add reads that add's value or a later one, by
//!    coherence. So a sum is at least what was added before it. It consists of counts that the slots
//!    have held, so it is at most what was added before its end.
//! 4. *Draining.* No count is ever reset: a drain moves a baseline up to the sum, and returns the
//!    difference. The baseline moves by compare-and-swap and only forward, so the differences of all
//!    drains add up to the baseline. An add that one sum missed is in a later one.
//! 5. *Several counts.* A slot of [`Counters`] is owned as a whole, so steps 1 and 2 hold for each of its counts. Each has
//!    a word in each shared slot and a baseline of its own, so steps 3 and 4 hold for each by itself. Nothing
//!    is promised of two counts together.

#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod counter;
mod counters;
mod delta;
mod every_nth;
mod gauge;
#[cfg(feature = "alloc")]
mod heap_counter;
#[cfg(feature = "alloc")]
mod heap_gauge;
mod local;
mod local_counts;
mod stripes;
#[cfg(feature = "std")]
mod thread_id;
mod which;
mod worker_counts;
mod worker_slot;

pub use self::counter::Counter;
pub use self::counters::Counters;
pub use self::delta::Delta;
pub use self::every_nth::EveryNth;
pub use self::gauge::Gauge;
#[cfg(feature = "alloc")]
pub use self::heap_counter::HeapCounter;
#[cfg(feature = "alloc")]
pub use self::heap_gauge::HeapGauge;
pub use self::local::Local;
pub use self::local_counts::LocalCounts;
pub use self::which::Which;
pub use self::worker_counts::WorkerCounts;
pub use self::worker_slot::WorkerSlot;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 4] =
        [counter::SITES, every_nth::SITES, stripes::SITES, thread_id::SITES];
}
