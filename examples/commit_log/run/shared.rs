//! What the threads of a run share.

use super::log::LogWriter;
use super::snapshot::Snapshot;
use super::stats::Stats;
use crate::input::Input;
use crate::transport::{Board, Count, Position, Transport};
use crossbeam_utils::CachePadded;
use latchfree::semaphore::Semaphore;
use latchfree::sequence::Sequence;
use std::ops::Range;

pub struct Shared<'a, T: Transport> {
    pub input: &'a Input,
    /// The records to append in this run.
    pub range: Range<u64>,
    /// The sequence numbers, which are the records' offsets in the log.
    offsets: CachePadded<Sequence>,
    /// One for each record that is not acknowledged yet.
    pub in_flight: CachePadded<Semaphore>,
    /// How many records are durable: all below it.
    pub durable: CachePadded<T::Position>,
    /// The last batch.
    pub board: CachePadded<T::Board>,
    pub stats: Stats<T::Count>,
}

/// One thread's way to add to a counter of `T`.
pub type Local<'a, T> = <<T as Transport>::Count as Count>::Local<'a>;

impl<'a, T: Transport> Shared<'a, T> {
    /// For appending the records up to `end` to `log`, up to `in_flight` of them at a time.
    pub fn new(input: &'a Input, log: &LogWriter, end: u64, in_flight: u64) -> Self {
        let start = log.next();
        let (segment, segment_bytes) = log.active();
        let snapshot = Snapshot { records: start, segment, segment_bytes, ..Snapshot::default() };
        Self {
            input,
            range: start..end,
            offsets: CachePadded::new(Sequence::starting_at(start)),
            in_flight: CachePadded::new(Semaphore::new(in_flight)),
            durable: CachePadded::new(T::Position::new(start)),
            board: CachePadded::new(T::Board::new(snapshot)),
            stats: Stats::default(),
        }
    }

    /// Draws the next sequence numbers, up to `count` of them; none, if there are none left.
    pub fn draw(&self, count: u64) -> Range<u64> {
        let drawn = self.offsets.reserve(count).unwrap_or_default();
        drawn.start..drawn.end.min(self.range.end)
    }

    /// Lets writers draw no more: those drawn already are the last.
    pub fn stop(&self) {
        self.offsets.observe(self.range.end);
    }

    /// Closes the watermark and the permits when dropped, so that nobody waits for what will not
    /// come.
    pub fn close_on_drop(&self) -> CloseOnDrop<'_, 'a, T> {
        CloseOnDrop(self)
    }
}

/// See [`Shared::close_on_drop`].
pub struct CloseOnDrop<'s, 'a, T: Transport>(&'s Shared<'a, T>);

impl<T: Transport> Drop for CloseOnDrop<'_, '_, T> {
    fn drop(&mut self) {
        self.0.durable.close();
        self.0.in_flight.close();
    }
}
