//! Two copies, one of which is always whole.

use super::Busy;
use crate::atomic::Words;
use crate::atomic::{Atomic, fence};
use crate::sys::{self, Backoff};
use bytemuck::NoUninit;
use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};

sites! {
    /// Chooses the copy: pairs with TO_SECOND and TO_FIRST, so that the chosen copy is all there.
    READ_OPEN: Acquire, pairs(TO_FIRST, TO_SECOND);
    /// The words of the chosen copy, in any order.
    READ_WORDS: Relaxed;
    /// Keeps the words above from sinking below the re-check: pairs with MARK_FIRST and MARK_SECOND. If
    /// any word came from a later write to this copy, that writer's switch away from the copy is visible
    /// below.
    READ_CHECK: fence(Acquire), pairs(MARK_FIRST, MARK_SECOND);
    /// The re-check; READ_CHECK above it orders it.
    READ_RECHECK: Relaxed;
    /// Excludes other writers: pairs with UNLOCK, so that their words come before ours.
    LOCK: Acquire, pairs(UNLOCK);
    /// Another writer was faster: there is nothing to order yet.
    LOCK_FAILED: Relaxed;
    /// Admits the next writer: pairs with LOCK.
    UNLOCK: Release;
    /// The writer's own load of the sequence: only writers change it, and LOCK excludes the others.
    WRITE_LOOK: Relaxed;
    /// Sends readers to the second copy, which the previous write has left whole, and publishes it: pairs
    /// with READ_OPEN; also with VERSION, which derives the number of the previous write from it.
    TO_SECOND: Release;
    /// Keeps the words of the first copy from rising above the switch: pairs with READ_CHECK of a reader
    /// that has begun on the first copy.
    MARK_FIRST: fence(Release);
    /// The words of the first copy, which no reader is sent to, in any order.
    WRITE_FIRST: Relaxed;
    /// Sends readers to the first copy, which is the new value, and publishes it: pairs with READ_OPEN
    /// and, for the new number, with VERSION.
    TO_FIRST: Release;
    /// Keeps the words of the second copy from rising above the switch: pairs with READ_CHECK of a
    /// reader that has begun on the second copy.
    MARK_SECOND: fence(Release);
    /// The words of the second copy, which no reader is sent to, in any order.
    WRITE_SECOND: Relaxed;
    /// The version: pairs with TO_FIRST and TO_SECOND, so that a thread that sees a number sees all that
    /// its writer did before that write, elsewhere as well.
    VERSION: Acquire, pairs(TO_FIRST, TO_SECOND);
    /// The words of a latch that the caller owns: whatever made the ownership exclusive has ordered them.
    TAKE_WORDS: Relaxed;
}

/// A small value in two copies, so that readers do not wait even for a writer that has stopped in the
/// middle.
///
/// A writer changes one copy while readers use the other, sends readers to the first, and changes the second. A
/// reader has to copy again only if a writer switches copies during its read. So code that interrupts the
/// writer may read: a signal handler, an interrupt handler, a profiler, a real-time thread.
///
/// # Examples
///
/// ```
/// use latchfree::seqlock::SeqLatch;
///
/// /// Nanoseconds and the counter's value when they were taken.
/// #[derive(Clone, Copy, Debug, PartialEq, bytemuck::NoUninit)]
/// #[repr(C)]
/// struct Clock {
///     nanos: u64,
///     cycles: u64,
/// }
///
/// static CLOCK: SeqLatch<Clock> = SeqLatch::new(Clock { nanos: 0, cycles: 0 });
///
/// CLOCK.write(Clock { nanos: 1_000_000, cycles: 3_000_000 }); // the timer
/// assert_eq!(CLOCK.read().cycles, 3_000_000); // anywhere, also in a handler that interrupts that write
/// ```
///
/// # Guarantees
///
/// *Progress*: [`try_read`](Self::try_read) is wait-free, and fails only if writers have switched
/// copies during it; [`read`](Self::read) is lock-free: it repeats only if a writer made progress. Writers
/// wait for each other, except in [`try_write`](Self::try_write), which is wait-free: a writer that stops while it
/// copies holds up all others. So of an interrupt handler and the code that it interrupts, only one may write by
/// anything but `try_write`.
///
/// *Ordering*, *exactness*, *overflow*, and what can be inside: as [`SeqLock`](super::SeqLock).
///
/// *Memory*: twice the value, and 16 bytes.
///
/// Source: the latch of Linux `include/linux/seqlock.h`.
#[doc(alias("seqcount_latch_t", "double buffer", "left-right"))]
#[repr(C)] // the sequence on the cache line of the first words
pub struct SeqLatch<T> {
    /// Twice the number of writes, plus one during a write. Its lowest bit is the copy to read.
    sequence: Atomic<u64>,
    copies: [Words<T>; 2],
    writing: Atomic<bool>,
}

// No user code runs during a write, so a panic leaves no partial write behind.
impl<T> UnwindSafe for SeqLatch<T> {}
impl<T> RefUnwindSafe for SeqLatch<T> {}

impl<T: NoUninit> SeqLatch<T> {
    sys::const_fn! {
        /// Creates a latch around `value`, at version 0.
        #[inline]
        #[must_use]
        pub const fn new(value: T) -> Self {
            Self {
                sequence: Atomic::new(0),
                copies: [Words::new(value), Words::new(value)],
                writing: Atomic::new(false),
            }
        }
    }

    /// Returns the most recently published value.
    #[inline]
    pub fn read(&self) -> T {
        let backoff = Backoff::new();
        loop {
            if let Ok((_, value)) = self.read_with_sequence() {
                return value;
            }
            backoff.spin();
        }
    }

    /// Reads as [`read`](Self::read) does, in one attempt.
    ///
    /// # Errors
    ///
    /// [`Busy`], if a writer switched copies during the call. Each write switches twice.
    #[inline]
    pub fn try_read(&self) -> Result<T, Busy> {
        self.read_with_sequence().map(|(_, value)| value)
    }

    /// Replaces the value, waiting for other writers.
    #[inline]
    pub fn write(&self, value: T) {
        let backoff = Backoff::new();
        while self.try_write(value).is_err() {
            backoff.snooze();
        }
    }

    /// Replaces the value, unless another write is in progress.
    ///
    /// # Errors
    ///
    /// [`Busy`], and then the value is not written.
    #[inline]
    pub fn try_write(&self, value: T) -> Result<(), Busy> {
        self.write_if(|_| true, value)
    }

    /// Replaces the value by `f` of it, waiting for other writers; returns the old value.
    ///
    /// `f` runs before the lock is taken, and again if another writer was faster: a panic in it
    /// leaves the value as it was and the lock free, and while it runs it holds up no other thread.
    #[inline]
    pub fn update(&self, mut f: impl FnMut(T) -> T) -> T {
        let backoff = Backoff::new();
        loop {
            if let Ok((sequence, old)) = self.read_with_sequence() {
                if self.write_if(|now| now == sequence, f(old)).is_ok() {
                    return old;
                }
            }
            backoff.snooze();
        }
    }

    /// Returns the number of writes so far; as [`SeqLock::version`](super::SeqLock::version). A write counts
    /// from when readers see its value, which is before it returns.
    #[inline]
    #[must_use]
    pub fn version(&self) -> u64 {
        self.sequence.load(VERSION) / 2
    }

    /// Returns the value of a latch that the caller owns.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::seqlock::SeqLatch;
    /// let latch = SeqLatch::new(3u32);
    /// latch.write(5);
    /// assert_eq!(latch.into_inner(), 5);
    /// ```
    #[inline]
    pub fn into_inner(self) -> T {
        // SAFETY: no writer is left, and no write was abandoned in the middle, so both copies are
        // whole, and the same.
        unsafe { self.copies[0].load(TAKE_WORDS).assume_init() }
    }

    /// Returns the value, and the sequence at which it was read.
    #[inline]
    fn read_with_sequence(&self) -> Result<(u64, T), Busy> {
        let sequence = self.sequence.load(READ_OPEN);
        let copy = self.copies[(sequence % 2) as usize].load(READ_WORDS);
        fence(READ_CHECK);
        if self.sequence.load(READ_RECHECK) != sequence {
            return Err(Busy);
        }
        // SAFETY: the sequence has not moved, so no word is from a later write to this copy (the fences
        // would have made that writer's switch visible): the copy is one `T`.
        Ok((sequence, unsafe { copy.assume_init() }))
    }

    /// Replaces the value, unless another write is in progress or `is_right` rejects the sequence.
    #[inline]
    fn write_if(&self, is_right: impl FnOnce(u64) -> bool, value: T) -> Result<(), Busy> {
        self.writing.compare_exchange(false, true, LOCK, LOCK_FAILED).map_err(|_| Busy)?;
        let sequence = self.sequence.load(WRITE_LOOK);
        let right = is_right(sequence);
        if right {
            // Until the unlock, no user code runs and nothing can panic.
            let [first, second] = &self.copies;
            self.sequence.store(sequence.wrapping_add(1), TO_SECOND);
            fence(MARK_FIRST);
            first.store(value, WRITE_FIRST);
            self.sequence.store(sequence.wrapping_add(2), TO_FIRST);
            fence(MARK_SECOND);
            second.store(value, WRITE_SECOND);
        }
        self.writing.store(false, UNLOCK);
        if right { Ok(()) } else { Err(Busy) }
    }
}

impl<T: NoUninit + Default> Default for SeqLatch<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: NoUninit> From<T> for SeqLatch<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows the value.
impl<T: NoUninit + fmt::Debug> fmt::Debug for SeqLatch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeqLatch").field("value", &self.read()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_copies_are_replaced() {
        let latch = SeqLatch::new([1u32; 5]);
        latch.write([2; 5]);
        assert_eq!((latch.read(), latch.version()), ([2; 5], 1));
        for copy in &latch.copies {
            // SAFETY: there is no writer.
            assert_eq!(unsafe { copy.load(READ_WORDS).assume_init() }, [2; 5]);
        }
    }

    #[test]
    fn readers_pass_a_writer_that_has_stopped_in_either_half() {
        let latch = SeqLatch::new(1u64);
        latch.sequence.store(1, TO_SECOND); // stopped in the first half: the second copy is whole
        latch.copies[0].store(9, WRITE_FIRST);
        assert_eq!((latch.try_read(), latch.version()), (Ok(1), 0));
        latch.sequence.store(2, TO_FIRST); // stopped in the second half: the first copy is
        latch.copies[1].store(7, WRITE_SECOND);
        assert_eq!((latch.try_read(), latch.version()), (Ok(9), 1));
    }

    #[test]
    fn updates_return_the_old_value_and_writers_exclude_each_other() {
        let latch = SeqLatch::new(1u64);
        assert_eq!(latch.update(|value| value + 1), 1);
        latch.writing.store(true, UNLOCK);
        assert_eq!((latch.try_write(5), latch.try_read()), (Err(Busy), Ok(2)));
        latch.writing.store(false, UNLOCK);
        assert_eq!((latch.try_write(5), latch.try_read()), (Ok(()), Ok(5)));
    }

    #[test]
    fn a_panic_in_an_update_changes_nothing() {
        let latch = SeqLatch::new(1u64);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            latch.update(|_| panic!("in the closure"));
        }));
        assert!(panicked.is_err());
        assert_eq!((latch.try_write(2), latch.version()), (Ok(()), 1));
    }
}
