//! What the threads of a run share.

use super::log::LogWriter;
use super::snapshot::Snapshot;
use super::stats::Stats;
use crate::input::Input;
use crate::transport::{Board, Count, Position, Transport};
use crossbeam_utils::CachePadded;
use latchfree::atomic::{Atomic, Relaxed};
use std::ops::Range;

pub struct Shared<'a, T: Transport> {
    pub input: &'a Input,
    /// The records to append in this run.
    pub range: Range<u64>,
    /// The sequence number that the next record gets.
    next: CachePadded<Atomic<u64>>,
    /// How many records are durable: all below it.
    pub durable: CachePadded<T::Position>,
    /// The last batch.
    pub board: CachePadded<T::Board>,
    pub stats: Stats<T::Count>,
}

/// One thread's way to add to a counter of `T`.
pub type Local<'a, T> = <<T as Transport>::Count as Count>::Local<'a>;

impl<'a, T: Transport> Shared<'a, T> {
    /// For appending the records up to `end` to `log`.
    pub fn new(input: &'a Input, log: &LogWriter, end: u64) -> Self {
        let start = log.next();
        let (segment, segment_bytes) = log.active();
        let snapshot = Snapshot { records: start, segment, segment_bytes, ..Snapshot::default() };
        Self {
            input,
            range: start..end,
            next: CachePadded::new(Atomic::new(start)),
            durable: CachePadded::new(T::Position::new(start)),
            board: CachePadded::new(T::Board::new(snapshot)),
            stats: Stats::default(),
        }
    }

    /// Draws the next sequence number, if there is one left.
    ///
    /// Relaxed: the number alone matters; the record that gets it goes through the queue.
    #[inline]
    pub fn draw(&self) -> Option<u64> {
        let sequence = self.next.fetch_add(1, Relaxed);
        (sequence < self.range.end).then_some(sequence)
    }

    /// Lets writers draw no more: those drawn already are the last.
    pub fn stop(&self) {
        self.next.fetch_max(self.range.end, Relaxed);
    }

    /// Closes the watermark when dropped, so that nobody waits for what will not come.
    pub fn close_on_drop(&self) -> CloseOnDrop<'_, T::Position> {
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
