//! The one thread that writes the log.

use super::histogram;
use super::log::{Committed, LogWriter};
use super::sequencer::Sequencer;
use super::shared::{Local, Shared};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::format::frame::Record;
use crate::primitives::{Count, LocalCount, Position, Primitives, Receiver, SnapshotCell};
use hdrhistogram::Histogram;

/// A batch is written when it has so many bytes, however few records that are.
const MAX_BATCH_BYTES: u64 = 4 << 20;

pub struct Committer<'a, P: Primitives> {
    shared: &'a Shared<'a, P>,
    receiver: P::Receiver<Record<'a>>,
    log: LogWriter,
    /// The records of a batch, at the most.
    max_batch: u64,
    /// The last batch, as others see it.
    snapshot: Snapshot,
    batch_sizes: Histogram<u64>,
    counts: Counts<'a, P>,
}

struct Counts<'a, P: Primitives> {
    batches: Local<'a, P>,
    syncs: Local<'a, P>,
    reordered: Local<'a, P>,
}

impl<'a, P: Primitives> Committer<'a, P> {
    pub fn new(
        shared: &'a Shared<'a, P>,
        receiver: P::Receiver<Record<'a>>,
        log: LogWriter,
        max_batch: u64,
    ) -> Self {
        let stats = &shared.stats;
        let counts = Counts {
            batches: stats.batches.local(),
            syncs: stats.syncs.local(),
            reordered: stats.reordered.local(),
        };
        let snapshot = shared.snapshot.read();
        Self { shared, receiver, log, max_batch, snapshot, batch_sizes: histogram(), counts }
    }

    /// Commits until all writers are gone. Returns the sizes of the batches.
    ///
    /// Whichever way it ends, it closes the queue and the watermark, so that no thread waits for
    /// an acknowledgement that will not come.
    pub fn run(mut self) -> Result<Histogram<u64>> {
        let _closes_at_the_end = self.shared.close_on_drop();
        match self.work() {
            Ok(()) => Ok(self.batch_sizes),
            Err(source) => {
                let durable = self.snapshot.records;
                Err(Error::Stopped { durable, source: Box::new(source) })
            }
        }
    }

    fn work(&mut self) -> Result<()> {
        let mut sequencer = Sequencer::new(self.log.next());
        let mut arrived = Vec::new();
        while self.receiver.receive(&mut arrived, self.max_batch as usize) {
            for record in arrived.drain(..) {
                let mut next = sequencer.accept(record);
                self.counts.reordered.add(next.is_none().into());
                while let Some(record) = next {
                    self.log.append(&record)?;
                    if self.batch_is_full() {
                        self.commit()?;
                    }
                    next = sequencer.release();
                }
            }
            if self.log.batch().records > 0 {
                self.commit()?;
            }
        }
        match sequencer.missing() {
            None => self.log.finish(),
            Some(missing) => Err(Error::refused(format!("record {missing} never came"))),
        }
    }

    #[inline]
    fn batch_is_full(&self) -> bool {
        self.log.batch().records >= self.max_batch || self.log.batch().bytes >= MAX_BATCH_BYTES
    }

    /// Makes the batch durable, and only then says so.
    fn commit(&mut self) -> Result<()> {
        let committed = self.log.commit()?;
        let (segment, segment_bytes) = self.log.active();
        self.snapshot = Snapshot {
            records: self.log.next(),
            bytes: self.snapshot.bytes + committed.bytes,
            batches: self.snapshot.batches + 1,
            segment,
            segment_bytes,
        };
        // First the snapshot: a thread that learns from the watermark that a record is durable finds
        // it in what the snapshot says is there.
        self.shared.snapshot.publish(self.snapshot);
        self.shared.durable.advance_to(self.snapshot.records);
        self.count(committed);
        Ok(())
    }

    fn count(&mut self, committed: Committed) {
        self.batch_sizes.saturating_record(committed.records);
        self.counts.batches.add(1);
        self.counts.syncs.add(committed.syncs);
    }
}
