//! The buffer on the heap.

use super::handle::Handle;
use super::ring::{Core, Ring};
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
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
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
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// If `bytes` is zero or over 2^35, or `records` is zero or over 2^24. If there is not that much memory, the process aborts, as
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
    assert!(bytes > 0 && bytes as u64 <= MAX_BYTES, "a log buffer has 1 to 2^35 bytes");
    assert!(records > 0 && records as u64 <= MAX_RECORDS, "a log buffer has 1 to 2^24 records");
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
