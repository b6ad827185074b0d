//! Counters.
#[expect(clippy::module_inception, reason = "one public type a file, and the file named after it")]
mod counter;
mod local;
mod slots;
#[cfg(feature = "std")]
mod thread_id;
mod worker_slot;

pub use self::counter::Counter;
pub use self::local::Local;
pub use self::worker_slot::WorkerSlot;

/// The tables of this family, for the loom tests.
#[cfg(latchfree_loom)]
pub(crate) const SITES: [&[crate::prim::site::SiteInfo]; 3] =
    [counter::SITES, slots::SITES, thread_id::SITES];
