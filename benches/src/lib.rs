//! latchfree beside its peers.
//!
//! [`peers`] has one adapter a peer, so that all do the same work; [`contend`] runs threads that begin
//! together. The criterion benchmarks in `benches/` and the comparisons that `src/bin/record` writes
//! down are made of these.

pub mod contend;
pub mod peers;
