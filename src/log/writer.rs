//! The writers' handle.

use super::core::{Core, Refusal};
use super::future::Lengths;
use super::handle::Handle;
use super::tail::{Extent, Point};
use super::{Reservation, ReserveError, ReserveFuture, TryReserveError};
use crate::watermark::Watermark;
use core::fmt;

/// A handle that reserves bytes of the stream. Clone it for more writers; it may also be shared by reference.
///
/// When the last one is dropped, the buffer is closed: the flusher gets what was committed, and then learns that no
/// more will come.
///
/// # Guarantees
///
/// *Progress*: `try_reserve` is lock-free, and [`commit`](Reservation::commit) wait-free, and neither waits for
/// the flusher or for other writers. (A commit runs the waker of a flusher that waits for it.) A reservation that is
/// not finished holds up the flusher, and other writers once the buffer is full. To begin or end a wait for room
/// takes a short lock. ([`guide::stopped`](crate::guide::stopped) says for each participant what its stopping holds
/// up.)
///
/// *Ordering*: what a writer did before a commit happens before the flusher's look at the bytes, and what the flusher
/// did before a release happens before the return of each wait on [`durable`](Self::durable) that covers it. What
/// was done before a close happens before the return of each call that reports `Closed`.
///
/// *Exactness*: `Full` and `Closed` were true at a moment of the call.
///
/// *Cancel safety*: a [`reserve_async`](Self::reserve_async) that is dropped before it is ready has reserved nothing.
///
/// *Order*: the positions and the record numbers are one order, in which the flusher gets the records.
///
/// *Acceptance*: a record that is committed is in a batch of the flusher, exactly once; if the flusher goes before,
/// [`durable`](Self::durable) is closed below its end. A reservation that was refused has taken nothing.
///
/// *Overflow*: positions and record numbers are below 2^62 at first; it would take centuries to exhaust 64 bits.
pub struct Writer<'a> {
    handle: Handle<'a>,
}

impl<'a> Writer<'a> {
    /// Creates the first handle of a buffer, which has counted it already.
    pub(super) fn first(handle: Handle<'a>) -> Self {
        Self { handle }
    }

    /// Reserves the next `len` bytes for a record, if there is room.
    ///
    /// # Errors
    ///
    /// [`Full`](TryReserveError::Full), [`Closed`](TryReserveError::Closed), or
    /// [`TooLong`](TryReserveError::TooLong) if the buffer never has so much room.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::log::{LogBuffer, TryReserveError};
    /// let buffer = LogBuffer::<16, 4>::new();
    /// let (writer, _flusher) = buffer.split()?;
    /// let mut first = writer.try_reserve(10)?;
    /// let mut second = writer.try_reserve(6)?;
    /// second.put(b"second"); // in any order
    /// first.put(b"the first ");
    /// assert_eq!((first.commit(), second.commit()), (0..10, 10..16));
    /// assert_eq!(writer.try_reserve(1).unwrap_err(), TryReserveError::Full);
    /// assert_eq!(writer.try_reserve(17).unwrap_err(), TryReserveError::TooLong);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn try_reserve(&self, len: usize) -> Result<Reservation<'_>, TryReserveError> {
        let start = self.claim_one(len)?;
        Ok(self.one(start, len))
    }

    /// Reserves the next bytes for several records, of these lengths, if there is room for all of them.
    ///
    /// One step, and one [`commit`](Reservation::commit), for all: they are adjacent in the stream, and the flusher
    /// gets the first of them only when all are committed. (It may cut its batches between them.) No lengths at
    /// all are one record of no bytes.
    ///
    /// # Errors
    ///
    /// As [`try_reserve`](Self::try_reserve).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::log::LogBuffer;
    /// let buffer = LogBuffer::<64, 8>::new();
    /// let (writer, mut flusher) = buffer.split()?;
    /// let mut pair = writer.try_reserve_many(&[3, 5])?;
    /// assert_eq!((pair.range(), pair.records()), (0..8, 0..2));
    /// pair.put(b"onethree");
    /// pair.commit();
    /// let ends: Vec<u64> = flusher.try_batch(64)?.records().map(|record| record.range.end).collect();
    /// assert_eq!(ends, [3, 8]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_reserve_many(&self, lengths: &[usize]) -> Result<Reservation<'_>, TryReserveError> {
        Ok(self.claim(lengths)?)
    }

    /// Reserves the next `len` bytes for a record as soon as there is room: a future, for any executor, without
    /// `std`.
    ///
    /// Dropped before it is ready, it has reserved nothing.
    ///
    /// A future that was woken and is not polled keeps its room from the other waiters (not from a `try_reserve`),
    /// and one at the front that wants more than is free holds up all behind it. Drop futures that you do not poll
    /// (see [`guide::stopped`](crate::guide::stopped)).
    ///
    /// Without `std`, all that wait for room in one buffer must be polled and dropped at one priority, unless the
    /// feature `critical-section` is on.
    ///
    /// # Errors
    ///
    /// [`ReserveError::Closed`], or [`TooLong`](ReserveError::TooLong) if the buffer never has so much room.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::log::{ReserveError, Writer};
    /// async fn append(log: &Writer<'_>, record: &[u8]) -> Result<u64, ReserveError> {
    ///     let mut reservation = log.reserve_async(record.len()).await?;
    ///     reservation.put(record);
    ///     Ok(reservation.commit().end) // ... and wait until the log is durable up to there
    /// }
    /// ```
    pub fn reserve_async(&self, len: usize) -> ReserveFuture<'_, 'static> {
        ReserveFuture::new(self, Lengths::One([len]))
    }

    /// Reserves as [`try_reserve_many`](Self::try_reserve_many) does as soon as there is room: a future, as that of
    /// [`reserve_async`](Self::reserve_async).
    ///
    /// # Errors
    ///
    /// As `reserve_async`.
    pub fn reserve_many_async<'l>(&self, lengths: &'l [usize]) -> ReserveFuture<'_, 'l> {
        ReserveFuture::new(self, Lengths::Many(lengths))
    }

    /// Claims `len` bytes for one record, and returns where they begin.
    #[inline]
    fn claim_one(&self, len: usize) -> Result<Point, Refusal> {
        self.handle.ring().core.claim(Extent { bytes: len as u64, records: 1 })
    }

    /// Returns the reservation of [`claim_one`](Self::claim_one). Made where it is used: if it is filled and committed
    /// at once, it is never in memory.
    #[inline]
    fn one(&self, start: Point, len: usize) -> Reservation<'_> {
        let bytes = len as u64;
        Reservation::new(&self.handle, start, Extent { bytes, records: 1 }, bytes)
    }

    /// Reserves for `lengths`.
    fn claim(&self, lengths: &[usize]) -> Result<Reservation<'_>, Refusal> {
        let extent = extent(lengths);
        let ring = self.handle.ring();
        let start = ring.core.claim(extent)?;
        let mut lengths = lengths.iter().map(|&length| length as u64);
        let first = lengths.next().unwrap_or(0);
        for (record, length) in (start.record + 1..).zip(lengths) {
            ring.keep_length(record, length);
        }
        Ok(Reservation::new(&self.handle, start, extent, first))
    }

    /// Reserves for `lengths`. `None` if there is no room.
    pub(super) fn attempt(
        &self,
        lengths: &[usize],
    ) -> Option<Result<Reservation<'_>, ReserveError>> {
        match self.claim(lengths) {
            Ok(reservation) => Some(Ok(reservation)),
            Err(Refusal::Closed) => Some(Err(ReserveError::Closed)),
            Err(Refusal::TooLong) => Some(Err(ReserveError::TooLong)),
            Err(Refusal::Full) => None,
        }
    }

    pub(super) fn core(&self) -> &Core {
        self.handle.ring().core
    }

    /// Returns the position up to which the flusher has [released](super::Batch::release) the stream: for a flusher
    /// that syncs before it releases, what is durable.
    ///
    /// It is closed when the flusher is dropped: waits for later positions fail then.
    ///
    /// The buffer moves it. To advance or close it yourself lies about durability, and does nothing else.
    #[must_use]
    pub fn durable(&self) -> &Watermark {
        self.core().durable()
    }

    /// Closes the buffer: no more is reserved. The flusher gets what was, and then learns that no more will come.
    pub fn close(&self) {
        self.handle.ring().close();
    }

    /// Returns whether the buffer is closed, or the flusher gone. What was done before the close happens before a
    /// `true`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.core().is_closed()
    }

    /// Returns how many bytes the buffer has.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.core().capacity().bytes as usize
    }
}

/// Returns what records of these lengths need. Too much for any buffer, if there are too many.
#[inline]
pub(super) fn extent(lengths: &[usize]) -> Extent {
    let bytes = lengths.iter().fold(0_u64, |sum, &length| sum.saturating_add(length as u64));
    Extent { bytes, records: lengths.len().max(1) as u64 }
}

#[cfg(feature = "std")]
mod blocking {
    use super::Writer;
    use crate::log::tail::Point;
    use crate::log::{Reservation, ReserveError, ReserveTimeoutError};
    use crate::wait::block::{self, Deadline};
    use core::pin::pin;
    use core::time::Duration;

    impl Writer<'_> {
        /// Reserves the next `len` bytes for a record, blocking while there is no room.
        ///
        /// Of several waiting writers, the one that has waited longest is woken first. A reservation that comes at
        /// the right moment may still be faster.
        ///
        /// # Errors
        ///
        /// [`ReserveError::Closed`], or [`ReserveError::TooLong`] if the buffer never has so much room.
        ///
        /// # Examples
        ///
        /// ```
        /// let (writer, flusher) = latchfree::log::buffer(4096, 64);
        /// let mut reservation = writer.reserve(8)?;
        /// reservation.put(b"a record");
        /// assert_eq!(reservation.commit(), 0..8);
        /// # drop(flusher);
        /// # Ok::<(), latchfree::log::ReserveError>(())
        /// ```
        #[inline]
        pub fn reserve(&self, len: usize) -> Result<Reservation<'_>, ReserveError> {
            let start = match self.claim_one(len) {
                Ok(start) => start,
                Err(_) => self.reserve_slow(len)?,
            };
            Ok(self.one(start, len))
        }

        /// Reserves as [`reserve`](Self::reserve) does, when a first try has failed. Returns where it begins.
        #[cold]
        fn reserve_slow(&self, len: usize) -> Result<Point, ReserveError> {
            self.reserve_many_slow(&[len]).map(Reservation::into_start)
        }

        /// Reserves as [`try_reserve_many`](Self::try_reserve_many) does, blocking while there is no room.
        ///
        /// # Errors
        ///
        /// As [`reserve`](Self::reserve).
        pub fn reserve_many(&self, lengths: &[usize]) -> Result<Reservation<'_>, ReserveError> {
            match self.claim(lengths) {
                Ok(reservation) => Ok(reservation),
                Err(_) => self.reserve_many_slow(lengths),
            }
        }

        /// Reserves as [`reserve_many`](Self::reserve_many) does, when a first try has failed.
        #[cold]
        fn reserve_many_slow(&self, lengths: &[usize]) -> Result<Reservation<'_>, ReserveError> {
            block::spin_until(|| self.attempt(lengths))
                .unwrap_or_else(|| block::block_on(pin!(self.reserve_many_async(lengths))))
        }

        /// Reserves as [`reserve`](Self::reserve) does, blocking for `timeout` at the longest.
        ///
        /// # Errors
        ///
        /// [`ReserveTimeoutError::Timeout`] if there was no room in that time, else as `reserve`.
        ///
        /// # Examples
        ///
        /// ```
        /// use latchfree::log::{self, ReserveTimeoutError};
        /// use std::time::Duration;
        ///
        /// let (writer, _flusher) = log::buffer(64, 4);
        /// let all = writer.reserve_timeout(64, Duration::ZERO)?;
        /// let more = writer.reserve_timeout(1, Duration::from_millis(1));
        /// assert_eq!(more.unwrap_err(), ReserveTimeoutError::Timeout);
        /// # drop(all);
        /// # Ok::<(), ReserveTimeoutError>(())
        /// ```
        pub fn reserve_timeout(
            &self,
            len: usize,
            timeout: Duration,
        ) -> Result<Reservation<'_>, ReserveTimeoutError> {
            self.reserve_many_timeout(&[len], timeout)
        }

        /// Reserves as [`reserve_many`](Self::reserve_many) does, blocking for `timeout` at the longest.
        ///
        /// # Errors
        ///
        /// As [`reserve_timeout`](Self::reserve_timeout).
        pub fn reserve_many_timeout(
            &self,
            lengths: &[usize],
            timeout: Duration,
        ) -> Result<Reservation<'_>, ReserveTimeoutError> {
            if let Some(result) = self.attempt(lengths) {
                return Ok(result?);
            }
            let deadline = Deadline::after(timeout);
            let result = block::spin_until(|| self.attempt(lengths)).or_else(|| {
                block::block_on_until(pin!(self.reserve_many_async(lengths)), deadline)
            });
            Ok(result.ok_or(ReserveTimeoutError::Timeout)??)
        }
    }
}

impl Clone for Writer<'_> {
    fn clone(&self) -> Self {
        self.core().add_writer();
        Self { handle: self.handle.clone() }
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if self.core().remove_writer() {
            self.close();
        }
    }
}

impl fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("capacity", &self.capacity())
            .field("durable", &self.durable().get())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::log::{LogBuffer, TryReserveError, Writer};
    use std::format;
    use std::vec::Vec;

    /// A buffer that is empty, and holds so much of all that a `u64` counts that a sum of lengths passes it.
    #[test]
    fn lengths_that_no_buffer_has_are_too_long() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, _flusher) = buffer.split().unwrap();
        for lengths in [
            &[9][..],
            &[4, 5],
            &[usize::MAX],
            &[usize::MAX, 1],
            &[usize::MAX, usize::MAX, 2],
            &[usize::MAX / 2 + 1, usize::MAX / 2 + 1],
            &[usize::MAX / 4 + 1; 4],
            &[0; 5],
            &[8, 0, 0, 0, 0],
        ] {
            assert_eq!(writer.try_reserve_many(lengths).unwrap_err(), TryReserveError::TooLong);
        }
        writer.close(); // which of both is said when both are true
        assert_eq!(writer.try_reserve(9).unwrap_err(), TryReserveError::TooLong);
        assert_eq!(writer.try_reserve(0).unwrap_err(), TryReserveError::Closed);
    }

    #[test]
    fn group_is_reserved_whole_or_not_at_all() {
        let buffer = LogBuffer::<8, 4>::starting_at(6, 9);
        let (writer, mut flusher) = buffer.split().unwrap();
        let none = writer.try_reserve_many(&[]).unwrap();
        assert_eq!((none.range(), none.records(), none.is_empty()), (6..6, 9..10, true));
        assert_eq!(writer.try_reserve_many(&[4, 5]).unwrap_err(), TryReserveError::TooLong);
        let group = writer.try_reserve_many(&[0, 5, 1]).unwrap();
        assert_eq!((group.range(), group.records(), group.len()), (6..12, 10..13, 6));
        // There is no slot, and later no byte.
        assert_eq!(writer.try_reserve(0).unwrap_err(), TryReserveError::Full);
        none.commit();
        flusher.try_batch(0).unwrap().release();
        assert_eq!(writer.try_reserve(3).unwrap_err(), TryReserveError::Full);
        assert_eq!(writer.try_reserve_many(&[1, 2]).unwrap_err(), TryReserveError::Full);
        assert_eq!(writer.try_reserve_many(&[1, 1]).unwrap_err(), TryReserveError::Full);
        let last = writer.try_reserve(2).unwrap();
        assert_eq!(last.range(), 12..14);
        group.commit();
        last.commit();
        let batch = flusher.try_batch(8).unwrap();
        let ends: Vec<_> =
            batch.records().map(|record| (record.number, record.range.end)).collect();
        assert_eq!(ends, [(10, 6), (11, 11), (12, 12), (13, 14)]);
    }

    #[test]
    fn last_writer_closes() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        let clones = [(); 3].map(|()| writer.clone());
        clones[1].try_reserve(1).unwrap().commit();
        drop(writer);
        assert!(!flusher.is_closed());
        drop(clones);
        assert!(flusher.is_closed());
        flusher.try_batch(8).unwrap().release();
        assert_eq!(flusher.try_batch(8).unwrap_err(), crate::log::TryBatchError::Closed);
    }

    #[test]
    fn close_leaves_what_was_reserved_to_be_committed() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        let reservation = writer.try_reserve(3).unwrap();
        writer.close();
        flusher.close();
        assert!(writer.is_closed());
        assert_eq!(writer.try_reserve(1).unwrap_err(), TryReserveError::Closed);
        assert_eq!(flusher.try_batch(8).unwrap_err(), crate::log::TryBatchError::Stalled);
        reservation.commit();
        flusher.try_batch(8).unwrap().release();
        assert_eq!(flusher.try_batch(8).unwrap_err(), crate::log::TryBatchError::Closed);
        assert_eq!(writer.durable().get(), 3);
    }

    #[test]
    fn handles_and_what_they_return_go_to_other_threads() {
        fn is_send_and_sync<T: Send + Sync>(_: &T) {}
        fn is_send<T: Send>(_: &T) {}
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        is_send_and_sync(&writer);
        is_send_and_sync(&flusher);
        is_send(&writer.reserve_async(1));
        is_send(&flusher.batch_async(1));
        is_send_and_sync(&writer.try_reserve(1).unwrap());
        let batch = flusher.try_batch(1).unwrap();
        is_send_and_sync(&batch);
        is_send_and_sync(&batch.records());
    }

    /// A reservation lives as long as the borrow of its writer, whatever that is a handle of.
    #[test]
    fn handle_of_longer_life_serves_for_one_of_shorter() {
        fn shorten<'a>(writer: Writer<'static>, _: &'a u8) -> Writer<'a> {
            writer
        }
        static BUFFER: LogBuffer<8, 4> = LogBuffer::new();
        let (writer, _flusher) = BUFFER.split().unwrap();
        let local = 0;
        assert_eq!(shorten(writer, &local).try_reserve(2).unwrap().commit(), 0..2);
    }

    #[test]
    fn debug_shows_the_state() {
        let buffer = LogBuffer::<8, 4>::starting_at(5, 7);
        let (writer, mut flusher) = buffer.split().unwrap();
        assert_eq!(format!("{writer:?}"), "Writer { capacity: 8, durable: 5, .. }");
        assert_eq!(format!("{flusher:?}"), "Flusher { position: 5, record: 7, .. }");
        let mut reservation = writer.try_reserve_many(&[2, 1]).unwrap();
        reservation.put(b"a");
        assert_eq!(
            format!("{reservation:?}"),
            "Reservation { range: 5..8, records: 7..9, remaining: 2 }"
        );
        reservation.commit();
        let batch = flusher.try_batch(8).unwrap();
        assert_eq!(format!("{batch:?}"), "Batch { range: 5..8, records: 2, .. }");
    }

    #[cfg(feature = "std")]
    mod blocking {
        use super::LogBuffer;
        use crate::log::{ReserveError, ReserveTimeoutError};
        use crate::wait::Event;
        use core::time::Duration;
        use std::thread;
        use std::time::Instant;

        const A_WHILE: Duration = Duration::from_millis(20);

        #[test]
        fn blocked_writers_are_woken_as_room_is_released() {
            let buffer = LogBuffer::<8, 4>::new();
            let (writer, mut flusher) = buffer.split().unwrap();
            writer.try_reserve(8).unwrap().commit();
            thread::scope(|scope| {
                let many = scope.spawn(|| writer.reserve_many(&[3, 3]).unwrap().commit());
                let one = scope.spawn(|| writer.reserve(6).unwrap().commit());
                while Event::waiters(writer.core()).is_empty() {
                    thread::yield_now();
                }
                thread::sleep(A_WHILE);
                for len in [8, 6, 6] {
                    let batch = flusher.batch(8).unwrap();
                    assert_eq!(batch.len(), len);
                    batch.release();
                }
                let mut ranges = [many.join().unwrap(), one.join().unwrap()];
                ranges.sort_by_key(|range| range.start);
                assert_eq!(ranges, [8..14, 14..20]);
            });
        }

        #[test]
        fn blocked_writers_learn_of_the_close_and_of_the_flushers_end() {
            for closes in [true, false] {
                let buffer = LogBuffer::<8, 4>::new();
                let (writer, mut flusher) = buffer.split().unwrap();
                let end = writer.try_reserve(8).unwrap().commit().end;
                thread::scope(|scope| {
                    let waits = [(); 2].map(|()| scope.spawn(|| writer.reserve(1).map(|_| ())));
                    let durable = scope.spawn(|| writer.durable().wait_for(end));
                    thread::sleep(A_WHILE);
                    if closes {
                        flusher.close();
                    } else {
                        drop(flusher);
                    }
                    for wait in waits {
                        assert_eq!(wait.join().unwrap(), Err(ReserveError::Closed));
                    }
                    if closes {
                        writer.durable().close();
                    }
                    assert!(durable.join().unwrap().is_err());
                });
            }
        }

        #[test]
        fn wait_for_room_ends_in_time() {
            let buffer = LogBuffer::<8, 4>::new();
            let (writer, mut flusher) = buffer.split().unwrap();
            assert_eq!(writer.reserve_timeout(8, Duration::ZERO).unwrap().commit(), 0..8);
            let start = Instant::now();
            let refused = writer.reserve_timeout(1, A_WHILE).unwrap_err();
            assert_eq!(refused, ReserveTimeoutError::Timeout);
            assert!(start.elapsed() >= A_WHILE);
            assert!(Event::waiters(writer.core()).is_empty(), "it has left");
            for lengths in [&[9][..], &[0; 5]] {
                assert_eq!(writer.reserve_many(lengths).unwrap_err(), ReserveError::TooLong);
                let refused = writer.reserve_many_timeout(lengths, A_WHILE).unwrap_err();
                assert_eq!(refused, ReserveTimeoutError::TooLong);
            }
            flusher.try_batch(8).unwrap().release();
            let many = writer.reserve_many_timeout(&[4, 4], A_WHILE).unwrap();
            assert_eq!(many.commit(), 8..16);
            flusher.close();
            let refused = writer.reserve_many_timeout(&[1, 1], A_WHILE).unwrap_err();
            assert_eq!(refused, ReserveTimeoutError::Closed);
            assert_eq!(writer.reserve(1).unwrap_err(), ReserveError::Closed);
        }
    }
}
