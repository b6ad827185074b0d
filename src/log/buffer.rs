//! The buffer that lies where you put it.

use super::core::Core;
use super::handle::Handle;
use super::ring::Ring;
use super::slot::Slot;
use super::tail::{Extent, MAX_BYTES, MAX_RECORDS, Point};
use super::{AlreadySplit, Flusher, Writer};
use crate::atomic::Atomic;
use crate::sys::{self, Access, Byte};
use core::fmt;

sites! {
    /// The first thread to split wins; how the buffer came to be shared has ordered everything else.
    SPLIT: Relaxed;
}

/// A log buffer of `BYTES` bytes and `RECORDS` records inline: no allocator, no `std`, usable in a `static`.
///
/// Both are powers of two, at most 2^30 and 2^20; anything else does not compile. [Split](Self::split) it once, into
/// writers and the one flusher.
///
/// # Examples
///
/// ```
/// use latchfree::log::LogBuffer;
///
/// static WAL: LogBuffer<{ 1 << 16 }, { 1 << 10 }> = LogBuffer::new();
///
/// let (writer, mut flusher) = WAL.split()?;
/// let mut reservation = writer.try_reserve(5)?;
/// reservation.put(b"hello");
/// reservation.commit();
/// let batch = flusher.try_batch(4096)?;
/// assert_eq!(batch.bytes(), (&b"hello"[..], &b""[..])); // write them, sync, and then:
/// batch.release();
/// assert_eq!(writer.durable().get(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail
/// # use latchfree::log::LogBuffer;
/// static WAL: LogBuffer<1000, 16> = LogBuffer::new(); // 1000 is not a power of two
/// ```
pub struct LogBuffer<const BYTES: usize, const RECORDS: usize> {
    core: Core,
    slots: [Slot; RECORDS],
    bytes: [Byte; BYTES],
    access: [Access; BYTES],
    split: Atomic<bool>,
}

impl<const BYTES: usize, const RECORDS: usize> LogBuffer<BYTES, RECORDS> {
    sys::const_fn! {
        /// Creates an empty buffer.
        #[must_use]
        pub const fn new() -> Self {
            Self::starting_at(0, 0)
        }
    }

    sys::const_fn! {
        /// Creates an empty buffer whose first record has the number `record` and begins at `position`: for a log
        /// that was recovered.
        ///
        /// # Panics
        ///
        /// If `position` or `record` is not below 2^62; in a `static`, that does not compile.
        #[must_use]
        pub const fn starting_at(position: u64, record: u64) -> Self {
            const {
                assert!(BYTES.is_power_of_two() && BYTES as u64 <= MAX_BYTES, "the bytes of a buffer are a power of two, at most 2^30");
                assert!(RECORDS.is_power_of_two() && RECORDS as u64 <= MAX_RECORDS, "the records of a buffer are a power of two, at most 2^20");
            }
            let capacity = Extent { bytes: BYTES as u64, records: RECORDS as u64 };
            Self {
                core: Core::new(capacity, Point::checked(position, record)),
                slots: sys::array![Slot::new(); RECORDS],
                bytes: [const { Byte::new() }; BYTES],
                access: sys::array![Access::new(); BYTES],
                split: Atomic::new(false),
            }
        }
    }

    fn ring(&self) -> Ring<'_> {
        // SAFETY: `starting_at` makes them so, and nothing else accesses them.
        unsafe { Ring::new(&self.core, &self.slots, &self.bytes, &self.access) }
    }

    fn handles(&self) -> (Writer<'_>, Flusher<'_>) {
        let handle = Handle::borrowed(self.ring());
        (Writer::first(handle.clone()), Flusher::only(handle))
    }

    /// Returns a first writer, to be cloned for more, and the flusher.
    ///
    /// # Errors
    ///
    /// [`AlreadySplit`] from the second call on, also after all handles are gone.
    pub fn split(&self) -> Result<(Writer<'_>, Flusher<'_>), AlreadySplit> {
        if self.split.swap(true, SPLIT) {
            return Err(AlreadySplit);
        }
        Ok(self.handles())
    }

    /// Returns a first writer and the flusher, any number of times: the buffer is borrowed exclusively, so all
    /// earlier handles are gone.
    ///
    /// Opens the buffer again if it was closed. Forgets what was reserved and not released; positions and record
    /// numbers go on behind it. Takes a step a slot.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::log::LogBuffer;
    /// let mut buffer = LogBuffer::<64, 4>::new();
    /// for round in 0..3 {
    ///     let (writer, _flusher) = buffer.split_mut();
    ///     assert_eq!(writer.try_reserve(8)?.commit(), 8 * round..8 * round + 8);
    /// }
    /// # Ok::<(), latchfree::log::TryReserveError>(())
    /// ```
    pub fn split_mut(&mut self) -> (Writer<'_>, Flusher<'_>) {
        // Where reservations were forgotten, slots can have marks of so long ago that the low bits come again.
        self.slots.iter_mut().for_each(|slot| *slot = Slot::new());
        self.core.reset();
        self.split.store(true, SPLIT);
        self.handles()
    }
}

impl<const BYTES: usize, const RECORDS: usize> Default for LogBuffer<BYTES, RECORDS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const BYTES: usize, const RECORDS: usize> fmt::Debug for LogBuffer<BYTES, RECORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogBuffer")
            .field("bytes", &BYTES)
            .field("records", &RECORDS)
            .field("released", &self.core.durable().get())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::slot::Mark;
    use super::super::tail::RECORD_MASK;
    use super::*;
    use crate::log::{TryBatchError, TryReserveError};
    use crate::wait::Count;
    use core::future::Future;
    use core::mem::forget;
    use core::pin::Pin;
    use core::task::{Context, Waker};
    use std::format;
    use std::sync::Arc;

    #[test]
    fn shared_buffer_is_split_once() {
        let buffer = LogBuffer::<8, 2>::default();
        let handles = buffer.split().unwrap();
        assert_eq!(buffer.split().unwrap_err(), AlreadySplit);
        drop(handles);
        assert_eq!(buffer.split().unwrap_err(), AlreadySplit);
    }

    /// Whatever the handles before have left: bytes that were not flushed, reservations that were forgotten, a close.
    #[test]
    fn split_mut_begins_anew_behind_all_that_was_reserved() {
        let mut buffer = LogBuffer::<8, 4>::starting_at((1 << 37) - 13, (1 << 26) - 5);
        for round in 0..9 {
            let (writer, mut flusher) = buffer.split_mut();
            let (position, record) = ((1 << 37) - 13 + 5 * round, (1 << 26) - 5 + 3 * round);
            assert_eq!((flusher.position(), flusher.record()), (position, record));
            assert_eq!((writer.is_closed(), writer.durable().get()), (false, position));
            assert!(!writer.durable().is_closed());
            assert_eq!(flusher.try_batch(9).unwrap_err(), TryBatchError::Empty);
            let first = writer.try_reserve_many(&[1, 2]).unwrap();
            assert_eq!((first.range(), first.record()), (position..position + 3, record));
            writer.try_reserve(2).unwrap().commit();
            if round % 2 == 0 {
                first.commit();
                let mut batch = flusher.try_batch(9).unwrap();
                batch.truncate(round as usize % 3);
                batch.release();
            } else {
                forget(first);
                assert_eq!(flusher.try_batch(9).unwrap_err(), TryBatchError::Stalled);
            }
            if round % 3 == 0 {
                forget((writer, flusher));
            }
        }
        assert_eq!(buffer.split().unwrap_err(), AlreadySplit);
    }

    /// With handles of which each forgets a reservation, record numbers can go through all their low bits without a
    /// mark in some slot: there a mark of the same low bits can be left.
    #[test]
    fn split_mut_leaves_no_mark_of_the_record_numbers_before() {
        let mut buffer = LogBuffer::<8, 2>::starting_at(0, RECORD_MASK + 1);
        for record in 0..2 {
            buffer.slots[record as usize].mark(record, Mark::Committed(3));
        }
        let (writer, mut flusher) = buffer.split_mut();
        assert_eq!(flusher.try_batch(8).unwrap_err(), TryBatchError::Empty);
        let reservation = writer.try_reserve(4).unwrap();
        assert_eq!(flusher.try_batch(8).unwrap_err(), TryBatchError::Stalled);
        drop(reservation);
    }

    /// Its waker goes, and no writer calls it, although the record that it waits for is the next.
    #[test]
    fn split_mut_leaves_no_flusher_parked() {
        let mut buffer = LogBuffer::<8, 2>::new();
        let count = Arc::<Count>::default();
        let (writer, mut flusher) = buffer.split_mut();
        let mut batch = flusher.batch_async(8);
        let waker = Waker::from(Arc::clone(&count));
        let mut cx = Context::from_waker(&waker);
        assert!(Pin::new(&mut batch).poll(&mut cx).is_pending());
        forget(batch);
        forget((writer, flusher));
        let (writer, _flusher) = buffer.split_mut();
        assert_eq!(Arc::strong_count(&count), 2);
        writer.try_reserve(1).unwrap().commit();
        assert_eq!(count.get(), 0);
    }

    #[test]
    fn buffer_of_one_byte_and_one_record_goes_round() {
        static BUFFER: LogBuffer<1, 1> = LogBuffer::starting_at((1 << 62) - 3, (1 << 62) - 2);
        let (writer, mut flusher) = BUFFER.split().unwrap();
        for round in 0..5 {
            let position = (1 << 62) - 3 + round;
            let mut reservation = writer.try_reserve(1).unwrap();
            assert_eq!(reservation.put(&[round as u8]), 1);
            assert_eq!(writer.try_reserve(0).unwrap_err(), TryReserveError::Full);
            assert_eq!(reservation.commit(), position..position + 1);
            let batch = flusher.try_batch(0).unwrap();
            assert_eq!(batch.bytes(), (&[round as u8][..], &[][..]));
            batch.release();
            let text =
                format!("LogBuffer {{ bytes: 1, records: 1, released: {}, .. }}", position + 1);
            assert_eq!(format!("{BUFFER:?}"), text);
        }
    }

    #[test]
    fn buffer_and_handles_can_be_seen_after_a_panic() {
        use core::panic::{RefUnwindSafe, UnwindSafe};
        fn is_safe<T: UnwindSafe + RefUnwindSafe>(_: &T) {}
        let buffer = LogBuffer::<8, 2>::new();
        let (writer, flusher) = buffer.split().unwrap();
        is_safe(&buffer);
        is_safe(&writer);
        is_safe(&flusher);
    }
}
