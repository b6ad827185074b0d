//! The sequence lock with its data inside.

use super::Busy;
use super::count::{ReadToken, SeqCount, SeqWrite};
use crate::atomic::Words;
use crate::sys::{self, Backoff};
use bytemuck::NoUninit;
use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};

sites! {
    /// The words, in any order: READ_OPEN and READ_CHECK of the count keep them between each other.
    READ_WORDS: Relaxed;
    /// The words, in any order: WRITE_MARK and WRITE_CLOSE of the count keep them between each other.
    WRITE_WORDS: Relaxed;
    /// The words of a lock that the caller owns: whatever made the ownership exclusive has ordered them.
    TAKE_WORDS: Relaxed;
    /// The words, by the only thread that can write: whatever made it the only one has ordered them.
    OWN_WORDS: Relaxed;
    /// The words, by the only thread that can write; WRITE_MARK and WRITE_CLOSE of the count keep them between each
    /// other.
    WRITE_OWN_WORDS: Relaxed;
}

/// A small value that is read often and written now and then; readers write nothing at all.
///
/// A reader copies the value and then checks whether a write came between; if so, it copies again.
/// Readers do not slow each other or the writer down, however many there are. Writers exclude each
/// other by the same word. If only one thread writes, a [`SeqCell`](super::SeqCell) takes no locked instruction
/// for it.
///
/// # Examples
///
/// ```
/// use latchfree::seqlock::SeqLock;
///
/// #[derive(Clone, Copy, bytemuck::NoUninit)]
/// #[repr(C)]
/// struct Segment {
///     base_offset: u64,
///     bytes: u64,
/// }
///
/// static ACTIVE: SeqLock<Segment> = SeqLock::new(Segment { base_offset: 0, bytes: 0 });
///
/// ACTIVE.update(|segment| Segment { bytes: segment.bytes + 512, ..segment });
/// let seen = ACTIVE.read(); // both fields of one write
/// assert_eq!((seen.base_offset, seen.bytes), (0, 512));
/// ```
///
/// # What can be inside
///
/// Any `T: Copy + NoUninit`: no padding, no pointers; derive [`NoUninit`] with bytemuck. Enums,
/// `bool` and `char` are fine (arrays of them are not `NoUninit`, arrays of numbers are): the value is
/// assembled only after the check. Replace padding by a field. Any size and
/// alignment will do; the copy costs two instructions a word.
///
/// # Guarantees
///
/// *Progress*: [`try_read`](Self::try_read), [`read_bounded`](Self::read_bounded) and
/// [`try_write`](Self::try_write) are wait-free, [`read`](Self::read) and [`write`](Self::write)
/// wait for a writer that is copying its value. A writer that is preempted there holds up
/// the others until it runs again. If a handler that interrupts it there calls `read`, the handler
/// spins indefinitely: in handlers, use the wait-free methods.
///
/// *Ordering*: what a thread did before a write happens before the return of each read that
/// returns this value or a later one. Of writes there is one total order, and no reader goes back
/// in it.
///
/// *Exactness*: a value that is returned is that of one write. [`Busy`] and [`version`](Self::version) are exact.
///
/// *Overflow*: a read that is held up for exactly 2^63 writes does not notice them.
///
/// *Memory*: the value and 8 bytes; no allocation, and no cache-line padding: a write of one value disturbs the
/// readers of its neighbours. Wrap it in a `CachePadded` where that matters.
///
/// Proof and its tests: the [module](super).
#[doc(alias("seqlock_t", "sequence lock", "StampedLock", "optimistic"))]
#[repr(C)] // the sequence on the cache line of the first words
pub struct SeqLock<T> {
    /// Odd while a writer copies its value.
    count: SeqCount,
    words: Words<T>,
}

// No user code runs during a write, so a panic leaves no partial write behind.
impl<T> UnwindSafe for SeqLock<T> {}
impl<T> RefUnwindSafe for SeqLock<T> {}

impl<T: NoUninit> SeqLock<T> {
    sys::const_fn! {
        /// Creates a lock around `value`, at version 0.
        #[inline]
        #[must_use]
        pub const fn new(value: T) -> Self {
            Self { count: SeqCount::new(), words: Words::new(value) }
        }
    }

    /// Returns the value of the last write, waiting for a writer that is copying its value.
    ///
    /// Spins, then (with `std`) yields the processor. Readers can starve under a stream of writes:
    /// where that can happen, use [`read_bounded`](Self::read_bounded) and a fallback.
    #[inline]
    pub fn read(&self) -> T {
        let backoff = Backoff::new();
        loop {
            match self.try_read() {
                Ok(value) => return value,
                Err(Busy) => backoff.snooze(),
            }
        }
    }

    /// Returns the value of the last write, unless a write overlaps with the call.
    ///
    /// # Errors
    ///
    /// [`Busy`], if a write was in progress or began during the call.
    #[inline]
    pub fn try_read(&self) -> Result<T, Busy> {
        self.read_with_token().map(|(_, value)| value)
    }

    /// Reads as [`try_read`](Self::try_read) does, in up to `tries` attempts.
    ///
    /// # Errors
    ///
    /// [`Busy`], if a write overlapped with each of them.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::seqlock::SeqLock;
    /// # let routes = SeqLock::new([0u64; 4]);
    /// # fn ask_the_server() -> [u64; 4] { [0; 4] }
    /// let route = routes.read_bounded(16).unwrap_or_else(|_busy| ask_the_server());
    /// ```
    #[inline]
    pub fn read_bounded(&self, tries: usize) -> Result<T, Busy> {
        let backoff = Backoff::new();
        for _ in 0..tries {
            match self.try_read() {
                Ok(value) => return Ok(value),
                Err(Busy) => backoff.spin(),
            }
        }
        Err(Busy)
    }

    /// Replaces the value, waiting for other writers. Spins, then (with `std`) yields the processor.
    #[inline]
    pub fn write(&self, value: T) {
        let backoff = Backoff::new();
        while self.try_write(value).is_err() {
            backoff.snooze();
        }
    }

    /// Replaces the value, unless another write is in progress or is faster.
    ///
    /// # Errors
    ///
    /// [`Busy`], and then the value is not written.
    #[inline]
    pub fn try_write(&self, value: T) -> Result<(), Busy> {
        self.write_at(self.count.token_for_lock()?, value)
    }

    /// Replaces the value by `f` of it, waiting for other writers; returns the old value.
    ///
    /// `f` runs before the lock is taken, and again if another writer was faster: a panic in it
    /// leaves the value as it was and the lock free, and while it runs it holds up no other thread.
    #[inline]
    pub fn update(&self, mut f: impl FnMut(T) -> T) -> T {
        let backoff = Backoff::new();
        loop {
            if let Ok((token, old)) = self.read_with_token() {
                if self.write_at(token, f(old)).is_ok() {
                    return old;
                }
            }
            backoff.snooze();
        }
    }

    /// Returns the number of writes so far, for finding out whether a copy is still the newest.
    ///
    /// While it does not change, no write has completed. Load it *before* the read that it
    /// is to validate. It is exact: at some moment during the call, that many writes had completed. What their
    /// writers did before them happens before the return.
    #[doc(alias("stamp", "sequence"))]
    #[inline]
    #[must_use]
    pub fn version(&self) -> u64 {
        self.count.version()
    }

    /// Returns the value of a lock that the caller owns.
    #[inline]
    pub fn into_inner(self) -> T {
        // SAFETY: no writer is left, so the words are those of one value.
        unsafe { self.words.load(TAKE_WORDS).assume_init() }
    }

    /// Replaces the value, without excluding other writers.
    ///
    /// The caller ensures that there is none. If there is one, readers may keep a mixture.
    #[inline]
    pub(super) fn write_alone(&self, value: T) {
        let write = self.begin_write();
        // Until the write ends, no user code runs and nothing can panic.
        self.words.store(value, WRITE_OWN_WORDS);
        drop(write);
    }

    /// Begins a write, without excluding other writers.
    #[inline]
    pub(super) fn begin_write(&self) -> SeqWrite<'_> {
        self.count.write()
    }

    /// Returns the value, without a check.
    ///
    /// # Safety
    ///
    /// All earlier writes have ended before the call, and no other begins before its end.
    #[inline]
    pub(super) unsafe fn read_alone(&self) -> T {
        // SAFETY: by the caller's word, all words are those of the last write, or of `new`.
        unsafe { self.words.load(OWN_WORDS).assume_init() }
    }

    /// Shows the value, or that a write is in progress.
    pub(super) fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result
    where
        T: fmt::Debug,
    {
        let mut shown = f.debug_struct(name);
        match self.read_bounded(16) {
            Ok(value) => shown.field("value", &value).finish(),
            Err(Busy) => shown.field("value", &format_args!("<busy>")).finish(),
        }
    }

    /// Returns the value, and the token at which it was read.
    #[inline]
    fn read_with_token(&self) -> Result<(ReadToken, T), Busy> {
        let token = self.count.begin()?;
        let copy = self.words.load(READ_WORDS);
        self.count.validate(token)?;
        // SAFETY: no writer came between, so (module documentation) all words are from the same
        // write, or from `new`: they are the bytes of one `T`.
        Ok((token, unsafe { copy.assume_init() }))
    }

    /// Writes `value`, if nothing was written since `token`.
    #[inline]
    fn write_at(&self, token: ReadToken, value: T) -> Result<(), Busy> {
        let write = self.count.lock(token)?;
        // Until the write ends, no user code runs and nothing can panic.
        self.words.store(value, WRITE_WORDS);
        drop(write);
        Ok(())
    }
}

impl<T: NoUninit + Default> Default for SeqLock<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: NoUninit> From<T> for SeqLock<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows the value, or that a write is in progress.
impl<T: NoUninit + fmt::Debug> fmt::Debug for SeqLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as("SeqLock", f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, thread};

    #[test]
    fn read_during_write_is_busy() {
        let lock = SeqLock::new(3u64);
        let write = lock.count.write();
        assert_eq!((lock.try_read(), lock.read_bounded(5)), (Err(Busy), Err(Busy)));
        assert_eq!((lock.try_write(4), lock.version()), (Err(Busy), 0));
        assert_eq!(format!("{lock:?}"), "SeqLock { value: <busy> }");
        drop(write);
        assert_eq!((lock.try_read(), lock.version()), (Ok(3), 1));
    }

    #[test]
    fn a_write_needs_the_newest_token() {
        let lock = SeqLock::new([1u8; 9]);
        let (old, _) = lock.read_with_token().unwrap();
        lock.write([2; 9]);
        assert_eq!((lock.write_at(old, [3; 9]), lock.read()), (Err(Busy), [2; 9]));
        assert_eq!(lock.version(), 1);
    }

    /// A reader that waits for a writer returns the value that it leaves.
    #[test]
    fn readers_and_writers_wait_for_a_writer() {
        let lock = SeqLock::new(3u64);
        let write = lock.count.write();
        thread::scope(|scope| {
            let reader = scope.spawn(|| lock.read());
            let writer = scope.spawn(|| lock.write(10));
            let updater = scope.spawn(|| lock.update(|value| value + 1));
            thread::sleep(core::time::Duration::from_millis(20));
            assert!(!reader.is_finished() && !writer.is_finished() && !updater.is_finished());
            lock.words.store(5, WRITE_WORDS);
            drop(write);
            assert!([5, 6, 10, 11].contains(&reader.join().unwrap()));
            writer.join().unwrap();
            assert!([5, 10].contains(&updater.join().unwrap()));
        });
        assert!([10, 11].contains(&lock.read()));
        assert_eq!(lock.version(), 3);
    }

    #[test]
    fn a_bounded_read_tries_as_often_as_it_was_told() {
        let lock = SeqLock::new(0u64);
        assert_eq!((lock.read_bounded(0), lock.read_bounded(1)), (Err(Busy), Ok(0)));
    }
}
