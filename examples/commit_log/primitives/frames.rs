//! Frames in a buffer.

use super::{Framed, Room};
use std::ops::Range;

/// Frames, one after another, and where each ends. They are taken out in batches, from the first on.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// So many records are taken.
    taken: usize,
}

impl Frames {
    pub fn with_room(room: Room) -> Self {
        let (bytes, ends) = (Vec::with_capacity(room.bytes), Vec::with_capacity(room.records));
        Self { bytes, ends, taken: 0 }
    }

    /// Whether `records` fit into `room`, with those that are there. If there are none, they always do.
    #[inline]
    pub fn has_room(&self, records: &[impl Framed], room: Room) -> bool {
        let bytes: usize = records.iter().map(Framed::frame_len).sum();
        let fits = self.bytes.len() + bytes <= room.bytes;
        (fits && self.ends.len() + records.len() <= room.records) || self.ends.is_empty()
    }

    #[inline]
    pub fn append(&mut self, record: &impl Framed, number: u64) {
        record.write_to(number, &mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.taken = 0;
    }

    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    pub fn records(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn are_taken(&self) -> bool {
        self.taken == self.ends.len()
    }

    /// The next batch within the limit, but of one record at least. `None` if there is no record.
    pub fn next_batch(&self, limit: Room) -> Option<Range<usize>> {
        (!self.are_taken()).then(|| self.taken..self.within(self.taken, limit))
    }

    pub fn take(&mut self, batch: Range<usize>) {
        self.taken = batch.end;
    }

    /// Behind the last record that is within the limit, beginning with the one at `start`. That one always is.
    fn within(&self, start: usize, limit: Room) -> usize {
        let most = self.end_of(start).saturating_add(limit.bytes);
        let last = self.ends.len().min(start.saturating_add(limit.records));
        let fit = start + self.ends[start..last].partition_point(|&end| end <= most);
        fit.max(start + 1)
    }

    /// Where in the bytes these records are.
    pub fn span(&self, records: Range<usize>) -> Range<usize> {
        self.end_of(records.start)..self.end_of(records.end)
    }

    pub fn slice(&self, records: Range<usize>) -> &[u8] {
        &self.bytes[self.span(records)]
    }

    pub fn lengths(&self, records: Range<usize>) -> impl Iterator<Item = u64> {
        let mut start = self.end_of(records.start);
        self.ends[records].iter().map(move |&end| (end - std::mem::replace(&mut start, end)) as u64)
    }

    /// Where the first `records` end.
    fn end_of(&self, records: usize) -> usize {
        records.checked_sub(1).map_or(0, |last| self.ends[last])
    }
}
