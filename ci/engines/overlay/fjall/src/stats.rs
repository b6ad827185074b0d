//! The statistics of a database of fjall 3.1.13, on `Gauge<4>` and `Counter<4>`.
//!
//! Replaces `src/stats.rs`. Keeps `Stats` with its three fields, to which the engine's other modules add by
//! `fetch_add` and `fetch_sub`, and which they read by `load`, as atomics.

use latchfree::counter::{Counter, Gauge};
use std::sync::atomic::Ordering;

/// How many there are now. No ordering, whatever the callers ask for (it is relaxed).
#[derive(Default)]
pub struct Level(Gauge<4>);

impl Level {
    pub(crate) fn fetch_add(&self, n: i64, _: Ordering) {
        self.0.add(n);
    }

    pub(crate) fn fetch_sub(&self, n: i64, _: Ordering) {
        self.0.sub(n);
    }

    pub(crate) fn load(&self, _: Ordering) -> usize {
        self.0.level() as usize
    }
}

/// How many there have been, as in [`Level`]; read as the integer that the caller wants.
#[derive(Default)]
pub struct Total(Counter<4>);

impl Total {
    pub(crate) fn fetch_add(&self, n: u64, _: Ordering) {
        self.0.add(n);
    }

    pub(crate) fn load<T: TryFrom<u64> + Default>(&self, _: Ordering) -> T {
        T::try_from(self.0.sum()).unwrap_or_default()
    }
}

/// What the workers have done since the database was opened.
#[derive(Default)]
pub struct Stats {
    /// Compactions that run.
    pub(crate) active_compaction_count: Level,
    /// Microseconds.
    pub(crate) time_compacting: Total,
    /// Compactions that are over.
    pub(crate) compactions_completed: Total,
}

#[cfg(test)]
mod overlay_tests {
    use super::Stats;
    use std::sync::atomic::Ordering::Relaxed;
    use std::thread;

    #[test]
    fn statistics_of_all_threads_are_in_their_fields() {
        let stats = Stats::default();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    stats.active_compaction_count.fetch_add(1, Relaxed);
                    stats.time_compacting.fetch_add(250, Relaxed);
                    stats.compactions_completed.fetch_add(3, Relaxed);
                });
            }
        });
        stats.active_compaction_count.fetch_sub(1, Relaxed);
        assert_eq!(stats.active_compaction_count.load(Relaxed), 3);
        assert_eq!(stats.time_compacting.load::<u64>(Relaxed), 1000);
        assert_eq!(stats.compactions_completed.load::<usize>(Relaxed), 12);
    }

    /// A real compaction, in both fields that count it.
    #[test]
    fn compaction_is_counted_while_it_runs_and_when_it_is_over() -> crate::Result<()> {
        let folder = tempfile::tempdir()?;
        let db = crate::Database::builder(&folder).worker_threads_unchecked(0).open()?;
        let keyspace = db.keyspace("default", Default::default)?;
        assert_eq!((db.active_compactions(), db.compactions_completed()), (0, 0));
        let tracker = &db.supervisor.snapshot_tracker;
        crate::compaction::worker::run(&keyspace, tracker, &db.stats)?;
        assert_eq!((db.active_compactions(), db.compactions_completed()), (0, 1));
        assert!(db.time_compacting().as_micros() >= 1000, "it throttles itself by a millisecond");
        Ok(())
    }
}
