//! How to choose, how to order, what stops what, how to come from elsewhere; what was verified, and what was measured.

#[doc = include_str!("choosing.md")]
pub mod choosing {}

#[doc = include_str!("orderings.md")]
pub mod orderings {}

#[doc = include_str!("sites.md")]
pub mod sites {}

#[doc = include_str!("loom.md")]
pub mod loom {}

#[doc = include_str!("stopped.md")]
pub mod stopped {}

#[doc = include_str!("verdicts.md")]
pub mod verdicts {}

#[doc = include_str!("from_tfs.md")]
pub mod from_tfs {}

#[doc = include_str!("from_others.md")]
pub mod from_others {}

#[doc = include_str!("verification.md")]
pub mod verification {}

#[doc = include_str!("performance.md")]
pub mod performance {}
