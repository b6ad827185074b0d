#![allow(dead_code, reason = "the benchmark does not call all that the engines do")]

// What the modules find in the crates that they are from, and what the benchmark calls. The modules themselves are
// declared by `ci/engines.sh`, which puts them beside this.

extern crate self as lsm_tree;

pub use metrics::Metrics;
pub use seqno::SequenceNumberCounter;
pub use snapshot_tracker::SnapshotTracker;
pub use write_buffer_manager::WriteBufferManager;

pub type SeqNo = u64;

/// A block was found in the cache.
#[inline]
pub fn count_hit(metrics: &Metrics) {
    metrics.data_block_load_cached.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
}

/// A block was read.
#[inline]
pub fn count_read(metrics: &Metrics, bytes: u32) {
    metrics.data_block_load_io.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    metrics.data_block_io_requested.fetch_add(bytes.into(), std::sync::atomic::Ordering::Relaxed);
}
