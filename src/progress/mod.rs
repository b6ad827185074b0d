//! Positions.
mod error;
mod watermark;

pub use self::error::{Closed, WaitTimeoutError};
pub use self::watermark::Watermark;

/// The tables of this family, for the loom tests.
#[cfg(latchfree_loom)]
pub(crate) const SITES: [&[crate::prim::site::SiteInfo]; 1] = [watermark::SITES];
