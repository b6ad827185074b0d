//! State that the threads of a run share.

use super::log::LogWriter;
use super::snapshot::Snapshot;
use super::stats::Stats;
use crate::input::Input;
use crate::primitives::{Count, Numbers, Position, Primitives, Semaphore, SnapshotCell};
use crossbeam_utils::CachePadded;
use std::ops::Range;

pub struct Shared<'a, P: Primitives> {
    pub input: &'a Input,
    /// The records to append in this run.
    pub range: Range<u64>,
    /// The sequence numbers, which are the records' offsets in the log.
    offsets: CachePadded<P::Numbers>,
    /// One for each record that is not acknowledged yet.
    pub in_flight: CachePadded<P::Semaphore>,
    /// How many records are durable: all below it.
    pub durable: CachePadded<P::Position>,
    /// The last batch.
    pub snapshot: CachePadded<P::SnapshotCell<Snapshot>>,
    pub stats: Stats<P::Count>,
}

/// Permits of `P`.
pub type Permit<'a, P> = <<P as Primitives>::Semaphore as Semaphore>::Permit<'a>;

/// One thread's way to add to a counter of `P`.
pub type Local<'a, P> = <<P as Primitives>::Count as Count>::Local<'a>;

impl<'a, P: Primitives> Shared<'a, P> {
    /// For appending the records up to `end` to `log`, up to `in_flight` of them at a time.
    pub fn new(input: &'a Input, log: &LogWriter, end: u64, in_flight: u64) -> Self {
        let start = log.next();
        let (segment, segment_bytes) = log.active();
        let snapshot = Snapshot { records: start, segment, segment_bytes, ..Snapshot::default() };
        Self {
            input,
            range: start..end,
            offsets: CachePadded::new(P::Numbers::starting_at(start)),
            in_flight: CachePadded::new(P::Semaphore::new(in_flight)),
            durable: CachePadded::new(P::Position::new(start)),
            snapshot: CachePadded::new(P::SnapshotCell::new(snapshot)),
            stats: Stats::default(),
        }
    }

    /// Draws the next sequence numbers, up to `count` of them; none, if there are none left.
    pub fn draw(&self, count: u64) -> Range<u64> {
        let drawn = self.offsets.reserve(count);
        drawn.start..drawn.end.min(self.range.end)
    }

    /// Lets writers draw no more: those drawn already are the last.
    pub fn stop(&self) {
        self.offsets.skip_to(self.range.end);
    }

    /// Closes the watermark and the permits when dropped, so that no thread waits for what will
    /// not come.
    pub fn close_on_drop(&self) -> CloseOnDrop<'_, 'a, P> {
        CloseOnDrop(self)
    }
}

/// See [`Shared::close_on_drop`].
pub struct CloseOnDrop<'s, 'a, P: Primitives>(&'s Shared<'a, P>);

impl<P: Primitives> Drop for CloseOnDrop<'_, '_, P> {
    fn drop(&mut self) {
        self.0.durable.close();
        self.0.in_flight.close();
    }
}
