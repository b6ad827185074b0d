//! The flusher's handle.

use super::handle::Handle;
use super::ring::Park;
use super::slot::Mark;
use super::tail::{Extent, Point};
use super::{Batch, BatchError, BatchFuture, TryBatchError};
use core::fmt;
use core::task::{Context, Poll};

/// The handle that takes committed bytes out of the buffer, in order. There is one.
///
/// Dropping it closes the buffer and [`durable`](super::Writer::durable), so that nothing waits for a flush that will
/// not come. What was committed and not released is lost then.
///
/// # Guarantees
///
/// *Progress*: [`try_batch`](Self::try_batch) never waits for a writer: a record that is reserved and not committed
/// shows as [`Stalled`](TryBatchError::Stalled), once it is the next. It takes a step a record. Methods that block,
/// and futures, wait for such a writer, and are woken by its commit.
/// ([`guide::stopped`](crate::guide::stopped) says for each participant what its stopping holds up.)
///
/// *Ordering*: as [`Writer`](super::Writer) says.
///
/// *Exactness*: `Empty`, `Stalled` and `Closed` were true at a moment of the call. A batch has all records in a row
/// whose commits happened before the call, up to its limit.
///
/// *Cancel safety*: a [`batch_async`](Self::batch_async) that is dropped before it is ready has taken nothing. A batch
/// that is dropped without a release comes again.
///
/// *Cost*: a load a record, and for each release two stores, a read-modify-write and a fence.
pub struct Flusher<'a> {
    handle: Handle<'a>,
    /// The end of what was released.
    head: Point,
    /// Whether the waker was left in the buffer, for the record at `head`, and not taken back.
    is_parked: bool,
}

impl<'a> Flusher<'a> {
    /// Creates the only handle of a buffer of which nothing was released.
    pub(super) fn only(handle: Handle<'a>) -> Self {
        let head = handle.ring().core.head_alone();
        crate::sys::asymmetric::prepare();
        Self { handle, head, is_parked: false }
    }

    /// Returns the committed bytes that are next, at most `max_bytes`, but at least one record.
    ///
    /// # Errors
    ///
    /// [`Empty`](TryBatchError::Empty), [`Stalled`](TryBatchError::Stalled), or [`Closed`](TryBatchError::Closed).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::log::{LogBuffer, TryBatchError};
    /// let buffer = LogBuffer::<64, 4>::new();
    /// let (writer, mut flusher) = buffer.split()?;
    /// assert_eq!(flusher.try_batch(64).unwrap_err(), TryBatchError::Empty);
    /// let mut first = writer.try_reserve(3)?;
    /// writer.try_reserve(5)?.commit();
    /// assert_eq!(flusher.try_batch(64).unwrap_err(), TryBatchError::Stalled);
    /// first.put(b"one");
    /// first.commit();
    /// let batch = flusher.try_batch(4)?; // cut between two records
    /// assert_eq!((batch.bytes().0, batch.range()), (&b"one"[..], 0..3));
    /// batch.release();
    /// assert_eq!(flusher.try_batch(4)?.range(), 3..8); // a record that is longer by itself
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_batch(&mut self, max_bytes: usize) -> Result<Batch<'_>, TryBatchError> {
        self.check()?;
        Ok(self.ready_batch(max_bytes))
    }

    /// Returns the next batch, as [`try_batch`](Self::try_batch) does, as soon as a record is committed: a future, for
    /// any executor, without `std`.
    ///
    /// # Errors
    ///
    /// [`BatchError`], if the buffer is closed, or all writers are gone, and all was released.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::log::Flusher;
    /// async fn flush(mut flusher: Flusher<'_>, file: &mut Vec<u8>) {
    ///     while let Ok(batch) = flusher.batch_async(1 << 20).await {
    ///         let (first, second) = batch.bytes();
    ///         file.extend_from_slice(first);
    ///         file.extend_from_slice(second);
    ///         batch.release();
    ///     }
    /// }
    /// ```
    pub fn batch_async(&mut self, max_bytes: usize) -> BatchFuture<'_, 'a> {
        BatchFuture::new(self, max_bytes)
    }

    /// Returns the end of what was released: the position of the next batch.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.head.position
    }

    /// Returns the number of the first record of the next batch.
    #[must_use]
    pub fn record(&self) -> u64 {
        self.head.record
    }

    /// Closes the buffer: no more is reserved. What was reserved before can be committed and flushed.
    pub fn close(&mut self) {
        self.handle.ring().close();
    }

    /// Returns whether the buffer is closed, or all writers gone. What was done before the close happens before a
    /// `true`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.handle.ring().core.is_closed()
    }

    /// Returns `Ok` if the next record is finished.
    fn check(&self) -> Result<(), TryBatchError> {
        let slot = self.handle.ring().slot(self.head.record);
        let is_finished = || slot.look(self.head.record) != Mark::Nothing;
        if is_finished() {
            return Ok(());
        }
        // Step 7: the tail alone decides between empty, closed, and neither.
        let (ahead, is_closed) = self.handle.ring().core.lead(self.head);
        if ahead.records == 0 {
            return Err(if is_closed { TryBatchError::Closed } else { TryBatchError::Empty });
        }
        // Reserved: it was finished since the first look, or it is stalled now.
        if is_finished() { Ok(()) } else { Err(TryBatchError::Stalled) }
    }

    /// Returns the result of a wait for the next record, if that is over.
    fn wait_result(&self) -> Option<Result<(), BatchError>> {
        match self.check() {
            Ok(()) => Some(Ok(())),
            Err(TryBatchError::Closed) => Some(Err(BatchError)),
            Err(TryBatchError::Empty | TryBatchError::Stalled) => None,
        }
    }

    /// Returns the batch that begins with the next record, which is finished.
    pub(super) fn ready_batch(&mut self, max_bytes: usize) -> Batch<'_> {
        self.cancel_park();
        let ring = self.handle.ring();
        let (first, capacity) = (self.head.record, ring.core.capacity());
        let mut extent = Extent { bytes: 0, records: 0 };
        while extent.records < capacity.records {
            let record = first + extent.records;
            let (Mark::Committed(len) | Mark::Abandoned(len)) = ring.slot(record).look(record)
            else {
                break;
            };
            if extent.records > 0 && extent.bytes + len > max_bytes as u64 {
                break;
            }
            extent = Extent { bytes: extent.bytes + len, records: extent.records + 1 };
        }
        Batch::new(ring, &mut self.head, extent)
    }

    /// Returns `Ready` if the next record is finished, or the buffer closed; or leaves the waker.
    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BatchError>> {
        match self.park(cx) {
            Ok(ready) => Poll::Ready(ready),
            Err(Park::Busy) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Err(_) => Poll::Pending,
        }
    }

    /// Returns whether the next record is finished, or the buffer closed; or how the waker was left if neither is so.
    fn park(&mut self, cx: &mut Context<'_>) -> Result<Result<(), BatchError>, Park> {
        loop {
            if let Some(result) = self.wait_result() {
                return Ok(result);
            }
            let waker = cx.waker().clone();
            self.cancel_park();
            // SAFETY: we are the flusher.
            match unsafe { self.handle.ring().park(self.head, waker) } {
                Park::Parked => {
                    self.is_parked = true;
                    return Err(Park::Parked);
                }
                Park::Busy => return Err(Park::Busy),
                Park::Refused => {}
            }
        }
    }

    /// Takes the waker back, if it was left and is still there.
    pub(super) fn cancel_park(&mut self) {
        if core::mem::take(&mut self.is_parked) {
            // SAFETY: we are the flusher.
            unsafe { self.handle.ring().core.flusher().cancel(self.head.record) };
        }
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{Flusher, Park};
    use crate::log::{Batch, BatchError, BatchTimeoutError};
    use crate::wait::block::{self, Deadline};
    use core::future::poll_fn;
    use core::pin::pin;
    use core::task::Poll;
    use core::time::Duration;

    impl Flusher<'_> {
        /// Returns the next batch, as [`try_batch`](Self::try_batch) does, blocking until a record is committed.
        ///
        /// # Errors
        ///
        /// [`BatchError`], if the buffer is closed, or all writers are gone, and all was released.
        ///
        /// # Examples
        ///
        /// ```
        /// let (writer, mut flusher) = latchfree::log::buffer(4096, 64);
        /// std::thread::spawn(move || writer.reserve(8).map(|record| record.commit()));
        /// let batch = flusher.batch(1 << 20)?;
        /// assert_eq!(batch.range(), 0..8);
        /// batch.release();
        /// assert!(flusher.batch(1 << 20).is_err()); // the writer is gone
        /// # Ok::<(), latchfree::log::BatchError>(())
        /// ```
        pub fn batch(&mut self, max_bytes: usize) -> Result<Batch<'_>, BatchError> {
            loop {
                match self.await_record(Deadline::NEVER) {
                    Ok(()) => return Ok(self.ready_batch(max_bytes)),
                    Err(BatchTimeoutError::Closed) => return Err(BatchError),
                    Err(BatchTimeoutError::Timeout) => {}
                }
            }
        }

        /// Returns the next batch, as [`batch`](Self::batch) does, blocking for `timeout` at the longest.
        ///
        /// # Errors
        ///
        /// [`BatchTimeoutError::Timeout`] when the timeout expires, else as `batch`.
        ///
        /// # Examples
        ///
        /// ```
        /// use latchfree::log::{self, BatchTimeoutError};
        /// use std::time::Duration;
        ///
        /// let (_writer, mut flusher) = log::buffer(4096, 64);
        /// let nothing = flusher.batch_timeout(1 << 20, Duration::from_millis(1));
        /// assert_eq!(nothing.unwrap_err(), BatchTimeoutError::Timeout);
        /// ```
        pub fn batch_timeout(
            &mut self,
            max_bytes: usize,
            timeout: Duration,
        ) -> Result<Batch<'_>, BatchTimeoutError> {
            self.await_record(Deadline::after(timeout))?;
            Ok(self.ready_batch(max_bytes))
        }

        fn await_record(&mut self, deadline: Deadline) -> Result<(), BatchTimeoutError> {
            if let Some(result) = block::spin_until(|| self.wait_result()) {
                return Ok(result?);
            }
            loop {
                let parked = pin!(poll_fn(|cx| match self.park(cx) {
                    Err(Park::Parked | Park::Refused) => Poll::Pending,
                    decided => Poll::Ready(decided),
                }));
                match block::block_on_until(parked, deadline) {
                    Some(Ok(ready)) => return Ok(ready?),
                    // The writer that ended the last wait does not run just now.
                    Some(Err(_)) if deadline.park_briefly() => {}
                    _ => {
                        self.cancel_park();
                        return Err(BatchTimeoutError::Timeout);
                    }
                }
            }
        }
    }
}

impl Drop for Flusher<'_> {
    fn drop(&mut self) {
        self.cancel_park();
        let ring = self.handle.ring();
        let mut is_open = true;
        // Wakers are others' code: the watermark is closed also if one panics.
        crate::sys::unwind::each(|| {
            let closes = core::mem::take(&mut is_open);
            if closes {
                ring.close()
            } else {
                ring.core.durable().close()
            }
            closes
        });
    }
}

impl fmt::Debug for Flusher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flusher")
            .field("position", &self.position())
            .field("record", &self.record())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::log::{BatchError, BatchFuture, Flusher, LogBuffer, TryBatchError};
    use crate::wait::Count;
    use core::future::Future;
    use core::pin::Pin;
    use core::task::{Context, Poll, Waker};
    use std::sync::Arc;

    /// Polls once, and gives the future up; returns the range.
    fn poll(flusher: &mut Flusher<'_>, waker: &Waker) -> Poll<Result<(u64, u64), BatchError>> {
        let mut cx = Context::from_waker(waker);
        let mut future = flusher.batch_async(9);
        let polled = Pin::new(&mut future).poll(&mut cx);
        polled.map(|batch| batch.map(|batch| (batch.range().start, batch.range().end)))
    }

    /// Polls once, and keeps the waker in the buffer.
    fn park<'f, 'a>(flusher: &'f mut Flusher<'a>, waker: &Waker) -> BatchFuture<'f, 'a> {
        let mut future = flusher.batch_async(9);
        assert!(Pin::new(&mut future).poll(&mut Context::from_waker(waker)).is_pending());
        future
    }

    #[test]
    fn waker_is_called_once_by_the_commit_of_the_next_record_alone() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        let count = Arc::<Count>::default();
        let waker = Waker::from(Arc::clone(&count));
        let wakes = || count.get();
        let mut future = park(&mut flusher, &waker);
        let (first, second) = (writer.try_reserve(1).unwrap(), writer.try_reserve(2).unwrap());
        second.commit();
        assert_eq!(wakes(), 0);
        assert!(Pin::new(&mut future).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(first); // a record that is given up counts
        assert_eq!((wakes(), Arc::strong_count(&count)), (1, 2));
        let polled = Pin::new(&mut future).poll(&mut Context::from_waker(&waker));
        assert!(matches!(polled, Poll::Ready(Ok(batch)) if batch.range() == (0..3)));
        drop(future);
        assert_eq!((wakes(), Arc::strong_count(&count)), (1, 2));
    }

    /// Before the wake-up, and after it.
    #[test]
    fn wait_that_is_given_up_takes_its_waker_along() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        let count = Arc::<Count>::default();
        let waker = Waker::from(Arc::clone(&count));
        drop(park(&mut flusher, &waker));
        assert_eq!((Arc::strong_count(&count), flusher.is_parked), (2, false));
        writer.try_reserve(1).unwrap().commit();
        assert_eq!(count.get(), 0);
        flusher.try_batch(8).unwrap().release();
        let future = park(&mut flusher, &waker);
        writer.try_reserve(1).unwrap().commit();
        drop(future);
        assert_eq!((count.get(), Arc::strong_count(&count)), (1, 2));
        assert_eq!(poll(&mut flusher, &waker), Poll::Ready(Ok((1, 2))));
    }

    /// It leaves the waker, which any later call takes back.
    #[test]
    fn wait_that_is_forgotten_is_ended_by_the_next_call() {
        let buffer = LogBuffer::<8, 1>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        let count = Arc::<Count>::default();
        let waker = Waker::from(Arc::clone(&count));
        for position in 0..3 {
            core::mem::forget(park(&mut flusher, &waker));
            assert_eq!(Arc::strong_count(&count), 3);
            assert_eq!(flusher.try_batch(8).unwrap_err(), TryBatchError::Empty);
            writer.try_reserve(1).unwrap().commit();
            assert_eq!(poll(&mut flusher, &waker), Poll::Ready(Ok((position, position + 1))));
            flusher.try_batch(8).unwrap().release();
        }
        core::mem::forget(park(&mut flusher, &waker));
        drop(flusher);
        assert_eq!((count.get(), Arc::strong_count(&count)), (3, 2));
    }

    #[test]
    fn close_wakes_the_flusher_that_waits_behind_all_records() {
        for by_last_writer in [true, false] {
            let buffer = LogBuffer::<8, 4>::starting_at(0, (1 << 26) - 1);
            let (writer, mut flusher) = buffer.split().unwrap();
            let count = Arc::<Count>::default();
            let waker = Waker::from(Arc::clone(&count));
            for round in 0..2 {
                // The slot that it waits in has a mark of another record, or none.
                writer.try_reserve(1).unwrap().commit();
                flusher.try_batch(8).unwrap().release();
                assert_eq!((round, poll(&mut flusher, &waker)), (round, Poll::Pending));
            }
            let mut future = park(&mut flusher, &waker);
            if by_last_writer {
                drop(writer);
            } else {
                writer.close();
                writer.close();
            }
            assert_eq!(count.get(), 1);
            let polled = Pin::new(&mut future).poll(&mut Context::from_waker(&waker));
            assert!(matches!(polled, Poll::Ready(Err(BatchError))));
        }
    }

    /// A flusher that waits for a reserved record is woken by its writer, and then learns of the close.
    #[test]
    fn close_leaves_the_flusher_of_a_reserved_record_to_its_writer() {
        let buffer = LogBuffer::<8, 4>::new();
        let (writer, mut flusher) = buffer.split().unwrap();
        let count = Arc::<Count>::default();
        let waker = Waker::from(Arc::clone(&count));
        let reservation = writer.try_reserve(1).unwrap();
        let mut future = park(&mut flusher, &waker);
        writer.close();
        assert_eq!(count.get(), 0);
        assert!(Pin::new(&mut future).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(future);
        reservation.commit();
        flusher.try_batch(8).unwrap().release();
        assert_eq!(poll(&mut flusher, &waker), Poll::Ready(Err(BatchError)));
        assert_eq!(Arc::strong_count(&count), 2);
    }

    #[cfg(feature = "std")]
    #[test]
    fn blocked_flusher_is_woken_by_commit_abandonment_and_close() {
        use crate::log::BatchTimeoutError;
        use core::time::Duration;
        use std::thread;
        use std::time::Instant;
        const A_WHILE: Duration = Duration::from_millis(20);
        const LONG: Duration = Duration::from_secs(60);
        let (writer, mut flusher) = crate::log::buffer(8, 1);
        let start = Instant::now();
        assert_eq!(flusher.batch_timeout(8, A_WHILE).unwrap_err(), BatchTimeoutError::Timeout);
        assert!(start.elapsed() >= A_WHILE && !flusher.is_parked);
        let other = thread::spawn(move || {
            thread::sleep(A_WHILE);
            let reservation = writer.try_reserve(3).unwrap();
            thread::sleep(A_WHILE);
            reservation.commit();
            drop(writer.reserve(2).unwrap());
            let last = writer.reserve(1).unwrap();
            thread::sleep(A_WHILE);
            drop(last);
            thread::sleep(A_WHILE);
        });
        let batch = flusher.batch(8).unwrap();
        assert_eq!(batch.range(), 0..3);
        batch.release();
        for end in [5, 6] {
            let batch = flusher.batch_timeout(8, LONG).unwrap();
            assert_eq!(batch.range().end, end);
            batch.release();
        }
        assert_eq!(flusher.batch(8).unwrap_err(), BatchError);
        assert_eq!(flusher.batch_timeout(8, LONG).unwrap_err(), BatchTimeoutError::Closed);
        assert!(start.elapsed() < LONG);
        other.join().unwrap();
    }
}
