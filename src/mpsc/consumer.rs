//! The consumer's handle.

use super::backing::Backing;
use super::slot::SlotState;
use super::ticket::Ticket;
use super::{RecvError, TryRecvError};
use crate::sys::Backoff;
use crate::sys::unwind;
use core::fmt;
use core::hint::spin_loop;
use core::mem::{self, ManuallyDrop};
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::task::{Context, Poll, Waker};

/// The handle that receives. There is one.
///
/// Dropping it closes the queue, and drops what is in it.
///
/// # Guarantees
///
/// *Progress*: `try_recv` and `drain` never wait for a producer: one that is preempted between claiming a
/// place and filling it shows as [`Stalled`](TryRecvError::Stalled). They are wait-free, but for the passing
/// over of places that producers gave up, and for the wakers of producers that wait for room, which they run.
///
/// *Exactness*: `Empty`, `Closed`, a drain's number and [`is_closed`](Self::is_closed) were true at a
/// moment of the call; `Stalled` too, of the next slot alone, and [`len`](Self::len), which counts the slots of
/// sends that are under way. See [`guide::verdicts`](crate::guide::verdicts).
///
/// *Panics*: if a producer's waker panics in a call that receives a value, the value comes with the next
/// call.
///
/// *Order* and *ordering*: as [`Producer`](super::Producer) says.
///
/// *Cost*: `try_recv` frees its place at once, with a store and a fence; [`drain`](Self::drain) and
/// [`recv_many`](Self::recv_many) free all that they take with one of each.
/// The first look after a value that finds none takes some hundred nanoseconds, to let more come in.
pub struct Consumer<Q: Backing> {
    queue: Q,
    /// The first ticket that was not taken.
    head: Ticket,
    /// The first ticket that was not published_head. Behind `at` only inside of a batch.
    published_head: Ticket,
    state: ConsumerState,
    /// A value that was taken and could not be returned, because a producer's waker panicked.
    kept: Option<Q::Item>,
}

// As the queue: what a panic leaves undone, the next call does.
impl<Q: Backing> UnwindSafe for Consumer<Q> {}
impl<Q: Backing> RefUnwindSafe for Consumer<Q> {}
// No value is ever pinned in the handle.
impl<Q: Backing> Unpin for Consumer<Q> {}

/// What the consumer did last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ConsumerState {
    /// It took a value.
    Hot,
    /// It found nothing.
    Idle,
    /// It left its waker in the queue, and that has not come back: PARKED is set, or a producer took
    /// it away and is about to publish `at`.
    Parked,
}

/// So often a consumer looks for the next value before it finds out why there is none.
///
/// The tail, which says why, is on a line that producers write with each push. A consumer that looks
/// there between all pushes of a busy producer takes the line away each time, and both wait for it.
/// One that lets a few values come in finds them together. Only after a value: who polls an empty
/// queue now and then does not wait.
const RECHECKS: usize = if cfg!(latchfree_loom) { 0 } else { 8 };

impl<Q: Backing> Consumer<Q> {
    /// The only handle of a queue of which nothing was taken.
    pub(super) fn only(queue: Q) -> Self {
        let head = queue.queue().first();
        Self { queue, head, published_head: head, state: ConsumerState::Idle, kept: None }
    }

    /// Receives the next value, if it is there.
    ///
    /// # Errors
    ///
    /// [`Empty`](TryRecvError::Empty), [`Stalled`](TryRecvError::Stalled), or
    /// [`Closed`](TryRecvError::Closed).
    ///
    /// ```
    /// # use latchfree::mpsc::{Ring, TryRecvError};
    /// let ring = Ring::<&str, 8>::new();
    /// let (producer, mut consumer) = ring.split()?;
    /// assert_eq!(consumer.try_recv(), Err(TryRecvError::Empty));
    /// producer.try_send("last words")?;
    /// drop(producer);
    /// assert_eq!(consumer.try_recv(), Ok("last words"));
    /// assert_eq!(consumer.try_recv(), Err(TryRecvError::Closed));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn try_recv(&mut self) -> Result<Q::Item, TryRecvError> {
        self.poll_slot()?;
        Ok(self.receive())
    }

    /// Receives up to `max` values that are there, and hands each to `each`; frees their places
    /// together at the end. Returns how many.
    ///
    /// `each` runs while the places are still taken: a push from inside it can find the queue full.
    /// If it panics, what it was called for is gone, and the rest is still in the queue.
    ///
    /// Zero does not tell why there was nothing; [`try_recv`](Self::try_recv) does.
    ///
    /// ```
    /// # use latchfree::mpsc::Ring;
    /// let ring = Ring::<u32, 8>::new();
    /// let (producer, mut consumer) = ring.split()?;
    /// producer.send_many([10, 20, 30]).expect("there is room");
    /// let mut batch_bytes = 0;
    /// assert_eq!(consumer.drain(256, |bytes| batch_bytes += bytes), 3);
    /// assert_eq!(batch_bytes, 60);
    /// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
    /// ```
    pub fn drain(&mut self, max: usize, each: impl FnMut(Q::Item)) -> usize {
        let mut batch = Batch { consumer: self, max, taken: 0 };
        batch.by_ref().for_each(each);
        batch.taken
    }

    /// Receives the next value, or leaves the waker of `cx` to be woken when there is one.
    ///
    /// For tasks of any executor; needs neither `std` nor an allocator. The last waker counts. When
    /// the next value is [stalled](TryRecvError::Stalled), the task is woken at once, to look again. So on one
    /// processor the task must not have a higher priority than a producer that it can interrupt: it would
    /// look for ever. There, call [`try_recv`](Self::try_recv) from time to time.
    ///
    /// There is no budget: a task that finds a value each time never yields by itself.
    ///
    /// # Errors
    ///
    /// [`RecvError`], if the queue is closed, or all producers are gone, and all was received.
    ///
    /// ```
    /// # use latchfree::mpsc::Ring;
    /// # use std::{future::{Future, poll_fn}, pin::pin, task::{Context, Poll, Waker}};
    /// let ring = Ring::<u32, 8>::new();
    /// let (producer, mut consumer) = ring.split()?;
    /// producer.try_send(7)?;
    /// let mut next = pin!(poll_fn(|cx| consumer.poll_recv(cx))); // to be awaited
    /// # let cx = &mut Context::from_waker(Waker::noop());
    /// # assert_eq!(next.as_mut().poll(cx), Poll::Ready(Ok(7)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Result<Q::Item, RecvError>> {
        loop {
            match self.try_recv() {
                Ok(value) => return Poll::Ready(Ok(value)),
                Err(TryRecvError::Closed) => return Poll::Ready(Err(RecvError)),
                Err(TryRecvError::Stalled) => {
                    Backoff::new().snooze();
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Err(TryRecvError::Empty) => {
                    self.cancel_park();
                    if self.park(cx.waker().clone()) {
                        return Poll::Pending;
                    }
                }
            }
        }
    }

    /// Leaves `waker` in the queue, if it still is empty and open.
    fn park(&mut self, waker: Waker) -> bool {
        if self.state == ConsumerState::Parked {
            return false; // who took the last one is about to push
        }
        // SAFETY: we are the consumer, and the cell is ours, for it is not lent: after the last time
        // it was recalled, or a value was taken at the place where it was left.
        let parked = unsafe { self.queue.queue().park(self.head, waker) };
        if parked {
            self.state = ConsumerState::Parked;
        }
        parked
    }

    /// Takes the waker back, if one was left and nobody has taken it.
    pub(super) fn cancel_park(&mut self) {
        if self.state == ConsumerState::Parked {
            // SAFETY: we are the consumer, and have parked.
            let waker = unsafe { self.queue.queue().cancel_park() };
            if waker.is_some() {
                self.state = ConsumerState::Idle;
            }
            drop(waker); // an executor's code: after we know where we are
        }
    }

    /// Returns how many slots are taken, by values or by sends that are under way. True at a moment of the
    /// call.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.queue().len() + usize::from(self.kept.is_some())
    }

    /// Whether no slot is taken. True at a moment of the call.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values the queue holds at the most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.queue.queue().capacity()
    }

    /// Whether the queue is closed: no push will be accepted, but there may be values in it. What was done
    /// before the close happens before a `true`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.queue.queue().is_closed()
    }

    /// Accepts no more pushes; what was pushed before can still be received.
    pub fn close(&mut self) {
        self.queue.queue().close();
    }

    /// Finds the next value, at `at`.
    #[inline]
    fn poll_slot(&mut self) -> Result<(), TryRecvError> {
        if self.skip_aborted() {
            return Ok(());
        }
        self.poll_slot_slow()
    }

    /// Passes over places that were given up. Returns whether there is a value behind.
    #[inline]
    fn skip_aborted(&mut self) -> bool {
        if self.kept.is_some() {
            return true;
        }
        loop {
            match self.queue.queue().peek(self.head) {
                SlotState::Value => return true,
                SlotState::Nothing => return false,
                SlotState::Aborted => self.advance(),
            }
        }
    }

    /// Finds out why there is nothing, or that now there is something.
    #[cold]
    fn poll_slot_slow(&mut self) -> Result<(), TryRecvError> {
        if self.state == ConsumerState::Hot {
            self.state = ConsumerState::Idle;
            let soon = |_| {
                spin_loop();
                self.skip_aborted()
            };
            if (0..RECHECKS).any(soon) {
                return Ok(());
            }
        }
        loop {
            let tail = self.queue.queue().tail();
            if tail.next() == self.head {
                self.publish_head();
                let closed = tail.is_closed();
                return Err(if closed { TryRecvError::Closed } else { TryRecvError::Empty });
            }
            // Claimed, so either it has been published since we looked, or it is stalled.
            if self.skip_aborted() {
                return Ok(());
            }
            if self.queue.queue().next() != self.head {
                self.publish_head();
                return Err(TryRecvError::Stalled);
            }
        }
    }

    /// Moves the value at `at` out; [`poll_slot`](Self::poll_slot) has just found it.
    #[inline]
    fn take(&mut self) -> Q::Item {
        if let Some(value) = self.kept.take() {
            return value;
        }
        // SAFETY: we are the one consumer; the value was found at `at`, which is not published_head, and the
        // next line moves `at` past it.
        let value = unsafe { self.queue.queue().take(self.head) };
        self.advance();
        value
    }

    #[inline]
    fn advance(&mut self) {
        self.head = self.head.plus(1);
        // A waker was left while the queue was empty, so the first claim after has it, or nobody.
        self.state = ConsumerState::Hot;
    }

    /// Frees the places before `at`.
    #[inline]
    fn publish_head(&mut self) {
        if self.published_head != self.head {
            self.published_head = self.head;
            self.queue.queue().free(self.head);
        }
    }

    /// [Takes](Self::take) the value and frees its slot.
    ///
    /// That wakes producers. If a waker of theirs panics, the value is kept for the next call.
    #[inline]
    fn receive(&mut self) -> Q::Item {
        let received = Received { value: ManuallyDrop::new(self.take()), consumer: self };
        received.consumer.publish_head();
        let mut received = ManuallyDrop::new(received);
        // SAFETY: `received` is not dropped, so the value is taken here only.
        unsafe { ManuallyDrop::take(&mut received.value) }
    }

    /// Drops all values that are there. A panic in one value's `Drop` spares the others.
    fn discard(&mut self) {
        unwind::each(|| {
            let has_value = self.skip_aborted();
            if has_value {
                drop(self.take());
            } else {
                self.publish_head();
            }
            has_value
        });
    }
}

/// A value on its way to the caller. Dropped only by a panic, and then the value is kept.
struct Received<'a, Q: Backing> {
    value: ManuallyDrop<Q::Item>,
    consumer: &'a mut Consumer<Q>,
}

impl<Q: Backing> Drop for Received<'_, Q> {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: this is the last access to `value`: what is dropped has not returned it.
        self.consumer.kept = Some(unsafe { ManuallyDrop::take(&mut self.value) });
    }
}

/// Values taken together. Frees their places when dropped; if it is forgotten instead, the next
/// call of the consumer does.
struct Batch<'a, Q: Backing> {
    consumer: &'a mut Consumer<Q>,
    max: usize,
    taken: usize,
}

impl<Q: Backing> Iterator for Batch<'_, Q> {
    type Item = Q::Item;

    #[inline]
    fn next(&mut self) -> Option<Q::Item> {
        if self.taken == self.max || !self.consumer.skip_aborted() {
            return None;
        }
        self.taken += 1;
        Some(self.consumer.take())
    }
}

impl<Q: Backing> Drop for Batch<'_, Q> {
    fn drop(&mut self) {
        self.consumer.publish_head();
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{Backing, Batch, Consumer};
    use crate::mpsc::{RecvError, RecvTimeoutError, TryRecvError};
    use crate::sys::Backoff;
    use crate::wait::thread::{Deadline, Parker};
    use core::time::Duration;

    impl<Q: Backing> Consumer<Q> {
        /// Receives the next value, sleeping while there is none.
        ///
        /// # Errors
        ///
        /// [`RecvError`], if the queue is closed, or all producers are gone, and all was received.
        pub fn recv(&mut self) -> Result<Q::Item, RecvError> {
            self.await_value()?;
            Ok(self.receive())
        }

        /// [`recv`](Self::recv), for `timeout` at the longest.
        ///
        /// # Errors
        ///
        /// [`RecvTimeoutError::Timeout`] when the time is over, else as `recv`.
        pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Q::Item, RecvTimeoutError> {
            self.await_value_until(Deadline::after(timeout))?;
            Ok(self.receive())
        }

        /// Appends up to `max` values to `buffer`, sleeping until there is at least one; returns how
        /// many. Frees their places together.
        ///
        /// # Errors
        ///
        /// [`RecvError`], if the queue is closed, or all producers are gone, and all was received.
        pub fn recv_many(
            &mut self,
            buffer: &mut impl Extend<Q::Item>,
            max: usize,
        ) -> Result<usize, RecvError> {
            if max == 0 {
                return Ok(0);
            }
            self.await_value()?;
            let mut batch = Batch { consumer: self, max, taken: 0 };
            buffer.extend(batch.by_ref());
            Ok(batch.taken)
        }

        fn await_value(&mut self) -> Result<(), RecvError> {
            self.await_value_until(Deadline::NEVER).map_err(|error| match error {
                RecvTimeoutError::Closed => RecvError,
                RecvTimeoutError::Timeout => unreachable!("never is never over"),
            })
        }

        /// Sleeps until there is a value at `at`.
        fn await_value_until(&mut self, deadline: Deadline) -> Result<(), RecvTimeoutError> {
            let backoff = Backoff::new();
            let mut parker = None;
            loop {
                let in_time = match self.poll_slot() {
                    Ok(()) => return Ok(()),
                    Err(TryRecvError::Closed) => return Err(RecvTimeoutError::Closed),
                    Err(_) if !backoff.is_completed() => {
                        backoff.snooze();
                        true
                    }
                    Err(TryRecvError::Empty) => {
                        self.block(parker.get_or_insert_with(Parker::new), deadline)
                    }
                    // Nobody wakes us for a push that was under way before we slept. It is short,
                    // unless its thread does not run: look again from time to time.
                    Err(TryRecvError::Stalled) => deadline.nap(),
                };
                if !in_time {
                    return Err(RecvTimeoutError::Timeout);
                }
            }
        }

        /// Blocks until a push or the close, or for no reason. Returns `false` when the time is over.
        fn block(&mut self, parker: &Parker, deadline: Deadline) -> bool {
            self.cancel_park(); // it may be a task's that polled, or of a thread that we were moved from
            if !self.park(parker.waker()) {
                return true; // something came
            }
            let in_time = parker.park(deadline);
            if !in_time {
                self.cancel_park();
            }
            in_time
        }
    }
}

impl<Q: Backing> Drop for Consumer<Q> {
    fn drop(&mut self) {
        let mut is_open = true;
        // Wakers and values are others' code: what is in the queue is dropped also if one panics.
        unwind::each(|| {
            let close = mem::take(&mut is_open);
            if close {
                self.close()
            } else {
                self.discard()
            }
            close
        });
    }
}

impl<Q: Backing> fmt::Debug for Consumer<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, capacity) = (self.len(), self.capacity());
        f.debug_struct("Consumer").field("len", &len).field("capacity", &capacity).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mpsc::Ring;
    use std::vec::Vec;

    /// Says that it has a value, and has none.
    struct Liar;
    impl Iterator for Liar {
        type Item = u32;
        fn next(&mut self) -> Option<u32> {
            None
        }
    }
    impl ExactSizeIterator for Liar {
        fn len(&self) -> usize {
            1
        }
    }

    fn poll<Q: Backing<Item = u32>>(consumer: &mut Consumer<Q>) -> Poll<Result<u32, RecvError>> {
        consumer.poll_recv(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn places_are_freed_by_each_call() {
        let ring = Ring::<u32, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        for round in 0..3 {
            producer.send_many([1, 2, 3]).unwrap();
            assert_eq!(consumer.try_recv(), Ok(1));
            assert_eq!((consumer.published_head, consumer.len()), (consumer.head, 2));
            let mut drained = Vec::new();
            assert_eq!(consumer.drain(round, |value| drained.push(value)), drained.len());
            assert_eq!(
                (consumer.published_head, consumer.len()),
                (consumer.head, 2 - drained.len())
            );
            assert_eq!(consumer.drain(9, |value| drained.push(value)), 2 - round);
            assert_eq!((drained.as_slice(), consumer.published_head), (&[2, 3][..], consumer.head));
        }
    }

    #[test]
    fn the_waker_is_lent_until_a_value_comes_in_its_place() {
        let ring = Ring::<u32, 2>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        assert!(poll(&mut consumer).is_pending() && consumer.state == ConsumerState::Parked);
        assert!(consumer.try_recv().is_err() && consumer.state == ConsumerState::Parked);
        consumer.cancel_park();
        assert!(consumer.state != ConsumerState::Parked);
        assert!(poll(&mut consumer).is_pending() && consumer.state == ConsumerState::Parked);
        producer.try_send(1).unwrap();
        consumer.cancel_park();
        assert!(consumer.state == ConsumerState::Parked, "the push has taken it");
        assert_eq!(
            (poll(&mut consumer), consumer.state == ConsumerState::Parked),
            (Poll::Ready(Ok(1)), false)
        );
    }

    /// A place that was given up hands the waker back as a value does.
    #[test]
    fn places_given_up_are_passed_over() {
        let ring = Ring::<u32, 2>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        for value in 0..5 {
            assert!(poll(&mut consumer).is_pending());
            assert!(matches!(producer.send_many(Liar), Ok(0)));
            assert_eq!(producer.len(), 1);
            assert!(poll(&mut consumer).is_pending() && consumer.state == ConsumerState::Parked);
            assert_eq!(producer.len(), 0);
            assert!(matches!(producer.send_many(Liar), Ok(0)));
            producer.try_send(value).unwrap();
            assert_eq!(poll(&mut consumer), Poll::Ready(Ok(value)));
        }
        assert!(matches!(producer.send_many(Liar), Ok(0)));
        drop(producer);
        assert_eq!(consumer.try_recv(), Err(TryRecvError::Closed));
    }

    #[test]
    fn a_close_leaves_what_was_pushed() {
        let ring = Ring::<u32, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        producer.send_many([1, 2]).unwrap();
        consumer.close();
        consumer.close();
        assert!(producer.try_send(3).is_err());
        assert_eq!((consumer.try_recv(), poll(&mut consumer)), (Ok(1), Poll::Ready(Ok(2))));
        assert_eq!(poll(&mut consumer), Poll::Ready(Err(RecvError)));
        assert_eq!(consumer.drain(9, drop), 0);
    }

    #[cfg(feature = "std")]
    #[test]
    fn blocking_calls_end() {
        use crate::mpsc::RecvTimeoutError;
        use core::time::Duration;
        let ring = Ring::<u32, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        let (a_while, start) = (Duration::from_millis(20), std::time::Instant::now());
        assert_eq!(consumer.recv_timeout(a_while), Err(RecvTimeoutError::Timeout));
        assert!(start.elapsed() >= a_while && consumer.state != ConsumerState::Parked);
        producer.send_many([1, 2, 3, 4]).unwrap();
        assert_eq!((consumer.recv(), consumer.recv_timeout(Duration::ZERO)), (Ok(1), Ok(2)));
        let mut buffer = Vec::new();
        assert_eq!(consumer.recv_many(&mut buffer, 9), Ok(2));
        drop(producer);
        assert_eq!((consumer.recv(), buffer.as_slice()), (Err(RecvError), &[3, 4][..]));
        assert_eq!(consumer.recv_many(&mut buffer, 9), Err(RecvError));
        assert_eq!(consumer.recv_timeout(a_while), Err(RecvTimeoutError::Closed));
    }
}
