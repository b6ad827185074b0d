//! The sequence lock whose writes are one handle's.

use super::{Busy, SeqLock, SeqWriter, WriterTaken};
use crate::atomic::Atomic;
use crate::sys;
use bytemuck::NoUninit;
use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};

sites! {
    /// Hands the writer out: pairs with GIVE_BACK, so that the sequence and the words of the previous writer come
    /// before ours. Relaxed, the new writer could begin at an older sequence number, and readers would keep words
    /// of both; a read by the writer itself could miss the last write.
    CLAIM: Acquire, pairs(GIVE_BACK);
    /// There is a writer: no order is needed to say so.
    CLAIM_FAILED: Relaxed;
    /// Takes the writer back: pairs with CLAIM, and publishes its writes to the next writer.
    GIVE_BACK: Release;
    /// Hands the writer out to the one thread that has a reference: how it came to have it has ordered the rest.
    CLAIM_ALONE: Relaxed;
}

/// A small value that is read often, and written through one handle: a write has no locked instruction.
///
/// [`writer`](Self::writer) hands out the [`SeqWriter`], one at a time; the cell itself only reads. Because there
/// is no other writer, a write need not exclude any: it is stores alone. Take it where one thread owns the value
/// and others look at it: the state of a shard, the segment that is written to, the positions of a replica. Where
/// several threads write, take a [`SeqLock`].
///
/// # Examples
///
/// In a `static`, or behind an `Arc`:
///
/// ```
/// use latchfree::seqlock::SeqCell;
///
/// #[derive(Clone, Copy, Debug, PartialEq, bytemuck::NoUninit)]
/// #[repr(C)]
/// struct Segment {
///     base_offset: u64,
///     bytes: u64,
/// }
///
/// static ACTIVE: SeqCell<Segment> = SeqCell::new(Segment { base_offset: 0, bytes: 0 });
///
/// let mut writer = ACTIVE.writer()?; // once, in the thread that appends
/// assert!(ACTIVE.writer().is_err());
/// writer.update(|segment| Segment { bytes: segment.bytes + 512, ..segment });
///
/// let seen = ACTIVE.read(); // anywhere
/// assert_eq!(seen, Segment { base_offset: 0, bytes: 512 });
/// # Ok::<(), latchfree::seqlock::WriterTaken>(())
/// ```
///
/// Of a cell that is borrowed alone, without an error to handle:
///
/// ```
/// use latchfree::seqlock::SeqCell;
///
/// let mut range = SeqCell::new([0u64, 0]);
/// let (mut writer, range) = range.split_mut();
/// std::thread::scope(|scope| {
///     scope.spawn(move || (1..=100).for_each(|end| writer.write([end - 1, end])));
///     scope.spawn(move || {
///         let [start, end] = range.read();
///         assert!(start + 1 == end || end == 0);
///     });
/// });
/// ```
///
/// # Guarantees
///
/// *Progress*: all methods are wait-free, those of the writer too, except [`read`](Self::read), which waits for a
/// writer that is copying its value. A writer that is preempted there holds up `read` until it runs again. In a
/// handler that may have interrupted it there, use [`try_read`](Self::try_read).
///
/// *Ordering*: what the writer did before a write happens before the return of each read that returns this value or
/// a later one. What a writer did before it was dropped happens before the return of the [`writer`](Self::writer)
/// that hands out the next.
///
/// *Exactness*: a value that is returned is that of one write. [`Busy`], [`WriterTaken`] and
/// [`version`](Self::version) are exact.
///
/// *Overflow*: a read that is held up for exactly 2^63 writes does not notice them.
///
/// *Memory*: the value and 16 bytes; no allocation, and no cache-line padding.
///
/// *Panics*: no code of the caller runs in the middle of a write. A writer whose thread panics leaves the value of
/// its last write, and is given back when it is dropped. One that is forgotten leaves the value too, and no other
/// is handed out, but by [`split_mut`](Self::split_mut).
///
/// What can be inside is what a [`SeqLock`] can hold. Proof and its tests: the [module](super).
#[doc(alias("single writer", "SWMR", "AtomicCell", "watch"))]
#[repr(C)] // the sequence on the cache line of the first words
pub struct SeqCell<T> {
    /// Its own lock is never taken: the one writer needs none.
    lock: SeqLock<T>,
    has_writer: Atomic<bool>,
}

// No user code runs during a write, so a panic leaves no partial write behind.
impl<T> UnwindSafe for SeqCell<T> {}
impl<T> RefUnwindSafe for SeqCell<T> {}

impl<T: NoUninit> SeqCell<T> {
    sys::const_fn! {
        /// Creates a cell around `value`, at version 0, whose writer was not handed out.
        #[inline]
        #[must_use]
        pub const fn new(value: T) -> Self {
            Self { lock: SeqLock::new(value), has_writer: Atomic::new(false) }
        }
    }

    /// Returns the writer, to which all writes belong until it is dropped.
    ///
    /// # Errors
    ///
    /// [`WriterTaken`], if there is one, or one was forgotten.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::seqlock::SeqCell;
    /// let cell = SeqCell::new(1u64);
    /// let mut writer = cell.writer()?;
    /// writer.write(2);
    /// assert!(cell.writer().is_err());
    /// drop(writer);
    /// assert_eq!(cell.writer()?.read(), 2); // the next one goes on where the last one ended
    /// # Ok::<(), latchfree::seqlock::WriterTaken>(())
    /// ```
    #[inline]
    pub fn writer(&self) -> Result<SeqWriter<'_, T>, WriterTaken> {
        match self.has_writer.compare_exchange(false, true, CLAIM, CLAIM_FAILED) {
            Ok(_) => Ok(SeqWriter::of(self)),
            Err(_) => Err(WriterTaken),
        }
    }

    /// Returns the writer and the cell to read from, also after a writer was forgotten: the cell is borrowed
    /// exclusively, so there is no other.
    #[inline]
    pub fn split_mut(&mut self) -> (SeqWriter<'_, T>, &Self) {
        self.has_writer.store(true, CLAIM_ALONE);
        (SeqWriter::of(self), self)
    }

    /// Returns the value of the last write, waiting for a writer that is copying its value.
    ///
    /// Spins, then (with `std`) yields the processor. Readers can starve under a stream of writes:
    /// where that can happen, use [`read_bounded`](Self::read_bounded) and a fallback.
    #[inline]
    pub fn read(&self) -> T {
        self.lock.read()
    }

    /// Returns the value of the last write, unless a write overlaps with the call.
    ///
    /// # Errors
    ///
    /// [`Busy`], if a write was in progress or began during the call.
    #[inline]
    pub fn try_read(&self) -> Result<T, Busy> {
        self.lock.try_read()
    }

    /// Reads as [`try_read`](Self::try_read) does, in up to `tries` attempts.
    ///
    /// # Errors
    ///
    /// [`Busy`], if a write overlapped with each of them.
    #[inline]
    pub fn read_bounded(&self, tries: usize) -> Result<T, Busy> {
        self.lock.read_bounded(tries)
    }

    /// Returns the number of writes so far; as [`SeqLock::version`].
    #[doc(alias("stamp", "sequence"))]
    #[inline]
    #[must_use]
    pub fn version(&self) -> u64 {
        self.lock.version()
    }

    /// Returns the value of a cell that the caller owns.
    #[inline]
    pub fn into_inner(self) -> T {
        self.lock.into_inner()
    }

    /// Returns the lock, whose writes are for the one writer alone.
    #[inline(always)]
    pub(super) fn lock(&self) -> &SeqLock<T> {
        &self.lock
    }

    /// Takes the writer back, which is about to be gone.
    #[inline]
    pub(super) fn return_writer(&self) {
        self.has_writer.store(false, GIVE_BACK);
    }
}

impl<T: NoUninit + Default> Default for SeqCell<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: NoUninit> From<T> for SeqCell<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows the value, or that a write is in progress.
impl<T: NoUninit + fmt::Debug> fmt::Debug for SeqCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock.fmt_as("SeqCell", f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, thread};

    #[test]
    fn second_writer_is_refused_until_first_is_dropped() {
        let cell = SeqCell::new(1u64);
        let mut writer = cell.writer().unwrap();
        assert_eq!(cell.writer().err(), Some(WriterTaken));
        writer.write(2);
        assert_eq!(cell.writer().err(), Some(WriterTaken));
        drop(writer);
        assert_eq!(cell.writer().unwrap().update(|value| value + 1), 2);
        assert_eq!((cell.read(), cell.version(), cell.into_inner()), (3, 2, 3));
    }

    #[test]
    fn forgotten_writer_leaves_value_and_is_replaced_by_split() {
        let mut cell = SeqCell::new([1u32; 3]);
        let mut writer = cell.writer().unwrap();
        writer.write([2; 3]);
        core::mem::forget(writer);
        assert_eq!((cell.try_read(), cell.writer().err()), (Ok([2; 3]), Some(WriterTaken)));
        let (mut writer, shared) = cell.split_mut();
        assert_eq!(shared.writer().err(), Some(WriterTaken));
        writer.write([3; 3]);
        assert_eq!(shared.try_read(), Ok([3; 3]));
        drop(writer);
        assert!(cell.writer().is_ok());
    }

    #[test]
    fn split_writer_is_the_only_one_until_it_is_dropped() {
        let mut cell = SeqCell::new(1u64);
        let (mut writer, shared) = cell.split_mut();
        assert_eq!(shared.writer().err(), Some(WriterTaken));
        writer.write(2);
        drop(writer);
        assert_eq!(shared.writer().unwrap().read(), 2);
    }

    #[test]
    fn read_during_write_is_busy() {
        let cell = SeqCell::new(3u64);
        let write = cell.lock.begin_write();
        assert_eq!((cell.try_read(), cell.read_bounded(5)), (Err(Busy), Err(Busy)));
        assert_eq!(format!("{cell:?}"), "SeqCell { value: <busy> }");
        thread::scope(|scope| {
            let reader = scope.spawn(|| cell.read());
            thread::sleep(core::time::Duration::from_millis(20));
            assert!(!reader.is_finished());
            drop(write);
            assert_eq!(reader.join().unwrap(), 3);
        });
        assert_eq!((cell.try_read(), cell.version()), (Ok(3), 1));
    }
}
