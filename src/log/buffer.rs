//! The buffer that lies where you put it.

use super::handle::Handle;
use super::ring::{Core, Ring};
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
/// Both are powers of two, at most 2^35 and 2^24; anything else does not compile. [Split](Self::split) it once, into
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
                assert!(BYTES.is_power_of_two() && BYTES as u64 <= MAX_BYTES, "the bytes of a buffer are a power of two, at most 2^35");
                assert!(RECORDS.is_power_of_two() && RECORDS as u64 <= MAX_RECORDS, "the records of a buffer are a power of two, at most 2^24");
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
    /// numbers go on behind it.
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
