//! Sequence locks.
mod error;
mod lock;

pub use self::error::Busy;
pub use self::lock::SeqLock;

/// The tables of this family, for the loom tests.
#[cfg(latchfree_loom)]
pub(crate) const SITES: [&[crate::prim::site::SiteInfo]; 1] = [lock::SITES];
