//! How to choose, how to order, which answers to rely on, how to come from elsewhere.

#[doc = include_str!("choosing.md")]
pub mod choosing {}

#[doc = include_str!("orderings.md")]
pub mod orderings {}

#[doc = include_str!("verdicts.md")]
pub mod verdicts {}

#[doc = include_str!("from_tfs.md")]
pub mod from_tfs {}

#[doc = include_str!("from_others.md")]
pub mod from_others {}
