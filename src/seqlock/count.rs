//! The sequence by itself: the protocol of this family, for data and a writers' lock of your own.

use super::Busy;
use crate::atomic::{Atomic, fence};
use crate::sys::{self, Backoff};
use core::fmt;

sites! {
    /// Opens a read: pairs with WRITE_CLOSE, so that the data are at least as new as the sequence
    /// number. Relaxed, a read could return older data under the newest even number, which no
    /// re-check can notice.
    READ_OPEN: Acquire, pairs(WRITE_CLOSE);
    /// Keeps the reads above from sinking below the re-check: pairs with WRITE_MARK. If anything
    /// read came from a write, then this fence makes that write's odd number visible to the
    /// re-check. An acquire load of the sequence is no substitute: it orders what follows it, and
    /// here it is what precedes that must be ordered.
    READ_CHECK: fence(Acquire), pairs(WRITE_MARK);
    /// The re-check; READ_CHECK above it orders it.
    READ_RECHECK: Relaxed;
    /// A writer's load of the sequence, while no other can write: what excludes other writers (the user's lock; the
    /// claim of a cell's writer) has ordered it after the WRITE_CLOSE of the previous writer.
    WRITE_LOOK: Relaxed;
    /// Makes the sequence odd, while no other can write: pairs with VERSION, which derives the number of
    /// writes that have ended from this store as well. A plain store ends the release sequence of
    /// the previous WRITE_CLOSE; relaxed, a version read during a write would publish nothing of
    /// the writes that it counts. (WRITE_MARK, not this, orders it with the data below.)
    WRITE_OPEN: Release;
    /// A load to find an even number to lock at; WRITE_LOCK decides.
    LOCK_LOOK: Relaxed;
    /// Makes the sequence odd, which excludes other writers: pairs with the WRITE_CLOSE of the
    /// previous writer, so that its data come before ours in each word's modification order.
    /// Relaxed, a word of an older write could replace one of ours. As a read-modify-write it continues
    /// the release sequence of that WRITE_CLOSE, so VERSION needs no release here.
    WRITE_LOCK: Acquire, pairs(WRITE_CLOSE);
    /// Another writer was faster: there is nothing to order yet.
    WRITE_LOCK_FAILED: Relaxed;
    /// Keeps the writes below from rising above the odd number: pairs with READ_CHECK. No ordering
    /// on WRITE_LOCK does that, not even a sequentially consistent one: a read-modify-write orders
    /// what precedes its store, and the data follow it.
    WRITE_MARK: fence(Release);
    /// Makes the sequence even again and publishes the data: pairs with READ_OPEN and with the next
    /// WRITE_LOCK.
    WRITE_CLOSE: Release;
    /// The version: pairs with WRITE_CLOSE, and with WRITE_OPEN for the number that is read during the
    /// next write, so that a thread that sees a version sees all that its writer did before it, elsewhere
    /// as well.
    VERSION: Acquire, pairs(WRITE_CLOSE, WRITE_OPEN);
}

/// A sequence number that tells readers whether a write came between: for data that lie elsewhere,
/// and writers that exclude each other by a lock of their own.
///
/// Use it when the data are spread over a structure (a directory entry, a page's slots); a value
/// in one piece is better in a [`SeqLock`](super::SeqLock). The data must be atomics, read and
/// written relaxed: a reader reads while a writer writes, and finds out afterwards.
///
/// # Examples
///
/// ```
/// use latchfree::atomic::{Atomic, Relaxed};
/// use latchfree::seqlock::SeqCount;
/// use std::sync::Mutex;
///
/// struct Range {
///     changes: SeqCount,
///     writers: Mutex<()>,
///     start: Atomic<u64>,
///     end: Atomic<u64>,
/// }
///
/// impl Range {
///     fn get(&self) -> (u64, u64) {
///         self.changes.read(|| (self.start.load(Relaxed), self.end.load(Relaxed)))
///     }
///
///     fn set(&self, start: u64, end: u64) {
///         let _writer = self.writers.lock();
///         let _change = self.changes.write();
///         self.start.store(start, Relaxed);
///         self.end.store(end, Relaxed);
///     }
/// }
/// # let range = Range { changes: SeqCount::new(), writers: Mutex::new(()), start: 0.into(), end: 0.into() };
/// # range.set(3, 7);
/// # assert_eq!(range.get(), (3, 7));
/// ```
///
/// # Guarantees
///
/// *Progress*: all methods are wait-free, except [`read`](Self::read), which waits for a writer: as long as the
/// guard of a [`write`](Self::write) exists.
///
/// *Ordering*: what a writer did before it ended happens before the return of the `begin` that sees
/// its number or a later one.
///
/// *Exactness*: what was read between [`begin`](Self::begin) and a successful
/// [`validate`](Self::validate) is what one writer left, with nothing of a later one, provided that
/// the data are atomics and writers exclude each other. [`Busy`] and [`version`](Self::version) are exact.
///
/// *Overflow*: a read that is held up for exactly 2^63 writes does not notice them.
///
/// *Memory*: eight bytes.
///
/// Proof and its tests: the [module](super).
#[doc(alias("seqcount_t", "read_seqcount_begin", "read_seqcount_retry", "write_seqcount_begin"))]
pub struct SeqCount {
    /// Twice the number of writes; odd during one.
    sequence: Atomic<u64>,
}

/// The sequence number at which a read began, from [`SeqCount::begin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "what was read is not to be trusted before it is validated"]
pub struct ReadToken(u64);

impl SeqCount {
    sys::const_fn! {
        /// Creates a sequence at version 0.
        #[inline]
        #[must_use]
        pub const fn new() -> Self {
            Self { sequence: Atomic::new(0) }
        }
    }

    /// Begins a read.
    ///
    /// # Errors
    ///
    /// [`Busy`], if a write is in progress.
    #[inline]
    pub fn begin(&self) -> Result<ReadToken, Busy> {
        let sequence = self.sequence.load(READ_OPEN);
        if is_odd(sequence) { Err(Busy) } else { Ok(ReadToken(sequence)) }
    }

    /// Ends a read, and checks that no write has begun since its beginning.
    ///
    /// # Errors
    ///
    /// [`Busy`], if one has. Discard what was read.
    #[inline]
    pub fn validate(&self, token: ReadToken) -> Result<(), Busy> {
        fence(READ_CHECK);
        if self.sequence.load(READ_RECHECK) == token.0 { Ok(()) } else { Err(Busy) }
    }

    /// Returns what `f` reads, if no write overlaps with it.
    ///
    /// # Errors
    ///
    /// [`Busy`], if one does. Then the result of `f` is discarded: `f` must not act on what it reads.
    #[inline]
    pub fn try_read<R>(&self, f: impl FnOnce() -> R) -> Result<R, Busy> {
        let token = self.begin()?;
        let result = f();
        self.validate(token)?;
        Ok(result)
    }

    /// Returns what `f` reads, calling it again until no write overlaps with it.
    ///
    /// Spins, then (with `std`) yields the processor. Inside an interrupt or signal handler that may
    /// have interrupted the writer, use [`try_read`](Self::try_read).
    #[inline]
    pub fn read<R>(&self, mut f: impl FnMut() -> R) -> R {
        let backoff = Backoff::new();
        loop {
            match self.try_read(&mut f) {
                Ok(result) => return result,
                Err(Busy) => backoff.snooze(),
            }
        }
    }

    /// Begins a write, which ends when the guard is dropped.
    ///
    /// The caller ensures that no other write begins before that. If one does, readers may keep a mixture.
    /// A panic while the guard is alive publishes what was written so far. A guard that is forgotten
    /// keeps readers out until the next write has ended; both count as one.
    #[inline]
    pub fn write(&self) -> SeqWrite<'_> {
        // It is odd already if the previous guard was forgotten, and must not become even.
        let odd = self.sequence.load(WRITE_LOOK) | 1;
        self.sequence.store(odd, WRITE_OPEN);
        fence(WRITE_MARK);
        SeqWrite { count: self, odd }
    }

    /// Returns the number of writes so far, for finding out whether what was read is still the newest.
    ///
    /// While it does not change, no write has ended. Load it *before* the read that it is
    /// to validate. It is exact: at some moment during the call, that many writes had ended. What their
    /// writers did before they ended happens before the return.
    #[doc(alias("stamp", "generation"))]
    #[inline]
    #[must_use]
    pub fn version(&self) -> u64 {
        self.sequence.load(VERSION) / 2
    }

    /// Begins a write if nothing was written since `token`, and excludes other writers.
    #[inline]
    pub(super) fn lock(&self, token: ReadToken) -> Result<SeqWrite<'_>, Busy> {
        let odd = token.0.wrapping_add(1);
        if self.sequence.compare_exchange(token.0, odd, WRITE_LOCK, WRITE_LOCK_FAILED).is_err() {
            return Err(Busy);
        }
        fence(WRITE_MARK);
        Ok(SeqWrite { count: self, odd })
    }

    /// Returns a token that is good for [`lock`](Self::lock) alone.
    #[inline]
    pub(super) fn token_for_lock(&self) -> Result<ReadToken, Busy> {
        let sequence = self.sequence.load(LOCK_LOOK);
        if is_odd(sequence) { Err(Busy) } else { Ok(ReadToken(sequence)) }
    }
}

#[inline(always)]
fn is_odd(sequence: u64) -> bool {
    sequence % 2 == 1
}

/// A write in progress, from [`SeqCount::write`]. Ends when dropped.
#[must_use = "a write that is dropped at once covers nothing"]
pub struct SeqWrite<'a> {
    count: &'a SeqCount,
    odd: u64,
}

impl Drop for SeqWrite<'_> {
    #[inline]
    fn drop(&mut self) {
        self.count.sequence.store(self.odd.wrapping_add(1), WRITE_CLOSE);
    }
}

impl Default for SeqCount {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the version.
impl fmt::Debug for SeqCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeqCount").field("version", &self.version()).finish()
    }
}

impl fmt::Debug for SeqWrite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeqWrite").field("version", &(self.odd / 2)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_makes_reads_busy_and_publishes() {
        let count = SeqCount::new();
        let before = count.begin().unwrap();
        assert_eq!(count.validate(before), Ok(()));
        let write = count.write();
        assert_eq!((count.begin(), count.validate(before)), (Err(Busy), Err(Busy)));
        assert_eq!(count.version(), 0);
        drop(write);
        assert_eq!(count.validate(before), Err(Busy));
        assert_eq!((count.version(), count.try_read(|| 7)), (1, Ok(7)));
        assert_eq!(count.try_read(|| drop(count.write())), Err(Busy));
    }

    #[test]
    fn read_retries_after_each_write() {
        let count = SeqCount::new();
        let mut tries = 0;
        let read = count.read(|| {
            tries += 1;
            if tries < 3 {
                drop(count.write());
            }
            tries
        });
        assert_eq!((read, count.version()), (3, 2));
    }

    #[test]
    fn the_sequence_wraps() {
        let count = SeqCount { sequence: Atomic::new(u64::MAX - 1) };
        let last = count.begin().unwrap();
        drop(count.write());
        assert_eq!(count.validate(last), Err(Busy));
        assert_eq!(count.version(), 0);
        assert_eq!(count.try_read(|| ()), Ok(()));
    }

    /// What the forgotten guard covered stays hidden until a writer has gone over it.
    #[test]
    fn forgotten_write_is_hidden_until_next_write_ends() {
        let count = SeqCount::new();
        let before = count.begin().unwrap();
        core::mem::forget(count.write());
        assert_eq!((count.begin(), count.version()), (Err(Busy), 0));
        let next = count.write();
        assert_eq!((count.begin(), count.validate(before)), (Err(Busy), Err(Busy)));
        drop(next);
        assert_eq!((count.try_read(|| 7), count.validate(before)), (Ok(7), Err(Busy)));
        assert_eq!(count.version(), 1);
    }

    #[test]
    fn locking_needs_the_newest_token() {
        let count = SeqCount::new();
        let (first, second) = (count.token_for_lock().unwrap(), count.token_for_lock().unwrap());
        let write = count.lock(first).unwrap();
        assert!(count.token_for_lock().is_err() && count.lock(second).is_err());
        drop(write);
        assert!(count.lock(second).is_err());
        assert!(count.lock(count.token_for_lock().unwrap()).is_ok());
    }
}
