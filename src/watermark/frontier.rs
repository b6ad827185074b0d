//! The frontier: a position behind which nothing is missing.

use super::links::{self, InPlace, Links};
use super::watermark::ADVANCE;
use super::{CompleteFuture, TryCompleteError, WaitFuture, Watermark};
use crate::atomic::fence_after_rmw;
use crate::sys;
use core::fmt;
use core::ops::Range;

sites! {
    /// The position that a completer must not be too far ahead of. What it permits, to overwrite a slot, is permitted
    /// at each later position too, and no data are read because of it.
    ROOM: Relaxed;
    /// Between a completer's RECORD and its search for the ranges in front of it: of two completers, at least one
    /// sees what the other has recorded. Weaker, each can miss the other, and the position stays behind until a
    /// third comes.
    RECORDED: fence(SeqCst), pairs(RECORDED);
    /// The position from which to go on, and which is returned: pairs with the watermark's ADVANCE. Relaxed, the
    /// caller could be told that a range is complete and not see what its completer did.
    FROM: Acquire, pairs(ADVANCE);
}

/// A [`FrontierOn`] that lies where you put it, with a window of `WINDOW` positions.
///
/// `WINDOW` is a power of two; anything else does not compile. It takes eight bytes a position.
///
/// ```compile_fail
/// # use latchfree::watermark::Frontier;
/// static APPLIED: Frontier<48> = Frontier::new(0); // 48 is not a power of two
/// ```
pub type Frontier<const WINDOW: usize> = FrontierOn<InPlace<WINDOW>>;

/// A [`FrontierOn`] on the heap, whose window is chosen at run time.
#[cfg(feature = "alloc")]
pub type HeapFrontier = FrontierOn<super::Heap>;

/// The position up to which everything is complete, where ranges complete out of order.
///
/// Memtable inserts, applied entries, acknowledged replicas, finished writes: each covers a range of positions
/// (numbers of records, or bytes), and some end before others that began earlier. The position is the end of the
/// ranges that are complete without a gap, and threads and tasks wait for it as on a [`Watermark`].
///
/// [`Frontier<WINDOW>`](Frontier) lies where you put it, and `HeapFrontier` on the heap.
///
/// # Examples
///
/// Writers take numbers in one order, insert into the memtable each at its own pace, and acknowledge. A reader
/// sees all writes up to the frontier, and no number below it is missing:
///
/// ```
/// use latchfree::sequence::Sequence;
/// use latchfree::watermark::Frontier;
/// # use std::collections::BTreeMap;
/// # use std::sync::Mutex;
/// # #[cfg(not(feature = "std"))]
/// # fn main() {}
/// # #[cfg(feature = "std")]
/// # fn main() {
///
/// static NUMBERS: Sequence = Sequence::starting_at(0);
/// static VISIBLE: Frontier<1024> = Frontier::new(0);
/// # let memtable = &Mutex::new(BTreeMap::new());
///
/// std::thread::scope(|scope| {
///     for batch in [["a", "b"], ["c", "d"]] {
///         scope.spawn(move || {
///             let numbers = NUMBERS.reserve(2).expect("2^63 are enough");
///             for (number, key) in numbers.clone().zip(batch) {
///                 memtable.lock().unwrap().insert(key, number);
///             }
///             let end = numbers.end;
///             VISIBLE.complete(numbers).expect("never closed");
///             VISIBLE.wait_for(end).expect("never closed"); // read your own writes
///         });
///     }
/// });
/// assert_eq!(VISIBLE.position(), 4);
/// # }
/// ```
///
/// Without blocking, in any order:
///
/// ```
/// use latchfree::watermark::{Frontier, TryCompleteError};
///
/// let applied = Frontier::<4>::new(100);
/// assert_eq!(applied.try_complete(101..103), Ok(100)); // 100 is missing
/// assert_eq!(applied.try_complete(103..105), Err(TryCompleteError::TooFarAhead(103..105)));
/// assert_eq!(applied.try_complete(100..101), Ok(103)); // and the position moves over both
/// ```
///
/// # Ranges and window
///
/// Each position belongs to one range, and each range is completed once. A range that is completed twice, or
/// overlaps another, is a mistake of the caller's: builds with debug assertions panic when they notice it, after
/// the range was recorded. In other builds, of ranges that overlap each other some may be lost in part, and no
/// other range is.
///
/// The *window* says how far ahead of the position a range may end: a slot of eight bytes a position, whatever the
/// ranges are. So it bounds what is in flight. Count records if you can. If the positions are bytes, the window is
/// in bytes: a window of 1 MiB takes 8 MiB, of which only the slots of the positions that ranges begin at are
/// ever touched. If they begin at multiples of a block, count blocks.
///
/// A completer that is too far ahead is told so by [`try_complete`](Self::try_complete), and else waits, before
/// anything is stored. It waits for the position, as all others do. A range that is longer than the window is
/// refused.
///
/// # Guarantees
///
/// *Progress*: [`try_complete`](Self::try_complete) is lock-free, [`position`](Self::position) is wait-free. Neither
/// blocks, so both may be called from an interrupt handler. Any completer advances: when all ranges in front of a
/// position were completed, and these calls have returned, [`position`](Self::position) is there or beyond, without
/// any further call. A completer that stops in its call keeps back only its own range, and those behind it. A
/// completer follows at most a window of ranges; while several advance, each goes on from where another has got to.
/// It runs the wakers of the waiters that it reaches, after the position has been moved as far as it can be.
/// ([`guide::stopped`](crate::guide::stopped) says for each participant what its stopping holds up.)
///
/// *Ordering*: what a completer did before it completed a range happens before the return of every call that
/// returns a position at or beyond the end of the range: [`position`](Self::position), the waits, and the
/// completions themselves. That is so also for ranges that another completer advanced over. The position never
/// goes back, for no thread. What was done before a close happens before the return of each call that reports that
/// the frontier is closed.
///
/// *Exactness*: all results were true at a moment of the call. A completion returns the position at a moment after
/// the range was recorded; [`TooFarAhead`](TryCompleteError::TooFarAhead) means that there was not enough room at
/// a moment.
///
/// *Cancel safety*: a [`complete_async`](Self::complete_async) that is dropped before it is ready has recorded
/// nothing, and leaves nothing behind: the range is still to be completed. So does a
/// [`wait_for_async`](Self::wait_for_async).
///
/// *Overflow*: positions are `u64`, up to the last. They do not wrap.
///
/// *Wake-ups*: none is lost, and no waiter is woken before its position is reached, whether it waits for it as such
/// or for room in the window.
///
/// *Memory*: a [`Watermark`] and eight bytes for each position of the window. Nothing allocates but
/// `HeapFrontier::with_window`, and each thread once, for its waker.
///
/// *Panics in wakers* come out of the completion that ran them, when the range is recorded, the position is
/// moved, and all others that were reached are woken.
///
/// The ranges are kept as in the link buffer of MySQL's InnoDB (`ut0link_buf.h`), where one thread advances. That
/// any completer may advance, and the fence that this needs, are explained in the [module](super), with the proof
/// and its tests.
#[doc(alias(
    "link_buf",
    "contiguous prefix",
    "commit queue",
    "visible sequence number",
    "out of order"
))]
pub struct FrontierOn<L> {
    watermark: Watermark,
    links: L,
}

impl<const WINDOW: usize> FrontierOn<InPlace<WINDOW>> {
    sys::const_fn! {
        /// Creates a frontier at `position`: all before it is complete.
        ///
        /// # Examples
        ///
        /// ```
        /// use latchfree::watermark::Frontier;
        ///
        /// static APPLIED: Frontier<64> = Frontier::new(500);
        /// assert_eq!(APPLIED.try_complete(500..502), Ok(502));
        /// ```
        #[must_use]
        pub const fn new(position: u64) -> Self {
            Self { watermark: Watermark::new(position), links: InPlace::new() }
        }
    }
}

#[cfg(feature = "alloc")]
impl FrontierOn<super::Heap> {
    /// Creates a frontier at `position` on the heap, with a window of at least `window` positions: the next power of
    /// two.
    ///
    /// # Panics
    ///
    /// If the window takes more bytes than `isize::MAX`. If there is not that much memory, the process aborts, as
    /// for every collection of `alloc`.
    ///
    /// # Examples
    ///
    /// ```
    /// use latchfree::watermark::HeapFrontier;
    ///
    /// let acknowledged = HeapFrontier::with_window(0, 1000);
    /// assert_eq!(acknowledged.window(), 1024);
    /// assert_eq!(acknowledged.try_complete(0..7), Ok(7));
    /// ```
    #[must_use]
    pub fn with_window(position: u64, window: usize) -> Self {
        Self { watermark: Watermark::new(position), links: super::Heap::new(window) }
    }
}

impl<L: Links> FrontierOn<L> {
    /// Completes `range`, unless it ends more than the window ahead of the position. Returns the position at a moment
    /// after that.
    ///
    /// An empty range is complete as it is: nothing is recorded, and nothing published.
    ///
    /// Costs two read-modify-writes and two fences (none on x86) if the range is the next and no waiter is to be
    /// woken; one of each if another range is missing in front of it.
    ///
    /// # Errors
    ///
    /// [`TryCompleteError::TooFarAhead`], [`TryCompleteError::TooLong`]. Nothing was recorded then.
    ///
    /// # Panics
    ///
    /// With debug assertions, if it notices that the range is completed twice or overlaps another, or that it ends
    /// before its start.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::{Frontier, TryCompleteError};
    /// let frontier = Frontier::<8>::new(0);
    /// assert_eq!(frontier.try_complete(3..8), Ok(0));
    /// assert_eq!(frontier.try_complete(0..3), Ok(8));
    /// assert_eq!(frontier.try_complete(8..17), Err(TryCompleteError::TooLong(8..17)));
    /// ```
    #[doc(alias("add_link", "publish", "commit", "ack"))]
    #[inline]
    pub fn try_complete(&self, range: Range<u64>) -> Result<u64, TryCompleteError> {
        debug_assert!(range.start <= range.end, "a range that ends before its start");
        if range.is_empty() {
            return Ok(self.position());
        }
        if self.is_too_long(&range) {
            return Err(TryCompleteError::TooLong(range));
        }
        let seen = self.watermark.load(ROOM); // C1
        if seen < self.room_at(&range) {
            return Err(TryCompleteError::TooFarAhead(range));
        }
        Ok(self.record(range, seen))
    }

    /// Completes `range` as soon as it ends no more than the window ahead of the position, and returns the position
    /// at a moment after that: a future, for any executor, without `std`.
    ///
    /// Nothing is recorded before it is polled, nor if it is dropped before it is ready: then the range is still
    /// to be completed, and the position does not pass it. Held and not polled, it keeps nothing else from others.
    ///
    /// Without `std`, all that wait for one frontier must be polled and dropped at one priority, unless the
    /// feature `critical-section` is on.
    ///
    /// # Errors
    ///
    /// [`CompleteError::Closed`](super::CompleteError::Closed), if the frontier is closed and there is no room;
    /// [`CompleteError::TooLong`](super::CompleteError::TooLong).
    ///
    /// # Panics
    ///
    /// As [`try_complete`](Self::try_complete).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::{CompleteError, Frontier};
    /// async fn acknowledge(acked: &Frontier<256>, first: u64, last: u64) -> Result<(), CompleteError> {
    ///     acked.complete_async(first..last + 1).await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn complete_async(&self, range: Range<u64>) -> CompleteFuture<'_, L> {
        CompleteFuture::new(self, range)
    }

    /// Returns the position: all before it is complete.
    #[inline]
    #[must_use]
    pub fn position(&self) -> u64 {
        self.watermark.get()
    }

    /// Returns the position as soon as it is `at_least` or later: a future, for any executor, without `std`.
    ///
    /// The same as [`Watermark::wait_for_async`].
    ///
    /// # Errors
    ///
    /// [`Closed`](super::Closed), if the frontier is closed and the position not reached.
    pub fn wait_for_async(&self, at_least: u64) -> WaitFuture<'_> {
        self.watermark.wait_for_async(at_least)
    }

    /// Closes the frontier: pending and future waits for unreached positions fail with [`Closed`](super::Closed),
    /// and completers that wait for room get their ranges back.
    ///
    /// What needs no waiting still succeeds: ranges inside the window are completed, and move the position.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::{Closed, CompleteError, Frontier};
    /// # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// # let cx = &mut Context::from_waker(Waker::noop());
    /// let frontier = Frontier::<4>::new(0);
    /// let (mut ahead, mut waiting) = (pin!(frontier.complete_async(4..6)), pin!(frontier.wait_for_async(2)));
    /// assert!(ahead.as_mut().poll(cx).is_pending());
    /// frontier.close();
    /// assert_eq!(ahead.as_mut().poll(cx), Poll::Ready(Err(CompleteError::Closed(4..6))));
    /// assert_eq!(waiting.as_mut().poll(cx), Poll::Ready(Err(Closed)));
    /// assert_eq!(frontier.try_complete(0..4), Ok(4));
    /// ```
    pub fn close(&self) {
        self.watermark.close();
    }

    /// Closes the frontier beyond `last`: pending and future waits for unreached positions up to there go on, and those
    /// for later ones fail with [`Closed`](super::Closed); so does a completion for which there is no room
    /// unless the frontier advances beyond `last`.
    ///
    /// Call it when a range is known never to be complete, with its start: what is before it still will be.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::{Closed, Frontier};
    /// # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// # let cx = &mut Context::from_waker(Waker::noop());
    /// let applied = Frontier::<8>::new(0);
    /// let (mut within, mut beyond) = (pin!(applied.wait_for_async(2)), pin!(applied.wait_for_async(3)));
    /// applied.close_at(2); // the third one has failed
    /// assert_eq!(beyond.as_mut().poll(cx), Poll::Ready(Err(Closed)));
    /// applied.try_complete(0..2).unwrap();
    /// assert_eq!(within.as_mut().poll(cx), Poll::Ready(Ok(2)));
    /// ```
    #[doc(alias("fail", "poison"))]
    pub fn close_at(&self, last: u64) {
        self.watermark.close_at(last);
    }

    /// Returns whether [`close`](Self::close) was called, or [`close_at`](Self::close_at) for any position.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.watermark.is_closed()
    }

    /// Returns how many positions ahead of the position a range may end.
    #[must_use]
    pub fn window(&self) -> u64 {
        links::window(&self.links)
    }

    /// Returns whether no position will ever leave room for the range.
    #[inline(always)]
    pub(super) fn is_too_long(&self, range: &Range<u64>) -> bool {
        range.end.saturating_sub(range.start) > self.window()
    }

    /// Returns the position from which on there is room for the range.
    #[inline(always)]
    pub(super) fn room_at(&self, range: &Range<u64>) -> u64 {
        range.end.saturating_sub(self.window())
    }

    /// Records a range for which there is room since the position was `seen`, and reports misuse.
    #[inline]
    pub(super) fn record(&self, range: Range<u64>, seen: u64) -> u64 {
        let is_behind = range.start < seen;
        let (position, is_overlap) = self.record_unreported(range);
        debug_assert!(
            !is_behind && !is_overlap,
            "a range was completed twice, or overlaps another"
        );
        position
    }

    /// Records a range for which there is room. Returns the position, and whether an overlap was noticed.
    #[inline]
    pub(crate) fn record_unreported(&self, range: Range<u64>) -> (u64, bool) {
        let is_first = links::record(&self.links, &range); // C2
        sys::window();
        fence_after_rmw(RECORDED); // C3
        let (position, is_overlap) = self.advance();
        (position, !is_first || is_overlap)
    }

    /// Moves the position over all ranges that are complete without a gap. Returns it, and whether an overlap was
    /// noticed.
    #[inline]
    fn advance(&self) -> (u64, bool) {
        let from = || self.watermark.load(FROM); // C4
        let mut at = from();
        let limit = at.saturating_add(self.window());
        let (mut has_moved, mut is_overlap) = (false, false);
        // From the limit on, it is not this completer that is responsible (step 7).
        while at < limit {
            let run = links::follow(&self.links, at); // C5
            is_overlap |= cfg!(debug_assertions) && links::is_overlapped(&self.links, at, run.end);
            let has_raised = run.end > at && self.watermark.raise(run.end).is_some(); // C6
            has_moved |= has_raised;
            if run.is_at_gap && (has_raised || run.end == at) {
                at = run.end;
                break;
            }
            at = from();
        }
        if has_moved {
            self.watermark.notify_reached(at); // C7
        }
        (at, is_overlap)
    }
}

impl<L: Links> fmt::Debug for FrontierOn<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frontier")
            .field("position", &self.position())
            .field("window", &self.window())
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "std")]
mod blocking;
#[cfg(test)]
mod tests;
