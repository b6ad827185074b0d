//! The buffer on the heap.

use super::core::Core;
use super::handle::Handle;
use super::ring::Ring;
use super::slot::Slot;
use super::tail::{Extent, MAX_BYTES, MAX_RECORDS, Point};
use super::{Flusher, Writer};
use crate::sys::{Access, Arc, Byte};
use alloc::boxed::Box;

/// The parts of a buffer on the heap.
pub(super) struct HeapParts {
    core: Core,
    slots: Box<[Slot]>,
    bytes: Box<[Byte]>,
    access: Box<[Access]>,
}

impl HeapParts {
    pub(super) fn ring(&self) -> Ring<'_> {
        // SAFETY: `buffer_starting_at` makes them so, and nothing else accesses them.
        unsafe { Ring::new(&self.core, &self.slots, &self.bytes, &self.access) }
    }
}

/// Creates a log buffer on the heap for at least `bytes` bytes in at least `records` records at a time. Both numbers
/// are rounded up to powers of two.
///
/// Returns a first writer, to be cloned for more, and the flusher.
///
/// # Examples
///
/// ```
/// # #[cfg(not(feature = "std"))]
/// # fn main() {}
/// # #[cfg(feature = "std")]
/// # fn main() {
/// let (writer, mut flusher) = latchfree::log::buffer(1 << 16, 1 << 10);
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         let record = b"a record";
///         let mut reservation = writer.try_reserve(record.len()).unwrap();
///         reservation.put(record);
///         let range = reservation.commit();
///         assert!(writer.durable().wait_for(range.end).is_ok());
///     });
///     // The flusher's thread.
///     let mut file = Vec::new();
///     let batch = flusher.batch(1 << 20).unwrap();
///     let (first, second) = batch.bytes();
///     file.extend([first, second].concat()); // or a vectored write, and a sync
///     batch.release();
///     assert_eq!(file, b"a record");
/// });
/// # }
/// ```
///
/// # Panics
///
/// If `bytes` is zero or over 2^30, or `records` is zero or over 2^20. If there is not that much memory, the process aborts, as
/// for every collection of `alloc`.
#[must_use]
pub fn buffer(bytes: usize, records: usize) -> (Writer<'static>, Flusher<'static>) {
    buffer_starting_at(bytes, records, 0, 0)
}

/// Creates a log buffer as [`buffer`] does, whose first record has the number `record` and begins at `position`: for
/// a log that was recovered.
///
/// # Panics
///
/// As [`buffer`], and if `position` or `record` is not below 2^62.
///
/// # Examples
///
/// ```
/// let (writer, _flusher) = latchfree::log::buffer_starting_at(4096, 64, 123_456, 789);
/// let reservation = writer.try_reserve(100)?;
/// assert_eq!((reservation.range(), reservation.record()), (123_456..123_556, 789));
/// # Ok::<(), latchfree::log::TryReserveError>(())
/// ```
#[must_use]
pub fn buffer_starting_at(
    bytes: usize,
    records: usize,
    position: u64,
    record: u64,
) -> (Writer<'static>, Flusher<'static>) {
    assert!(bytes > 0 && bytes as u64 <= MAX_BYTES, "a log buffer has 1 to 2^30 bytes");
    assert!(records > 0 && records as u64 <= MAX_RECORDS, "a log buffer has 1 to 2^20 records");
    let first = Point::checked(position, record);
    let (bytes, records) = (bytes.next_power_of_two(), records.next_power_of_two());
    let capacity = Extent { bytes: bytes as u64, records: records as u64 };
    let parts = HeapParts {
        core: Core::new(capacity, first),
        slots: (0..records).map(|_| Slot::new()).collect(),
        bytes: (0..bytes).map(|_| Byte::new()).collect(),
        access: (0..bytes).map(|_| Access::new()).collect(),
    };
    let handle = Handle::shared(Arc::new(parts));
    (Writer::first(handle.clone()), Flusher::only(handle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{TryBatchError, TryReserveError};
    use std::panic::catch_unwind;

    #[test]
    fn sizes_are_rounded_up_to_powers_of_two() {
        for (bytes, records, capacity, slots) in
            [(1, 1, 1, 1), (2, 3, 2, 4), (5, 4, 8, 4), (64, 33, 64, 64)]
        {
            let (writer, _flusher) = buffer(bytes, records);
            assert_eq!(writer.capacity(), capacity);
            assert_eq!(writer.try_reserve(capacity + 1).unwrap_err(), TryReserveError::TooLong);
            let all = [0; 65];
            let too_many = writer.try_reserve_many(&all[..slots + 1]).unwrap_err();
            assert_eq!(too_many, TryReserveError::TooLong);
            let held: std::vec::Vec<_> =
                (0..slots).map(|_| writer.try_reserve(0).unwrap()).collect();
            assert_eq!(writer.try_reserve(0).unwrap_err(), TryReserveError::Full);
            drop(held);
        }
    }

    #[test]
    fn sizes_out_of_range_panic() {
        for (bytes, records) in [(0, 1), (1, 0), ((1 << 30) + 1, 1), (1, (1 << 20) + 1)] {
            assert!(catch_unwind(|| buffer(bytes, records)).is_err());
        }
        assert!(catch_unwind(|| buffer_starting_at(1, 1, 1 << 62, 0)).is_err());
        assert!(catch_unwind(|| buffer_starting_at(1, 1, 0, 1 << 62)).is_err());
    }

    /// Each handle keeps the memory, which the last one frees: Miri sees that.
    #[test]
    fn handles_go_to_other_threads_and_outlive_each_other() {
        let (writer, mut flusher) = buffer_starting_at(4, 2, (1 << 62) - 1, (1 << 62) - 1);
        let other = writer.clone();
        drop(writer);
        let thread = std::thread::spawn(move || {
            let mut reservation = other.try_reserve(3).unwrap();
            reservation.put(b"abc");
            reservation.commit();
        });
        thread.join().unwrap();
        let batch = flusher.try_batch(9).unwrap();
        assert_eq!([batch.bytes().0, batch.bytes().1].concat(), b"abc");
        batch.release();
        assert_eq!(flusher.try_batch(9).unwrap_err(), TryBatchError::Closed);
        let (writer, flusher) = buffer(4, 2);
        drop(flusher);
        assert_eq!(writer.try_reserve(1).unwrap_err(), TryReserveError::Closed);
    }
}
