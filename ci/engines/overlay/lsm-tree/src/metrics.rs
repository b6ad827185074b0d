//! The metrics of a tree of lsm-tree 3.1.10, on `Counters<13, 8>`.
//!
//! Replaces `src/metrics.rs`. Keeps `Metrics` with its public methods, and 13 fields to which the engine's other modules
//! add by `fetch_add(n, Relaxed)`. Each field is a handle of one count in the block that all share, so that no caller
//! changes; `add_each` would look the slot up once for the two counts of a read.

use latchfree::counter::{Counters, Which};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const COUNTS: usize = 13;
/// Threads beyond share four slots.
const SLOTS: usize = 8;

type Block = Counters<COUNTS, SLOTS>;

/// One count of the block.
pub struct Count {
    block: Arc<Block>,
    which: Which<COUNTS>,
}

impl Count {
    /// Adds `n`. No count orders anything, whatever the callers ask for (it is relaxed).
    #[inline]
    pub(crate) fn fetch_add(&self, n: u64, _: Ordering) {
        self.block.add(self.which, n);
    }

    fn get(&self) -> u64 {
        self.block.sum(self.which)
    }

    fn get_usize(&self) -> usize {
        self.get() as usize
    }
}

impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// What a tree has read since it was opened, and from where.
#[derive(Debug)]
pub struct Metrics {
    pub(crate) table_file_opened_uncached: Count,
    pub(crate) table_file_opened_cached: Count,
    pub(crate) index_block_load_io: Count,
    pub(crate) filter_block_load_io: Count,
    pub(crate) data_block_load_io: Count,
    pub(crate) index_block_load_cached: Count,
    pub(crate) filter_block_load_cached: Count,
    pub(crate) data_block_load_cached: Count,
    pub(crate) filter_queries: Count,
    pub(crate) io_skipped_by_filter: Count,
    pub(crate) data_block_io_requested: Count,
    pub(crate) index_block_io_requested: Count,
    pub(crate) filter_block_io_requested: Count,
}

impl Default for Metrics {
    fn default() -> Self {
        let block = Arc::new(Block::new());
        let [
            table_file_opened_uncached,
            table_file_opened_cached,
            index_block_load_io,
            filter_block_load_io,
            data_block_load_io,
            index_block_load_cached,
            filter_block_load_cached,
            data_block_load_cached,
            filter_queries,
            io_skipped_by_filter,
            data_block_io_requested,
            index_block_io_requested,
            filter_block_io_requested,
        ] = Which::all().map(|which| Count { block: Arc::clone(&block), which });
        Self {
            table_file_opened_uncached,
            table_file_opened_cached,
            index_block_load_io,
            filter_block_load_io,
            data_block_load_io,
            index_block_load_cached,
            filter_block_load_cached,
            data_block_load_cached,
            filter_queries,
            io_skipped_by_filter,
            data_block_io_requested,
            index_block_io_requested,
            filter_block_io_requested,
        }
    }
}

/// Which part of `all` is `part`; all of it, if there is nothing.
fn rate(part: u64, all: u64) -> f64 {
    if all == 0 { 1.0 } else { part as f64 / all as f64 }
}

impl Metrics {
    /// Returns the part of table files that were open already, from 0 to 1.
    pub fn table_file_cache_hit_rate(&self) -> f64 {
        let cached = self.table_file_opened_cached.get();
        rate(cached, cached + self.table_file_opened_uncached.get())
    }

    /// Returns the bytes of data blocks that were read from the file system.
    pub fn data_block_io(&self) -> u64 {
        self.data_block_io_requested.get()
    }

    /// Returns the bytes of index blocks that were read from the file system.
    pub fn index_block_io(&self) -> u64 {
        self.index_block_io_requested.get()
    }

    /// Returns the bytes of filter blocks that were read from the file system.
    pub fn filter_block_io(&self) -> u64 {
        self.filter_block_io_requested.get()
    }

    /// Returns the bytes of all blocks that were read from the file system.
    pub fn block_io(&self) -> u64 {
        self.data_block_io() + self.index_block_io() + self.filter_block_io()
    }

    /// Returns how many data blocks were loaded, from wherever.
    pub fn data_block_load_count(&self) -> usize {
        self.data_block_load_cached_count() + self.data_block_load_io.get_usize()
    }

    /// Returns how many index blocks were loaded, from wherever.
    pub fn index_block_load_count(&self) -> usize {
        self.index_block_load_cached_count() + self.index_block_load_io.get_usize()
    }

    /// Returns how many filter blocks were loaded, from wherever.
    pub fn filter_block_load_count(&self) -> usize {
        self.filter_block_load_cached_count() + self.filter_block_load_io.get_usize()
    }

    /// Returns how many blocks were read from the file system.
    pub fn block_load_io_count(&self) -> usize {
        self.data_block_load_io.get_usize()
            + self.index_block_load_io.get_usize()
            + self.filter_block_load_io.get_usize()
    }

    /// Returns how many data blocks were found in the cache.
    pub fn data_block_load_cached_count(&self) -> usize {
        self.data_block_load_cached.get_usize()
    }

    /// Returns how many index blocks were found in the cache.
    pub fn index_block_load_cached_count(&self) -> usize {
        self.index_block_load_cached.get_usize()
    }

    /// Returns how many filter blocks were found in the cache.
    pub fn filter_block_load_cached_count(&self) -> usize {
        self.filter_block_load_cached.get_usize()
    }

    /// Returns how many blocks were found in the cache.
    pub fn block_load_cached_count(&self) -> usize {
        self.data_block_load_cached_count()
            + self.index_block_load_cached_count()
            + self.filter_block_load_cached_count()
    }

    /// Returns how many blocks were loaded, from wherever.
    pub fn block_loads(&self) -> usize {
        self.block_load_io_count() + self.block_load_cached_count()
    }

    /// Returns the part of data blocks that were found in the cache, from 0 to 1.
    pub fn data_block_cache_hit_rate(&self) -> f64 {
        let cached = self.data_block_load_cached.get();
        rate(cached, cached + self.data_block_load_io.get())
    }

    /// Returns the part of filter blocks that were found in the cache, from 0 to 1.
    pub fn filter_block_cache_hit_rate(&self) -> f64 {
        let cached = self.filter_block_load_cached.get();
        rate(cached, cached + self.filter_block_load_io.get())
    }

    /// Returns the part of index blocks that were found in the cache, from 0 to 1.
    pub fn index_block_cache_hit_rate(&self) -> f64 {
        let cached = self.index_block_load_cached.get();
        rate(cached, cached + self.index_block_load_io.get())
    }

    /// Returns the part of all blocks that were found in the cache, from 0 to 1.
    pub fn block_cache_hit_rate(&self) -> f64 {
        rate(self.block_load_cached_count() as u64, self.block_loads() as u64)
    }

    /// Returns the part of queries of filters that saved a read, from 0 to 1.
    pub fn filter_efficiency(&self) -> f64 {
        rate(self.io_skipped_by_filter.get(), self.filter_queries.get())
    }

    /// Returns how many queries of filters were counted.
    pub fn filter_queries(&self) -> usize {
        self.filter_queries.get_usize()
    }

    /// Returns how many reads the filters have saved.
    pub fn io_skipped_by_filter(&self) -> usize {
        self.io_skipped_by_filter.get_usize()
    }
}

#[cfg(test)]
mod overlay_tests {
    use super::{Count, Metrics};
    use std::sync::atomic::Ordering::Relaxed;
    use std::thread;

    #[test]
    fn each_count_has_its_own_methods() {
        let metrics = Metrics::default();
        assert_eq!((metrics.block_cache_hit_rate(), metrics.filter_efficiency()), (1.0, 1.0));
        assert_eq!(metrics.table_file_cache_hit_rate(), 1.0);
        let adds: [(&Count, u64); 13] = [
            (&metrics.table_file_opened_uncached, 3),
            (&metrics.table_file_opened_cached, 1),
            (&metrics.index_block_load_io, 2),
            (&metrics.filter_block_load_io, 4),
            (&metrics.data_block_load_io, 8),
            (&metrics.index_block_load_cached, 6),
            (&metrics.filter_block_load_cached, 12),
            (&metrics.data_block_load_cached, 24),
            (&metrics.filter_queries, 64),
            (&metrics.io_skipped_by_filter, 16),
            (&metrics.data_block_io_requested, 100),
            (&metrics.index_block_io_requested, 1000),
            (&metrics.filter_block_io_requested, 10_000),
        ];
        for (count, n) in adds {
            count.fetch_add(n, Relaxed);
        }
        let loads = [
            metrics.data_block_load_count(),
            metrics.index_block_load_count(),
            metrics.filter_block_load_count(),
            metrics.block_load_io_count(),
            metrics.block_load_cached_count(),
            metrics.block_loads(),
        ];
        assert_eq!(loads, [32, 8, 16, 14, 42, 56]);
        let cached = [
            metrics.data_block_load_cached_count(),
            metrics.index_block_load_cached_count(),
            metrics.filter_block_load_cached_count(),
        ];
        assert_eq!(cached, [24, 6, 12]);
        let bytes = [metrics.data_block_io(), metrics.index_block_io(), metrics.filter_block_io()];
        assert_eq!((bytes, metrics.block_io()), ([100, 1000, 10_000], 11_100));
        let rates = [
            metrics.data_block_cache_hit_rate(),
            metrics.index_block_cache_hit_rate(),
            metrics.filter_block_cache_hit_rate(),
            metrics.block_cache_hit_rate(),
        ];
        assert_eq!((rates, metrics.table_file_cache_hit_rate()), ([0.75; 4], 0.25));
        assert_eq!((metrics.filter_queries(), metrics.io_skipped_by_filter()), (64, 16));
        assert_eq!(metrics.filter_efficiency(), 0.25);
    }

    #[test]
    fn adds_of_all_threads_are_counted() {
        let metrics = Metrics::default();
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    (0..1000).for_each(|_| metrics.data_block_io_requested.fetch_add(3, Relaxed));
                });
            }
        });
        assert_eq!(metrics.block_io(), 36_000);
    }
}
