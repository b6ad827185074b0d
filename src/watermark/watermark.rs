//! The watermark.

use super::{Closed, WaitFuture};
use crate::atomic::{Atomic, LoadOrdering};
use crate::sys;
use crate::wait::{Event, WaitQueue};
use core::fmt;
use core::ops::Range;
use crossbeam_utils::CachePadded;

sites! {
    /// A load to see whether the position has to move; ADVANCE decides.
    ADVANCE_LOOK: Relaxed;
    /// Moves the position: pairs with GET, and publishes what the advancer did before. Relaxed, a
    /// reader could see the position and not the records below it.
    pub(super) ADVANCE: Release;
    /// Reads the position: pairs with ADVANCE.
    GET: Acquire, pairs(ADVANCE);
    /// Closes: pairs with IS_CLOSED, and publishes what the closer did before (for example, the reason). A minimum,
    /// not a store: a second closer's plain store would end the release sequence of the first closer's, so
    /// that a reader would not see what the first one published.
    CLOSE: Release;
    /// Checks whether and where the watermark is closed: pairs with CLOSE, so that what the closer did before is visible.
    IS_CLOSED: Acquire, pairs(CLOSE);
}

/// The end of a watermark that is not closed.
const OPEN: u64 = u64::MAX;

/// A position that only moves forward, and on which threads wait.
///
/// The durable, the committed, the visible, the applied position of a log: one or more threads
/// advance it, others read it or block until it has reached the position that they need.
///
/// # Examples
///
/// ```
/// use latchfree::watermark::Watermark;
///
/// static DURABLE: Watermark = Watermark::new(0);
///
/// // The committer has written and synced the records below 512:
/// assert!(DURABLE.advance_to(512));
///
/// // A writer of one of them; with `std`, `wait_for(300)` would block until it is so.
/// assert!(DURABLE.get() >= 300); // and all that the committer did before is visible
/// ```
///
/// # Guarantees
///
/// *Progress*: [`get`](Self::get) is wait-free, [`advance_to`](Self::advance_to) is lock-free. Neither blocks, so
/// both may be called from an interrupt handler: if the queue of waiters is locked, the lock's holder performs the
/// wake-ups. An advance runs the wakers of the waiters that it reaches, and takes as long as
/// they do. To begin or end a wait takes a short lock. A waiter that does not run keeps nothing from others.
/// ([`guide::stopped`](crate::guide::stopped) says for each participant what its stopping holds up.)
///
/// *Ordering*: what an advancer did before an advance happens before the return of every
/// [`get`](Self::get) and wait that returns that position or a later one. A call of
/// [`advance_to`](Self::advance_to) that does not move the position publishes nothing. The position never
/// goes back, for no thread. What was done before a close, also a second one, happens before the return of each call
/// that reports that the watermark is closed. Nothing here is sequentially consistent: where the order of a store of
/// yours and a `get` matters to another thread, put a [`fence`](crate::atomic::fence()) between them.
///
/// *Exactness*: all results were true at a moment of the call, also that of a wait whose timeout expired;
/// [`Closed`] means that the position was not reached after the close.
///
/// *Cancel safety*: a [`wait_for_async`](Self::wait_for_async) that is dropped leaves nothing behind.
///
/// *Wake-ups*: none is lost, and no waiter is woken before its position is reached.
///
/// *Memory*: the position on cache lines of its own. No allocation except one a thread, for its waker, on its
/// first wait (and one for each wait in a destructor of another thread-local at the thread's end; on systems whose
/// mutex `std` allocates, one for the queue). Waiters are linked through their own stacks. To enter the queue
/// takes as many steps as there are waiters for later positions, and one step if there are none, or only later ones.
///
/// Proof and its tests: the [module](super).
#[doc(alias("SeqWait", "high watermark", "durable", "committed", "LSN", "event count"))]
pub struct Watermark {
    position: CachePadded<Atomic<u64>>,
    /// The last position that may be waited for before it is reached.
    end: Atomic<u64>,
    waiters: WaitQueue,
}

impl Watermark {
    sys::const_fn! {
        /// Creates a watermark at `position`.
        #[must_use]
        pub const fn new(position: u64) -> Self {
            Self {
                position: CachePadded::new(Atomic::new(position)),
                end: Atomic::new(OPEN),
                waiters: WaitQueue::new(),
            }
        }
    }

    /// Moves the position forward to `position`, unless it is there or beyond already, and wakes the waiters for
    /// positions that it has reached. Returns whether it moved.
    ///
    /// Any number of threads may advance; the furthest wins. Costs a compare-and-swap and a fence
    /// (none on x86) if there is no waiter to wake.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::Watermark;
    /// let durable = Watermark::new(100);
    /// assert!(durable.advance_to(300));
    /// assert!(!durable.advance_to(200)); // another thread was further
    /// assert_eq!(durable.get(), 300);
    /// ```
    #[doc(alias("fetch_max", "propose_max"))]
    #[inline]
    pub fn advance_to(&self, position: u64) -> bool {
        let from = self.raise(position);
        if from.is_some() {
            self.notify_reached(position);
        }
        from.is_some()
    }

    /// Moves the position as [`advance_to`](Self::advance_to) does; returns what this call has moved it over, an
    /// empty range if it has not.
    ///
    /// No two calls return the same position, and together they return all that the watermark moves over: so each
    /// range is done once, whichever thread advances. What other advancers did before they moved the position to the
    /// start of the range is visible after a [`get`](Self::get).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::Watermark;
    /// let merged = Watermark::new(100);
    /// assert_eq!(merged.advance_over(300), 100..300); // to be merged by this thread
    /// assert!(merged.advance_over(200).is_empty()); // they are merged by another
    /// ```
    #[must_use = "otherwise, call `advance_to`"]
    pub fn advance_over(&self, position: u64) -> Range<u64> {
        let Some(from) = self.raise(position) else { return position..position };
        self.notify_reached(position);
        from..position
    }

    /// Moves the position forward as [`advance_to`](Self::advance_to) does (N1), without the wake-ups; returns where
    /// it was. [`notify_reached`](Self::notify_reached) is to follow, by this thread, if it has moved.
    #[inline(always)]
    pub(super) fn raise(&self, position: u64) -> Option<u64> {
        if self.position.load(ADVANCE_LOOK) >= position {
            return None;
        }
        let from = self.position.fetch_max(position, ADVANCE);
        (from < position).then_some(from)
    }

    /// Wakes the waiters for positions up to `position`, which is reached.
    #[inline(always)]
    pub(super) fn notify_reached(&self, position: u64) {
        // The change (N1) was a read-modify-write; N2 and N3 are in there.
        WaitQueue::notify_after_rmw(position, self);
    }

    /// Returns the position.
    #[inline(always)]
    pub(super) fn load(&self, order: impl LoadOrdering) -> u64 {
        self.position.load(order)
    }

    /// Returns the position.
    #[inline]
    #[must_use]
    pub fn get(&self) -> u64 {
        self.position.load(GET)
    }

    /// Closes the watermark: pending and future waits for unreached positions fail with [`Closed`].
    ///
    /// Call it when the position will never advance again, for example at shutdown or after an I/O error. Waits for
    /// positions that are reached still succeed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::{Closed, Watermark};
    /// # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// # let cx = &mut Context::from_waker(Waker::noop());
    /// let durable = Watermark::new(100);
    /// let (mut reached, mut beyond) = (pin!(durable.wait_for_async(100)), pin!(durable.wait_for_async(101)));
    /// durable.close(); // the disk is full
    /// assert_eq!(reached.as_mut().poll(cx), Poll::Ready(Ok(100)));
    /// assert_eq!(beyond.as_mut().poll(cx), Poll::Ready(Err(Closed)));
    /// ```
    pub fn close(&self) {
        self.close_at(0);
    }

    /// Closes the watermark beyond `last`: waits for unreached positions up to there go on, and those for later ones
    /// fail with [`Closed`], pending or future.
    ///
    /// Call it when it is known how far the position will still advance: all that was accepted before an error is
    /// about to be durable, and nothing behind it ever will be. Of several closes, the one at the earliest position
    /// counts. One at `u64::MAX` closes nothing. A position beyond `last` can be advanced to all the same, and then is
    /// reached.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::{Closed, Watermark};
    /// # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// # let cx = &mut Context::from_waker(Waker::noop());
    /// let durable = Watermark::new(100);
    /// let (mut within, mut beyond) = (pin!(durable.wait_for_async(200)), pin!(durable.wait_for_async(201)));
    /// durable.close_at(200); // what is behind was not accepted
    /// assert!(within.as_mut().poll(cx).is_pending());
    /// assert_eq!(beyond.as_mut().poll(cx), Poll::Ready(Err(Closed)));
    /// durable.advance_to(200);
    /// assert_eq!(within.as_mut().poll(cx), Poll::Ready(Ok(200)));
    /// ```
    #[doc(alias("fail", "poison"))]
    pub fn close_at(&self, last: u64) {
        self.end.fetch_min(last, CLOSE);
        WaitQueue::notify_end(self);
    }

    /// Begins again at `position`, which may be behind the old one, and opens the watermark if it was closed: after a
    /// log was cut or repaired, by its only owner.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::Watermark;
    /// let mut durable = Watermark::new(100);
    /// durable.close(); // the disk is full
    /// durable.reset(80); // there is room again, and the last record was cut
    /// assert_eq!((durable.get(), durable.is_closed()), (80, false));
    /// ```
    #[doc(alias("truncate", "reopen", "set"))]
    pub fn reset(&mut self, position: u64) {
        // Not `*self = ..`: a wait that was forgotten is still in the queue.
        self.position = CachePadded::new(Atomic::new(position));
        self.end = Atomic::new(OPEN);
    }

    /// Returns whether [`close`](Self::close) was called, or [`close_at`](Self::close_at) for any position.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.end.load(IS_CLOSED) < OPEN
    }

    /// Returns the position as soon as it is `at_least` or later: a future, for any executor, without `std`.
    ///
    /// Dropped before it is ready, it leaves nothing behind. Held or forgotten, it keeps nothing from others (see
    /// [`guide::stopped`](crate::guide::stopped)).
    ///
    /// Without `std`, all that wait for one watermark must be polled and dropped at one priority, unless the
    /// feature `critical-section` is on.
    ///
    /// # Errors
    ///
    /// [`Closed`], if the watermark is closed and the position not reached.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::{Closed, Watermark};
    /// async fn acknowledge(durable: &Watermark, end_of_record: u64) -> Result<(), Closed> {
    ///     durable.wait_for_async(end_of_record).await?;
    ///     // ... tell the client
    ///     Ok(())
    /// }
    /// ```
    pub fn wait_for_async(&self, at_least: u64) -> WaitFuture<'_> {
        WaitFuture::new(self, at_least)
    }

    /// Returns what a waiter would return now.
    pub(super) fn check(&self, at_least: u64) -> Option<Result<u64, Closed>> {
        // The end is checked first, so that an advance before the close counts.
        let end = self.end.load(IS_CLOSED);
        let position = self.get();
        if position >= at_least {
            Some(Ok(position))
        } else {
            (at_least > end).then_some(Err(Closed))
        }
    }
}

impl Event for Watermark {
    fn waiters(&self) -> &WaitQueue {
        &self.waiters
    }

    fn ready_key(&self) -> u64 {
        let (end, position) = (self.last_key(), self.get());
        if end <= position { u64::MAX } else { position } // then all that wait are beyond the end
    }

    fn last_key(&self) -> u64 {
        self.end.load(IS_CLOSED)
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{Closed, Watermark};
    use crate::wait::block::{self, Deadline};
    use crate::watermark::WaitTimeoutError;
    use core::pin::pin;
    use core::time::Duration;

    impl Watermark {
        /// Blocks until the position is `at_least` or later; returns the position.
        ///
        /// # Errors
        ///
        /// [`Closed`], if the watermark is closed and the position not reached.
        ///
        /// # Examples
        ///
        /// ```
        /// # use latchfree::watermark::Watermark;
        /// let durable = Watermark::new(0);
        /// std::thread::scope(|scope| {
        ///     scope.spawn(|| durable.advance_to(512));
        ///     assert_eq!(durable.wait_for(300), Ok(512));
        /// });
        /// ```
        pub fn wait_for(&self, at_least: u64) -> Result<u64, Closed> {
            block::spin_until(|| self.check(at_least))
                .unwrap_or_else(|| block::block_on(pin!(self.wait_for_async(at_least))))
        }

        /// Waits as [`wait_for`](Self::wait_for) does, blocking for `timeout` at the longest.
        ///
        /// # Errors
        ///
        /// [`WaitTimeoutError::Timeout`] when the timeout expires, [`WaitTimeoutError::Closed`] if the
        /// watermark is closed and the position not reached.
        ///
        /// # Examples
        ///
        /// ```
        /// # use latchfree::watermark::{WaitTimeoutError, Watermark};
        /// # use std::time::Duration;
        /// let applied = Watermark::new(7);
        /// assert_eq!(applied.wait_for_timeout(7, Duration::ZERO), Ok(7));
        /// let late = applied.wait_for_timeout(8, Duration::from_millis(1));
        /// assert_eq!(late, Err(WaitTimeoutError::Timeout));
        /// ```
        pub fn wait_for_timeout(
            &self,
            at_least: u64,
            timeout: Duration,
        ) -> Result<u64, WaitTimeoutError> {
            if let Some(result) = self.check(at_least) {
                return Ok(result?);
            }
            let deadline = Deadline::after(timeout);
            let result = block::spin_until(|| self.check(at_least))
                .or_else(|| block::block_on_until(pin!(self.wait_for_async(at_least)), deadline));
            Ok(result.ok_or(WaitTimeoutError::Timeout)??)
        }
    }
}

/// A watermark at zero.
impl Default for Watermark {
    fn default() -> Self {
        Self::new(0)
    }
}

impl fmt::Debug for Watermark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watermark")
            .field("position", &self.get())
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::Count;
    use core::future::Future;
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};
    use std::boxed::Box;
    use std::sync::Arc;
    use std::vec::Vec;

    #[test]
    fn moves_forward_only() {
        let watermark = Watermark::new(5);
        assert!(!watermark.advance_to(4) && !watermark.advance_to(5));
        assert!(watermark.advance_to(6) && !watermark.advance_to(6));
        assert!(watermark.advance_to(u64::MAX) && !watermark.advance_to(0));
        assert_eq!(watermark.get(), u64::MAX);
    }

    /// Each position is in the range of one advance.
    #[test]
    fn advances_return_what_they_move_over() {
        let watermark = Watermark::default();
        assert_eq!(watermark.advance_over(6), 0..6);
        assert_eq!((watermark.advance_over(6), watermark.advance_over(4)), (6..6, 4..4));
        assert!(watermark.advance_to(8));
        assert_eq!(watermark.advance_over(u64::MAX), 8..u64::MAX);
    }

    /// A wait that was forgotten stays in the queue of a watermark that begins again, and the next advance wakes it.
    #[test]
    #[cfg_attr(miri, ignore = "the wait is forgotten, which is a leak")]
    fn reset_keeps_the_queue_of_waiters() {
        let mut watermark = Watermark::new(5);
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut wait = Box::pin(watermark.wait_for_async(7));
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        core::mem::forget(wait);
        watermark.reset(2);
        assert_eq!((watermark.get(), watermark.check(3)), (2, None));
        assert!(watermark.advance_to(6));
        assert_eq!(count.get(), 0);
        assert!(watermark.advance_to(7));
        assert_eq!(count.get(), 1);
        watermark.close();
        watermark.reset(9);
        assert_eq!((watermark.is_closed(), watermark.check(9)), (false, Some(Ok(9))));
    }

    /// No herd: each advance wakes the waiters that it reaches, once, and no others.
    #[test]
    fn waiter_that_is_not_reached_is_not_woken() {
        let watermark = Watermark::new(0);
        let counts: [Arc<Count>; 6] = Default::default();
        let mut waits: Vec<_> =
            [10, 20, 20, 30, 40, u64::MAX].map(|at| Box::pin(watermark.wait_for_async(at))).into();
        let wakers = counts.each_ref().map(|count| Waker::from(Arc::clone(count)));
        for (wait, waker) in waits.iter_mut().zip(&wakers) {
            assert!(wait.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
        }
        let woken = || counts.each_ref().map(|count| count.get());
        for (position, expected) in [
            (5, [0, 0, 0, 0, 0, 0]),
            (10, [1, 0, 0, 0, 0, 0]),
            (29, [1, 1, 1, 0, 0, 0]),
            (35, [1, 1, 1, 1, 0, 0]),
        ] {
            assert!(watermark.advance_to(position));
            assert_eq!(woken(), expected, "at {position}");
        }
        watermark.close();
        assert_eq!(woken(), [1; 6]);
        let mut cx = Context::from_waker(Waker::noop());
        let results = waits.iter_mut().map(|wait| wait.as_mut().poll(&mut cx));
        let expected = [35, 35, 35, 35, 0, 0].map(|at| if at > 0 { Ok(at) } else { Err(Closed) });
        assert!(results.eq(expected.map(Poll::Ready)));
    }

    #[test]
    fn the_last_position_can_be_waited_for() {
        let watermark = Watermark::new(0);
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut wait = pin!(watermark.wait_for_async(u64::MAX));
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        watermark.advance_to(u64::MAX - 1);
        assert_eq!(count.get(), 0);
        watermark.advance_to(u64::MAX);
        assert_eq!(count.get(), 1);
    }

    /// A wait that was given up is woken by nothing, and holds nothing.
    #[test]
    fn dropped_wait_leaves_the_queue() {
        let watermark = Watermark::new(0);
        let count = Arc::new(Count::default());
        {
            let waker = Waker::from(Arc::clone(&count));
            let mut wait = pin!(watermark.wait_for_async(1));
            assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        assert!(watermark.waiters.is_empty());
        watermark.advance_to(1);
        assert_eq!((count.get(), Arc::strong_count(&count)), (0, 1));
    }

    #[test]
    fn a_close_does_not_take_back_what_was_reached() {
        let watermark = Watermark::new(7);
        assert!(!watermark.is_closed());
        watermark.close();
        watermark.close();
        assert!(watermark.is_closed());
        assert_eq!((watermark.check(7), watermark.check(8)), (Some(Ok(7)), Some(Err(Closed))));
        assert!(watermark.advance_to(8));
        assert_eq!(watermark.check(8), Some(Ok(8)));
    }

    #[test]
    fn close_at_a_position_ends_the_waits_beyond_alone() {
        let watermark = Watermark::new(0);
        let counts: [Arc<Count>; 4] = Default::default();
        let mut waits: Vec<_> =
            [10, 20, 21, u64::MAX].map(|at| Box::pin(watermark.wait_for_async(at))).into();
        for (wait, count) in waits.iter_mut().zip(&counts) {
            let waker = Waker::from(Arc::clone(count));
            assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        let woken = || counts.each_ref().map(|count| count.get());
        watermark.close_at(u64::MAX);
        assert_eq!((watermark.is_closed(), woken()), (false, [0; 4]));
        watermark.close_at(20);
        watermark.close_at(30); // the earliest counts
        assert_eq!((watermark.is_closed(), woken()), (true, [0, 0, 1, 1]));
        assert_eq!((watermark.check(20), watermark.check(21)), (None, Some(Err(Closed))));
        watermark.advance_to(20);
        assert_eq!(woken(), [1; 4]);
        let mut cx = Context::from_waker(Waker::noop());
        let results = waits.iter_mut().map(|wait| wait.as_mut().poll(&mut cx));
        assert!(results.eq([Ok(20), Ok(20), Err(Closed), Err(Closed)].map(Poll::Ready)));
        watermark.advance_to(21); // not foreseen, but so
        assert_eq!(watermark.check(21), Some(Ok(21)));
    }

    #[cfg(feature = "std")]
    #[test]
    fn blocked_threads_are_woken_by_advance_and_close() {
        use crate::watermark::WaitTimeoutError;
        use core::time::Duration;
        use std::thread;
        let watermark = Watermark::new(0);
        thread::scope(|scope| {
            let early = scope.spawn(|| watermark.wait_for(3));
            let late = scope.spawn(|| watermark.wait_for_timeout(30, Duration::from_secs(60)));
            thread::sleep(Duration::from_millis(20));
            watermark.advance_to(4);
            assert_eq!(early.join().unwrap(), Ok(4));
            assert!(!late.is_finished());
            watermark.close();
            assert_eq!(late.join().unwrap(), Err(WaitTimeoutError::Closed));
        });
        assert!(watermark.waiters.is_empty());
    }
}
