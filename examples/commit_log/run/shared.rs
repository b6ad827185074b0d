//! State that the threads of a run share.

use super::feed::Feed;
use super::log::LogWriter;
use super::snapshot::Snapshot;
use super::stats::Stats;
use crate::input::Input;
use crate::primitives::{Count, Position, Primitives, SnapshotCell};
use crossbeam_utils::CachePadded;

pub struct Shared<'a, P: Primitives> {
    pub input: &'a Input,
    /// What is to be appended in this run.
    pub feed: Feed<P::Numbers>,
    /// How many records the log had.
    pub start: u64,
    /// How many records of the log are durable: all below it.
    pub durable: CachePadded<P::Position>,
    /// The last batch.
    pub snapshot: CachePadded<P::SnapshotCell<Snapshot>>,
    pub stats: Stats<P::Count>,
}

/// One thread's way to add to a counter of `P`.
pub type Local<'a, P> = <<P as Primitives>::Count as Count>::Local<'a>;

impl<'a, P: Primitives> Shared<'a, P> {
    /// For appending what `feed` hands out to `log`.
    pub fn new(input: &'a Input, log: &LogWriter, feed: Feed<P::Numbers>) -> Self {
        let start = log.next();
        let (segment, segment_bytes) = log.active();
        let snapshot = Snapshot { records: start, segment, segment_bytes, ..Snapshot::default() };
        Self {
            input,
            feed,
            start,
            durable: CachePadded::new(P::Position::new(start)),
            snapshot: CachePadded::new(P::SnapshotCell::new(snapshot)),
            stats: Stats::default(),
        }
    }

    /// Closes the position when dropped, so that no thread waits for what will not come.
    pub fn close_on_drop(&self) -> CloseOnDrop<'_, P::Position> {
        CloseOnDrop(&self.durable)
    }
}

/// See [`Shared::close_on_drop`].
pub struct CloseOnDrop<'a, P: Position>(&'a P);

impl<P: Position> Drop for CloseOnDrop<'_, P> {
    fn drop(&mut self) {
        self.0.close();
    }
}
