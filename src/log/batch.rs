//! Committed bytes on their way to the disk.

use super::Record;
use super::ring::Ring;
use super::slot::Mark;
use super::tail::{Extent, Point};
use core::fmt;
use core::ops::Range;

/// Committed records in a row, for the flusher to write.
///
/// [Release](Self::release) it once they are written (and synced, if [`durable`](super::Writer::durable) is to mean
/// that). A batch that is dropped instead, as after an I/O error, releases nothing: its records come again with the
/// next batch.
#[must_use = "a batch that is not released comes again"]
pub struct Batch<'f> {
    ring: Ring<'f>,
    head: &'f mut Point,
    extent: Extent,
}

impl<'f> Batch<'f> {
    /// Makes the batch of the records from `head` on.
    pub(super) fn new(ring: Ring<'f>, head: &'f mut Point, extent: Extent) -> Self {
        Self { ring, head, extent }
    }

    /// Returns the positions in the stream.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.head.position..self.head.position + self.extent.bytes
    }

    /// Returns how many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.extent.bytes as usize
    }

    /// Returns whether it has no bytes: then its records have none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the bytes: up to the end of the ring, and from its beginning. Ready for a vectored write.
    #[must_use]
    pub fn bytes(&self) -> (&[u8], &[u8]) {
        // SAFETY: the records were found committed or abandoned (step 4), so no writer has their bytes until the head
        // passes them; `fill_abandoned` needs the batch exclusively.
        unsafe { self.ring.bytes(self.head.position, self.len()) }
    }

    /// Returns the bytes as [`bytes`](Self::bytes) does, for `write_vectored`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::io::Write;
    /// # let buffer = latchfree::log::LogBuffer::<8, 4>::starting_at(6, 0);
    /// # let (writer, mut flusher) = buffer.split()?;
    /// # let mut file = Vec::new();
    /// writer.try_reserve(4)?.write_all(b"over")?; // (dropped: abandoned)
    /// let batch = flusher.try_batch(4096)?;
    /// let written = file.write_vectored(&batch.io_slices())?; // may be less than all
    /// # assert_eq!((written, &file[..]), (4, &b"over"[..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "std")]
    #[must_use]
    pub fn io_slices(&self) -> [std::io::IoSlice<'_>; 2] {
        let (first, second) = self.bytes();
        [std::io::IoSlice::new(first), std::io::IoSlice::new(second)]
    }

    /// Returns the records, in order.
    pub fn records(&self) -> Records<'_> {
        Records { ring: self.ring, next: *self.head, end: self.head.record + self.extent.records }
    }

    /// Keeps the first `records` records, at the end of a segment for instance. The others come with the next batch.
    /// Does nothing if there are no more than that.
    pub fn truncate(&mut self, records: usize) {
        let (mut kept, mut bytes) = (0, 0);
        for record in self.records().take(records) {
            kept += 1;
            bytes = record.range.end - self.head.position;
        }
        self.extent = Extent { bytes, records: kept };
    }

    /// Calls `fill` for each record that its writer has abandoned, with its bytes: up to the end of the ring, and from
    /// its beginning. They are what the writer has left there.
    ///
    /// A log that is read sequentially needs something there to skip by: a frame that says so, for instance.
    ///
    /// # Examples
    ///
    /// ```
    /// # let buffer = latchfree::log::LogBuffer::<64, 4>::new();
    /// # let (writer, mut flusher) = buffer.split()?;
    /// drop(writer.try_reserve(4)?);
    /// let mut batch = flusher.try_batch(4096)?;
    /// batch.fill_abandoned(|record, first, second| {
    ///     assert_eq!((record.number, record.range), (0, 0..4));
    ///     first.fill(b'-');
    ///     second.fill(b'-');
    /// });
    /// assert_eq!(batch.bytes().0, b"----");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fill_abandoned(&mut self, mut fill: impl FnMut(Record, &mut [u8], &mut [u8])) {
        for record in self.records() {
            if record.is_abandoned {
                let (position, len) = (record.range.start, record.len());
                // SAFETY: as in `bytes`; `self` is borrowed exclusively, so nothing reads them.
                let (first, second) = unsafe { self.ring.bytes_mut(position, len) };
                fill(record, first, second);
            }
        }
    }

    /// Gives the bytes back to writers, moves [`durable`](super::Writer::durable) to the end of the batch, and wakes
    /// the waiters that this concerns.
    ///
    /// What was done before it happens before the return of each wait that it ends. Runs wakers; if one panics, the
    /// others are woken all the same.
    pub fn release(self) {
        self.ring.still_read(self.head.position, self.len());
        *self.head = self.head.plus(self.extent);
        self.ring.free(*self.head);
    }
}

impl fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("range", &self.range())
            .field("records", &self.extent.records)
            .finish_non_exhaustive()
    }
}

/// The iterator of [`Batch::records`].
#[derive(Clone)]
#[must_use = "iterators do nothing unless they are advanced"]
pub struct Records<'b> {
    ring: Ring<'b>,
    next: Point,
    end: u64,
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let Point { position, record } = self.next;
        if record == self.end {
            return None;
        }
        let (len, is_abandoned) = match self.ring.slot(record).look_again(record) {
            Mark::Committed(len) => (len, false),
            Mark::Abandoned(len) => (len, true),
            Mark::Nothing => return None, // not in a batch
        };
        self.next = self.next.plus(Extent { bytes: len, records: 1 });
        Some(Record { number: record, range: position..position + len, is_abandoned })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.end - self.next.record) as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Records<'_> {}
impl core::iter::FusedIterator for Records<'_> {}

impl fmt::Debug for Records<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::log::{LogBuffer, TryBatchError, TryReserveError, Writer};
    use std::vec::Vec;

    fn append(writer: &Writer<'_>, bytes: &[u8]) {
        let mut reservation = writer.try_reserve(bytes.len()).unwrap();
        assert_eq!(reservation.put(bytes), bytes.len());
        reservation.commit();
    }

    #[test]
    fn batch_has_whole_records_up_to_its_limit_and_at_least_one() {
        let buffer = LogBuffer::<16, 8>::starting_at(14, 0);
        let (writer, mut flusher) = buffer.split().unwrap();
        ["abc", "", "de", "f"].iter().for_each(|bytes| append(&writer, bytes.as_bytes()));
        for (limit, whole) in
            [(0, "abc"), (2, "abc"), (3, "abc"), (4, "abc"), (5, "abcde"), (99, "abcdef")]
        {
            let batch = flusher.try_batch(limit).unwrap();
            assert_eq!([batch.bytes().0, batch.bytes().1].concat(), whole.as_bytes());
            assert_eq!(batch.bytes().0.len(), 2, "up to the end of the ring");
            assert_eq!((batch.len(), batch.is_empty()), (whole.len(), false));
            #[cfg(feature = "std")]
            assert_eq!(batch.io_slices().map(|slice| slice.len()), [2, whole.len() - 2]);
        }
        // One of no bytes belongs to those before it, as far as the slots go.
        assert_eq!(flusher.try_batch(3).unwrap().records().len(), 2);
    }

    #[test]
    fn batch_that_is_dropped_comes_again() {
        let buffer = LogBuffer::<8, 2>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        append(&writer, b"abcd");
        append(&writer, b"efgh");
        for _ in 0..3 {
            let batch = flusher.try_batch(8).unwrap();
            assert_eq!((batch.range(), batch.bytes().0), (0..8, &b"abcdefgh"[..]));
            drop(batch);
            assert_eq!((flusher.position(), writer.durable().get()), (0, 0));
            assert_eq!(writer.try_reserve(0).unwrap_err(), TryReserveError::Full);
        }
        drop(flusher.try_batch(4).unwrap());
        flusher.try_batch(4).unwrap().release();
        assert_eq!((flusher.position(), flusher.record(), writer.durable().get()), (4, 1, 4));
        assert_eq!(flusher.try_batch(8).unwrap().range(), 4..8);
    }

    #[test]
    fn truncated_batch_leaves_its_other_records() {
        let buffer = LogBuffer::<8, 4>::starting_at(0, (1 << 26) - 2);
        let (writer, mut flusher) = buffer.split().unwrap();
        ["ab", "", "cde", "f"].iter().for_each(|bytes| append(&writer, bytes.as_bytes()));
        for (records, len) in [(4, 6), (9, 6), (3, 5), (2, 2), (1, 2), (0, 0)] {
            let mut batch = flusher.try_batch(8).unwrap();
            batch.truncate(records);
            assert_eq!((batch.len(), batch.records().len()), (len, records.min(4)));
            assert_eq!(batch.bytes().0, &b"abcdef"[..len]);
        }
        let mut batch = flusher.try_batch(8).unwrap();
        batch.truncate(0);
        assert!(batch.is_empty() && batch.records().next().is_none());
        batch.fill_abandoned(|_, _, _| unreachable!());
        batch.release();
        assert_eq!((flusher.position(), writer.durable().get()), (0, 0));
        let mut batch = flusher.try_batch(8).unwrap();
        batch.truncate(2);
        batch.truncate(3); // what is gone does not come back
        batch.release();
        assert_eq!((flusher.position(), flusher.record()), (2, 1 << 26));
        assert_eq!(flusher.try_batch(8).unwrap().bytes().0, b"cdef");
    }

    /// Between groups that are marked in one step a batch can be cut anywhere.
    #[test]
    fn group_is_cut_and_goes_on() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        for round in 0..5 {
            let mut group = writer.try_reserve_many(&[1, 2, 3]).unwrap();
            group.put(b"abcdef");
            assert_eq!(flusher.try_batch(8).unwrap_err(), TryBatchError::Stalled);
            group.commit();
            for (limit, part) in [(2, &b"a"[..]), (2, b"bc"), (9, b"def")] {
                let batch = flusher.try_batch(limit).unwrap();
                assert_eq!([batch.bytes().0, batch.bytes().1].concat(), part, "round {round}");
                batch.release();
            }
        }
    }

    #[test]
    fn filler_goes_to_abandoned_records_alone_and_across_the_end_of_the_ring() {
        for start in 0..8 {
            let buffer = LogBuffer::<8, 4>::starting_at(start, 7);
            let (writer, mut flusher) = buffer.split().unwrap();
            append(&writer, b"ab");
            let mut left = writer.try_reserve_many(&[3, 1]).unwrap();
            left.put(b"x");
            drop(left);
            append(&writer, b"cd");
            let mut batch = flusher.try_batch(8).unwrap();
            let mut told = Vec::new();
            batch.fill_abandoned(|record, first, second| {
                assert_eq!(first.len() + second.len(), record.len());
                let fits = 8 - record.range.start as usize % 8;
                assert_eq!(first.len(), record.len().min(fits));
                first.fill(b'-');
                second.fill(b'-');
                told.push((record.number, record.range, record.is_abandoned));
            });
            let expected =
                [(8, start + 2..start + 5, true), (9, start + 5..start + 6, true)].to_vec();
            assert_eq!(told, expected);
            assert_eq!([batch.bytes().0, batch.bytes().1].concat(), b"ab----cd");
            let abandoned: Vec<_> = batch.records().map(|record| record.is_abandoned).collect();
            assert_eq!(abandoned, [false, true, true, false]);
            batch.release();
            assert_eq!(writer.durable().get(), start + 8);
        }
    }

    #[test]
    fn records_are_as_many_as_they_say() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        ["a", "", "bc"].iter().for_each(|bytes| append(&writer, bytes.as_bytes()));
        let batch = flusher.try_batch(8).unwrap();
        let mut records = batch.records();
        for left in (0..3).rev() {
            assert_eq!(records.len(), left + 1);
            let record = records.next().unwrap();
            assert_eq!((record.number, record.is_empty()), (2 - left as u64, left == 1));
        }
        assert_eq!((records.len(), records.next(), records.next()), (0, None, None));
    }
}
