//! Bytes of the stream that a writer fills.

use super::handle::Handle;
use super::slot::Mark;
use super::tail::{Extent, Point};
use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::Range;

/// A range of the stream, and one or several record numbers, for one writer to fill.
///
/// Filled in place, in any order; then [committed](Self::commit). Other writers reserve, fill and commit meanwhile.
/// The flusher does not pass a record before its reservation is finished with, so do not hold one while you wait for
/// something.
///
/// *Dropped* without a commit (an error, a panic), it is abandoned: the flusher is told the range, and writes
/// its own filler there. *Forgotten*, it is a hole: the flusher finds it [stalled](super::TryBatchError::Stalled)
/// and stays there, and writers block once the buffer is full.
///
/// Bytes that were not written are what they were when the ring last used them.
#[must_use = "a reservation that is dropped is abandoned"]
pub struct Reservation<'a> {
    handle: &'a Handle<'a>,
    start: Point,
    extent: Extent,
    /// The length of the first record.
    first: u64,
    /// How much [`put`](Self::put) has filled.
    filled: usize,
}

impl<'a> Reservation<'a> {
    /// Makes the reservation of a claim.
    #[inline]
    pub(super) fn new(handle: &'a Handle<'a>, start: Point, extent: Extent, first: u64) -> Self {
        Self { handle, start, extent, first, filled: 0 }
    }

    /// Returns where it begins, and forgets it: for a caller that makes it again.
    #[cfg(feature = "std")]
    pub(super) fn into_start(self) -> Point {
        ManuallyDrop::new(self).start
    }

    /// Returns the positions in the stream.
    #[inline]
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.start.position..self.start.position + self.extent.bytes
    }

    /// Returns how many bytes it has.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.extent.bytes as usize
    }

    /// Returns whether it has no bytes: a record of its own all the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of the record, or of the first one.
    #[inline]
    #[must_use]
    pub fn record(&self) -> u64 {
        self.start.record
    }

    /// Returns the numbers of the records.
    #[must_use]
    pub fn records(&self) -> Range<u64> {
        self.start.record..self.start.record + self.extent.records
    }

    /// Returns the bytes: up to the end of the ring, and from its beginning. The second slice is mostly empty.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::log::LogBuffer;
    /// # let buffer = LogBuffer::<64, 4>::new();
    /// # let (writer, mut flusher) = buffer.split()?;
    /// let mut reservation = writer.try_reserve(12)?;
    /// reservation.put(&[0; 4]); // the checksum comes last
    /// reservation.put(b"contents");
    /// let (first, second) = reservation.as_mut_slices();
    /// let sum = first.iter().chain(&*second).map(|&byte| u32::from(byte)).sum::<u32>();
    /// for (byte, of_sum) in first.iter_mut().chain(second).zip(sum.to_le_bytes()) {
    ///     *byte = of_sum;
    /// }
    /// reservation.commit();
    /// # assert_eq!(flusher.try_batch(64)?.bytes().0[..2], 878_u16.to_le_bytes());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn as_mut_slices(&mut self) -> (&mut [u8], &mut [u8]) {
        // SAFETY: the claim made these bytes this reservation's own, until it is marked; `self` is borrowed as long
        // as the slices.
        unsafe { self.handle.ring().bytes_mut(self.start.position, self.len()) }
    }

    /// Copies `bytes` to where the last call has ended, across the end of the ring if need be. Returns how many of
    /// them there was room for.
    #[doc(alias("write", "put_slice"))]
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(self.remaining());
        let position = self.start.position + self.filled as u64;
        // SAFETY: the bytes are some of this reservation's, as in `as_mut_slices`; `count` is at most the length.
        unsafe { self.handle.ring().put(position, bytes.get_unchecked(..count)) };
        self.filled += count;
        count
    }

    /// Returns how many bytes [`put`](Self::put) has not filled yet.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.len() - self.filled
    }

    /// Gives the bytes to the flusher. Returns their range: once the [durable](super::Writer::durable) position has
    /// reached its end, they are flushed.
    ///
    /// Wait-free, except that it runs the waker of a flusher that waits for this record. What was done before the
    /// commit happens before the flusher's look at the bytes.
    #[inline]
    pub fn commit(self) -> Range<u64> {
        let reservation = ManuallyDrop::new(self);
        reservation.mark(Mark::Committed);
        reservation.range()
    }

    #[inline]
    fn mark(&self, mark: impl Fn(u64) -> Mark) {
        let ring = self.handle.ring();
        ring.still_written(self.start.position, self.len());
        ring.mark(self.start.record, self.extent.records, self.first, mark);
    }
}

/// Abandons the records.
impl Drop for Reservation<'_> {
    #[cold]
    fn drop(&mut self) {
        self.mark(Mark::Abandoned);
    }
}

/// Writes as [`put`](Reservation::put) does. `write_all` fails if the bytes are more than remain.
#[cfg(feature = "std")]
impl std::io::Write for Reservation<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(self.put(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Reservation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reservation")
            .field("range", &self.range())
            .field("records", &self.records())
            .field("remaining", &self.remaining())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::log::LogBuffer;

    #[test]
    fn put_continues_across_the_end_of_the_ring_and_stops_at_its_own() {
        for start in 0..8 {
            let buffer = LogBuffer::<8, 4>::starting_at(start, 0);
            let (writer, mut flusher) = buffer.split().unwrap();
            let other = writer.try_reserve(1).unwrap();
            let mut reservation = writer.try_reserve(6).unwrap();
            let mut last = writer.try_reserve(1).unwrap();
            assert_eq!((last.put(b"!"), last.put(b"?")), (1, 0));
            assert_eq!([0, 1, 3, 4].map(|len| reservation.put(&b"abcd"[..len])), [0, 1, 3, 2]);
            assert_eq!((reservation.put(b"x"), reservation.remaining()), (0, 0));
            let (first, second) = reservation.as_mut_slices();
            assert_eq!([&*first, &*second].concat(), b"aabcab");
            assert_eq!(first.len(), 6.min(8 - (start as usize + 1) % 8));
            first[0] = b'*';
            for reservation in [other, reservation, last] {
                reservation.commit();
            }
            let batch = flusher.try_batch(8).unwrap();
            assert_eq!([batch.bytes().0, batch.bytes().1].concat()[1..], b"*abcab!"[..]);
        }
    }

    #[test]
    fn reservation_without_bytes_is_empty() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, _flusher) = buffer.split().unwrap();
        let reserved = [0, 1].map(|len| writer.try_reserve(len).unwrap());
        assert_eq!(
            reserved.each_ref().map(|it| (it.len(), it.is_empty())),
            [(0, true), (1, false)]
        );
    }

    #[cfg(feature = "std")]
    #[test]
    fn write_all_fails_when_no_room_remains() {
        use std::io::{ErrorKind, Write};
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, _flusher) = buffer.split().unwrap();
        let mut reservation = writer.try_reserve(5).unwrap();
        write!(reservation, "{}-", 123).unwrap();
        reservation.flush().unwrap();
        assert_eq!(reservation.remaining(), 1);
        assert_eq!(reservation.write_all(b"ab").unwrap_err().kind(), ErrorKind::WriteZero);
        assert_eq!(reservation.as_mut_slices().0, b"123-a");
    }

    #[test]
    fn empty_reservation_is_a_record() {
        let buffer = LogBuffer::<1, 2>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        let mut empty = writer.try_reserve(0).unwrap();
        assert_eq!((empty.put(b"a"), empty.len(), empty.is_empty()), (0, 0, true));
        assert_eq!(empty.as_mut_slices(), (&mut [][..], &mut [][..]));
        assert_eq!(empty.commit(), 0..0);
        drop(writer.try_reserve(0).unwrap());
        let mut batch = flusher.try_batch(9).unwrap();
        assert!(batch.records().map(|record| record.is_abandoned).eq([false, true]));
        let mut filled = 0;
        batch.fill_abandoned(|_, first, second| filled += 1 + first.len() + second.len());
        assert_eq!((batch.bytes(), filled), ((&[][..], &[][..]), 1));
        batch.release();
        assert_eq!((flusher.record(), flusher.position(), writer.durable().get()), (2, 0, 0));
    }
}
