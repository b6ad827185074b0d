//! The one thread that writes the log.

use super::clock::ThreadClock;
use super::histogram;
use super::log::{Committed, LogWriter};
use super::shared::{Local, Shared};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::primitives::{
    Batch, Count, Flusher, LocalCount, Position, Primitives, Room, SnapshotCell,
};
use hdrhistogram::Histogram;
use std::thread;
use std::time::{Duration, Instant};

/// Before a sync, this part of the time that the last one took is spent on waiting for more records.
const GATHER: u32 = 16;
const LONGEST_GATHER: Duration = Duration::from_millis(1);

pub struct Committer<'a, P: Primitives, F> {
    shared: &'a Shared<'a, P>,
    flusher: F,
    log: LogWriter,
    /// What a batch has, at the most.
    limit: Room,
    /// The last batch, as others see it.
    snapshot: Snapshot,
    work: Work,
    counts: Counts<'a, P>,
}

/// What a committer has done.
pub struct Work {
    pub records: u64,
    pub bytes: u64,
    pub batches: u64,
    /// Records in each batch.
    pub batch_sizes: Histogram<u64>,
    /// Where its time has gone.
    pub waiting: Duration,
    pub writing: Duration,
    pub syncing: Duration,
    /// How long it has had a processor.
    pub running: Option<Duration>,
}

struct Counts<'a, P: Primitives> {
    syncs: Local<'a, P>,
}

impl<'a, P: Primitives, F: Flusher> Committer<'a, P, F> {
    pub fn new(shared: &'a Shared<'a, P>, flusher: F, log: LogWriter, limit: Room) -> Self {
        let stats = &shared.stats;
        let counts = Counts { syncs: stats.syncs.local() };
        let work = Work {
            records: 0,
            bytes: 0,
            batches: 0,
            batch_sizes: histogram(),
            waiting: Duration::ZERO,
            writing: Duration::ZERO,
            syncing: Duration::ZERO,
            running: None,
        };
        let snapshot = shared.snapshot.read();
        Self { shared, flusher, log, limit, snapshot, work, counts }
    }

    /// Commits until all writers are gone.
    ///
    /// Whichever way it ends, it closes the transport and the position, so that no thread waits for
    /// an acknowledgement that will not come.
    pub fn run(mut self) -> Result<Work> {
        let _closes_at_the_end = self.shared.close_on_drop();
        let clock = ThreadClock::start();
        if let Err(source) = self.commit_all() {
            let durable = self.snapshot.records;
            return Err(Error::Stopped { durable, source: Box::new(source) });
        }
        (self.work.writing, self.work.syncing) = self.log.times();
        self.work.records = self.snapshot.records - self.shared.start;
        (self.work.bytes, self.work.batches) = (self.snapshot.bytes, self.snapshot.batches);
        self.work.running = clock.elapsed();
        Ok(self.work)
    }

    fn commit_all(&mut self) -> Result<()> {
        loop {
            let begun = Instant::now();
            if self.flusher.wait() {
                self.gather();
            }
            let Some(batch) = self.flusher.next_batch(self.limit) else { break };
            self.work.waiting += begun.elapsed();
            let committed = self.log.commit(batch.slices(), batch.lengths())?;
            batch.release();
            self.publish(committed);
        }
        self.log.finish()
    }

    /// Gives writers that the last sync has woken a moment to append, so that they come into the next one together. A
    /// record that misses it waits for one more.
    fn gather(&self) {
        let moment = self.log.last_sync() / GATHER;
        if !moment.is_zero() {
            thread::sleep(moment.min(LONGEST_GATHER));
        }
    }

    /// Tells readers of the batch. Its writers know already.
    fn publish(&mut self, committed: Committed) {
        let (segment, segment_bytes) = self.log.active();
        self.snapshot = Snapshot {
            records: self.log.next(),
            bytes: self.snapshot.bytes + committed.bytes,
            batches: self.snapshot.batches + 1,
            segment,
            segment_bytes,
        };
        // First the snapshot: a thread that learns from the position that a record is durable finds
        // it in what the snapshot says is there.
        self.shared.snapshot.publish(self.snapshot);
        self.shared.durable.advance_to(self.snapshot.records);
        self.work.batch_sizes.saturating_record(committed.records);
        self.counts.syncs.add(committed.syncs);
    }
}
