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
