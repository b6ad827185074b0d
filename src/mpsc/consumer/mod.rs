//! The consumer's handle.

#[cfg(feature = "std")]
mod blocking;
mod drain;

#[cfg(feature = "std")]
pub use self::blocking::{IntoIter, Iter};
pub use self::drain::{Drain, TryIter};

use super::channel::{self, Channel, NoValue};
use super::storage::{Bounded, Room, Storage};
use super::ticket::Ticket;
use super::{RecvError, TryRecvError};
use crate::sys::{self, Backoff, unwind};
use core::fmt;
use core::hint::spin_loop;
use core::mem::{self, ManuallyDrop};
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::task::{Context, Poll, Waker};

/// The handle that receives. There is one.
///
/// Dropping it closes the queue, which wakes all producers that wait, and then drops the values in the queue.
///
/// # Guarantees
///
/// *Progress*: [`try_recv`](Self::try_recv) and [`drain`](Self::drain) never wait for a producer: one that is
/// preempted between claiming a slot and filling it shows as [`Stalled`](TryRecvError::Stalled). They are
/// wait-free, except that they pass over slots that producers gave up, and run the wakers of producers that
/// wait for room. Methods that block and futures wait for such a producer.
/// ([`guide::stopped`](crate::guide::stopped) says for each participant what its stopping holds up.)
///
/// *Ordering* and *order*: as [`Producer`](super::Producer) says.
///
/// *Exactness*: `Empty`, `Closed` and [`is_closed`](Self::is_closed) were true at a moment of the call.
/// `Stalled`, and the values that a [`drain`](Self::drain) or `recv_many` yields, depend on what is visible to the
/// consumer: every send that happened before the call, and of other sends perhaps the claim alone; see the
/// [module](super). [`len`](Self::len) is an estimate.
///
/// *Cancel safety*: a [`recv_async`](Self::recv_async) that is dropped before it is ready has received nothing.
///
/// *Positions*: each value has the position that its send returned. Positions grow by one from value to value,
/// except that slots that producers gave up are passed over. [`position`](Self::position) is behind the
/// last value received.
///
/// *Panics*: if a producer's waker panics in a call that receives a value, the value comes with the next
/// call.
///
/// *Cost*: `try_recv` frees its slot at once, with a store and a fence; [`drain`](Self::drain) and
/// [`recv_many`](Self::recv_many) free all that they receive with one of each. The first call that finds no value
/// after one that did takes some hundred nanoseconds longer, so that more values can come in.
pub struct Consumer<S: Storage> {
    storage: S,
    /// The first ticket that was not received.
    head: Ticket,
    /// The first ticket that is not freed. Behind `head` only inside of a batch, or of slots passed over.
    published_head: Ticket,
    state: ConsumerState,
    /// Where `head` was at the last pause.
    run_start: Ticket,
    patience: Patience,
    /// A value that was received and is not with the caller: it is about to be drained, or could not be returned
    /// because a producer's waker panicked.
    kept: Option<S::Value>,
}

// As the queue: the next call finishes what a panic has left undone.
impl<S: Storage> UnwindSafe for Consumer<S> {}
impl<S: Storage> RefUnwindSafe for Consumer<S> {}
// No value is ever pinned in the handle.
impl<S: Storage> Unpin for Consumer<S> {}

/// What the consumer did last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ConsumerState {
    /// It received a value.
    Hot,
    /// It found no value.
    Idle,
    /// It left its waker in the queue, and has not got it back: PARKED is set, or a producer has cleared
    /// it and is about to publish at `head`.
    Parked,
}

/// After how many pauses the consumer looks at the slot again, when it has found no value.
///
/// A consumer that is faster than its producers finds one value at a time, and each costs both sides the transfer of a
/// cache line. If it lets several come in, they share the line. It pauses only after a value: a consumer that
/// polls an empty queue now and then does not.
#[derive(Clone, Copy)]
struct Patience(u8);

/// Whether the consumer pauses at all: in a model there is no time.
const PAUSES: bool = sys::cfg_loom!(false else true);

impl Patience {
    const LEAST: Self = Self(1);
    const MOST: Self = Self(16);
    /// A run of fewer values is short.
    const SHORT: i64 = 16;

    /// Returns the patience after a run of `values` that were there one after the other.
    fn after_run(self, values: i64) -> Self {
        if values >= Self::SHORT { self } else { Self((2 * self.0).min(Self::MOST.0)) }
    }

    /// Returns how often the consumer pauses before it reads the tail, and looks again from this many pauses on.
    ///
    /// The tail tells why there is no value, but producers write its cache line with each send. A consumer that reads it
    /// between any two sends of a busy producer steals the line each time, and both wait for it.
    fn pauses(self) -> u8 {
        self.0.max(8)
    }
}

impl<S: Storage> Consumer<S> {
    /// Creates the only handle of a queue from which nothing was received.
    pub(super) fn only(storage: S) -> Self {
        let head = storage.queue().first();
        let (state, patience) = (ConsumerState::Idle, Patience::LEAST);
        Self { storage, head, published_head: head, state, run_start: head, patience, kept: None }
    }

    /// Receives the next value, if it is there.
    ///
    /// # Errors
    ///
    /// [`Empty`](TryRecvError::Empty), [`Stalled`](TryRecvError::Stalled), or
    /// [`Closed`](TryRecvError::Closed).
    ///
    /// # Examples
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
    pub fn try_recv(&mut self) -> Result<S::Value, TryRecvError> {
        let (queue, head) = (self.storage.queue(), self.head);
        if self.kept.is_none() && !queue.is_last_of_block(head) {
            // SAFETY: as in `next_ready`.
            if let Ok(value) = unsafe { queue.receive(head) } {
                self.pass(head);
                return Ok(self.deliver(value));
            }
        }
        self.try_recv_slow()
    }

    /// Receives in all cases. A function of its own, so that the common case needs little stack.
    #[cold]
    fn try_recv_slow(&mut self) -> Result<S::Value, TryRecvError> {
        let value = self.next_value()?;
        Ok(self.deliver(value))
    }

    /// Receives up to `max` values that are there, one by one as the iterator is advanced, and frees their slots
    /// together when it is dropped.
    ///
    /// Until then the slots count as taken: a send can find the queue full, and producers wait. Values that the
    /// iterator was not advanced to stay in the queue. An iterator that yields nothing does not tell why;
    /// [`try_recv`](Self::try_recv) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::Ring;
    /// let ring = Ring::<u32, 8>::new();
    /// let (producer, mut consumer) = ring.split()?;
    /// producer.try_send_many([10, 20, 30]).expect("there is room");
    /// let batch_bytes: u32 = consumer.drain(256).sum();
    /// assert_eq!((batch_bytes, consumer.position()), (60, 3));
    /// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
    /// ```
    pub fn drain(&mut self, max: usize) -> Drain<'_, S> {
        Drain::new(self, max)
    }

    /// Returns an iterator over the values that are there, each received by [`try_recv`](Self::try_recv). It ends
    /// when that fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::Ring;
    /// let ring = Ring::<u32, 8>::new();
    /// let (producer, mut consumer) = ring.split()?;
    /// producer.try_send_many([1, 2]).expect("there is room");
    /// assert!(consumer.try_iter().eq([1, 2]));
    /// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
    /// ```
    pub fn try_iter(&mut self) -> TryIter<'_, S> {
        TryIter::new(self)
    }

    /// Returns the position behind the last value that was received: everything before it was received, or given
    /// up by its producer.
    ///
    /// A [`Watermark`](crate::watermark::Watermark) over the positions of a queue advances to this position once
    /// all received values are processed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::Ring;
    /// let ring = Ring::<u32, 8>::starting_at(500); // a log of 500 records, recovered
    /// let (producer, mut consumer) = ring.split()?;
    /// assert_eq!(producer.try_send(7)?, 500);
    /// assert_eq!(consumer.position(), 500);
    /// assert_eq!(consumer.try_recv(), Ok(7));
    /// assert_eq!(consumer.position(), 501);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn position(&self) -> u64 {
        // A value that was kept is the last before `head`.
        if self.kept.is_some() { self.head.minus(1).position() } else { self.head.position() }
    }

    /// Receives the next value, or registers the waker of `cx` to be woken when there is one.
    ///
    /// For tasks of any executor; needs neither `std` nor an allocator. Only the waker of the last call is woken.
    /// When the next value is [stalled](TryRecvError::Stalled), the task is woken at once, to poll again. So on one
    /// processor the task must not have a higher priority than a producer that it can interrupt: it would
    /// poll indefinitely. There, call [`try_recv`](Self::try_recv) from time to time.
    ///
    /// There is no budget: a task that finds a value each time never yields by itself.
    ///
    /// # Errors
    ///
    /// [`RecvError`], if the queue is closed, or all producers are gone, and all was received.
    ///
    /// # Examples
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
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Result<S::Value, RecvError>> {
        match self.poll_value(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(value)) => Poll::Ready(Ok(self.deliver(value))),
            Poll::Ready(Err(TryRecvError::Stalled)) => {
                Backoff::new().snooze();
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Ready(Err(_)) => Poll::Ready(Err(RecvError)),
        }
    }

    /// Takes the next value, or returns why there is none. If the queue is empty and open, parks with the waker of
    /// `cx`.
    fn poll_value(&mut self, cx: &Context<'_>) -> Poll<Result<S::Value, TryRecvError>> {
        loop {
            match self.next_value() {
                Err(TryRecvError::Empty) => {
                    self.cancel_park();
                    if self.park(cx.waker().clone()) {
                        return Poll::Pending;
                    }
                }
                found => return Poll::Ready(found),
            }
        }
    }

    /// Leaves `waker` in the queue, if it still is empty and open.
    fn park(&mut self, waker: Waker) -> bool {
        if self.state == ConsumerState::Parked {
            return false; // the producer that has the last waker is about to publish
        }
        // SAFETY: we are the consumer, and the cell is ours: the last waker was taken back, or the value at the
        // ticket where we parked was received (step 8).
        let parked = unsafe { self.storage.queue().park(self.head, waker) };
        if parked {
            self.state = ConsumerState::Parked;
        }
        parked
    }

    /// Takes the waker back, if one was left and no producer has taken it.
    pub(super) fn cancel_park(&mut self) {
        if self.state == ConsumerState::Parked {
            // SAFETY: we are the consumer, and have parked.
            let waker = unsafe { self.storage.queue().cancel_park() };
            if waker.is_some() {
                self.state = ConsumerState::Idle;
            }
            drop(waker); // an executor's code: runs after the state was set
        }
    }

    /// Returns how many slots are taken: an estimate, for the queue may be in use.
    #[must_use]
    pub fn len(&self) -> usize {
        let is_freed = self.published_head == self.head; // and so is the slot of a value that was kept
        self.storage.queue().len() + usize::from(is_freed && self.kept.is_some())
    }

    /// Returns whether no slot is taken: an estimate, for the queue may be in use.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether the queue is closed: no send will be accepted, but there may be values in it. What was
    /// done before the close happens before a `true`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.storage.queue().is_closed()
    }

    /// Closes the queue: it accepts no more sends; what was sent before can still be received.
    /// Runs the wakers of all producers that wait for room.
    pub fn close(&mut self) {
        self.storage.queue().close();
    }

    /// Takes the next value; its slot is not [freed](Self::publish_head) yet.
    #[inline]
    fn next_value(&mut self) -> Result<S::Value, TryRecvError> {
        match self.next_ready() {
            Some(value) => Ok(value),
            None => self.next_value_slow(),
        }
    }

    /// Takes the next value, if it is there at once. Passes over slots that were given up.
    #[inline]
    fn next_ready(&mut self) -> Option<S::Value> {
        if self.kept.is_some() {
            return self.kept.take();
        }
        loop {
            let head = self.head;
            // SAFETY: we are the one consumer, and have passed all tickets before `head`, which moves on with the
            // value (step 3).
            match unsafe { self.storage.queue().receive(head) } {
                Ok(value) => {
                    self.advance(head);
                    return Some(value);
                }
                Err(NoValue::Nothing) => return None,
                Err(NoValue::Aborted) => self.advance(head),
            }
        }
    }

    /// Checks for the next value again, and returns why there is none.
    #[cold]
    fn next_value_slow(&mut self) -> Result<S::Value, TryRecvError> {
        if self.state == ConsumerState::Hot {
            self.state = ConsumerState::Idle;
            if PAUSES {
                if let Some(value) = self.next_after_pauses() {
                    return Ok(value);
                }
            }
        }
        loop {
            // Step 5: the tail alone decides between empty, closed, and neither.
            let tail = self.storage.queue().tail();
            if tail.next() == self.head {
                self.publish_head();
                let closed = tail.is_closed();
                return Err(if closed { TryRecvError::Closed } else { TryRecvError::Empty });
            }
            // The slot is claimed: it was published or given up since the last check, or it is stalled. If it was
            // given up, `head` may have reached the tail, and then the tail decides again.
            if let Some(value) = self.next_ready() {
                return Ok(value);
            }
            if self.storage.queue().next() != self.head {
                self.publish_head();
                return Err(TryRecvError::Stalled);
            }
        }
    }

    /// Pauses, so that values come in, and takes the next. The fewer values there were since the last pause, the later
    /// the first look comes.
    fn next_after_pauses(&mut self) -> Option<S::Value> {
        self.patience = self.patience.after_run(self.head.since(self.run_start));
        self.run_start = self.head;
        for pause in 1..=self.patience.pauses() {
            spin_loop();
            if pause >= self.patience.0 {
                if let Some(value) = self.next_ready() {
                    return Some(value);
                }
            }
        }
        self.patience = Patience::LEAST; // what comes next is not held up
        None
    }

    /// Goes on behind `head`, which is `self.head`, also to another block.
    #[inline(always)]
    fn advance(&mut self, head: Ticket) {
        let queue = self.storage.queue();
        if queue.is_last_of_block(head) {
            // SAFETY: we are the one consumer, and `self.head` passes each block once.
            unsafe { queue.finish_block(head.plus(1)) };
        }
        self.pass(head);
    }

    /// Goes on behind `head`, which is `self.head`.
    #[inline(always)]
    fn pass(&mut self, head: Ticket) {
        self.head = head.plus(1);
        // Step 8: if we had parked, the queue was empty, so the claim just received is the one that took our
        // waker. The cell is ours again.
        self.state = ConsumerState::Hot;
    }

    /// Frees the slots before `head`. Runs wakers of producers.
    #[inline]
    fn publish_head(&mut self) {
        if self.published_head != self.head {
            self.published_head = self.head;
            self.storage.queue().free(self.head);
        }
    }

    /// Frees the slot of `value` and returns it.
    ///
    /// This wakes producers. If one of their wakers panics, the value is kept for the next call.
    #[inline]
    fn deliver(&mut self, value: S::Value) -> S::Value {
        let delivery = Delivery { value: ManuallyDrop::new(value), consumer: self };
        delivery.consumer.publish_head();
        let mut delivery = ManuallyDrop::new(delivery);
        // SAFETY: `delivery` is not dropped, so the value is taken here only.
        unsafe { ManuallyDrop::take(&mut delivery.value) }
    }

    /// Drops all values that are there. Called again after a panic in one value's `Drop`, it drops the others.
    fn discard(&mut self) {
        while let Some(value) = self.next_ready() {
            drop(value);
        }
        self.publish_head();
    }
}

impl<S: Bounded> Consumer<S> {
    /// Returns how many values the queue holds at the most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.storage.room().capacity()
    }
}

/// A value on its way to the caller. Dropped only by a panic, and then the value is kept.
struct Delivery<'a, S: Storage> {
    value: ManuallyDrop<S::Value>,
    consumer: &'a mut Consumer<S>,
}

impl<S: Storage> Drop for Delivery<'_, S> {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: this is the last access to `value`: what is dropped has not returned it.
        self.consumer.kept = Some(unsafe { ManuallyDrop::take(&mut self.value) });
    }
}

impl<S: Storage> Drop for Consumer<S> {
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

impl<S: Storage> fmt::Debug for Consumer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        channel::fmt(self.storage.queue(), f.debug_struct("Consumer").field("len", &self.len()))
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

    fn poll<S: Storage<Value = u32>>(consumer: &mut Consumer<S>) -> Poll<Result<u32, RecvError>> {
        consumer.poll_recv(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn each_call_frees_its_slots() {
        let ring = Ring::<u32, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        for round in 0..3 {
            producer.try_send_many([1, 2, 3]).unwrap();
            assert_eq!(consumer.try_recv(), Ok(1));
            assert_eq!((consumer.published_head, consumer.len()), (consumer.head, 2));
            let mut drained = Vec::new();
            drained.extend(consumer.drain(round));
            assert_eq!(drained.len(), round.min(2));
            assert_eq!(
                (consumer.published_head, consumer.len()),
                (consumer.head, 2 - drained.len())
            );
            drained.extend(consumer.drain(9));
            assert_eq!((drained.as_slice(), consumer.published_head), (&[2, 3][..], consumer.head));
        }
    }

    #[test]
    fn waker_comes_back_with_value_of_its_claim() {
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
    fn slots_given_up_are_passed_over() {
        let ring = Ring::<u32, 2>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        for value in 0..5 {
            assert!(poll(&mut consumer).is_pending());
            assert_eq!(producer.try_send_many(Liar).ok(), Some(0..0));
            assert_eq!(producer.len(), 1);
            assert!(poll(&mut consumer).is_pending() && consumer.state == ConsumerState::Parked);
            assert_eq!(producer.len(), 0);
            assert_eq!(producer.try_send_many(Liar).ok(), Some(0..0));
            producer.try_send(value).unwrap();
            assert_eq!(poll(&mut consumer), Poll::Ready(Ok(value)));
        }
        assert_eq!(producer.try_send_many(Liar).ok(), Some(0..0));
        drop(producer);
        assert_eq!(consumer.try_recv(), Err(TryRecvError::Closed));
    }

    #[test]
    fn close_leaves_sent_values() {
        let ring = Ring::<u32, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        producer.try_send_many([1, 2]).unwrap();
        consumer.close();
        consumer.close();
        assert!(producer.try_send(3).is_err());
        assert_eq!((consumer.try_recv(), poll(&mut consumer)), (Ok(1), Poll::Ready(Ok(2))));
        assert_eq!(poll(&mut consumer), Poll::Ready(Err(RecvError)));
        assert_eq!(consumer.drain(9).count(), 0);
    }

    /// Slots that were given up are missing in the positions, and passed over by the last.
    #[test]
    fn positions_are_those_of_the_sends() {
        let ring = Ring::<u32, 4>::starting_at((1 << 62) - 2);
        let (producer, mut consumer) = ring.split().unwrap();
        assert_eq!(consumer.position(), (1 << 62) - 2);
        assert_eq!(producer.try_send(1), Ok((1 << 62) - 2));
        assert_eq!(producer.try_send_many(Liar).ok(), Some(0..0));
        assert_eq!(producer.try_send_many([2, 3]).ok(), Some(0..2), "positions wrap around");
        let mut drain = consumer.drain(1);
        assert_eq!((drain.next(), drain.position()), (Some(1), (1 << 62) - 1));
        drop(drain);
        assert!(consumer.drain(9).with_positions().eq([(0, 2), (1, 3)]));
        assert_eq!(consumer.position(), 2);
        assert_eq!(producer.try_send_many(Liar).ok(), Some(0..0));
        assert_eq!((consumer.try_recv(), consumer.position()), (Err(TryRecvError::Empty), 3));
    }

    #[cfg(feature = "std")]
    #[test]
    fn iterators_end_with_the_queue() {
        let mut ring = Ring::<u32, 4>::new();
        let (producer, mut consumer) = ring.split_mut();
        producer.try_send_many([1, 2, 3]).unwrap();
        assert!(consumer.try_iter().take(1).eq([1]));
        assert!(consumer.iter().take(1).eq([2]));
        drop(producer);
        assert!(consumer.into_iter().eq([3]));
        let (producer, mut consumer) = ring.split_mut();
        producer.try_send(4).unwrap();
        drop(producer);
        assert!((&mut consumer).into_iter().eq([4]));
        assert_eq!((consumer.try_iter().next(), consumer.position()), (None, 4));
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
        producer.try_send_many([1, 2, 3, 4]).unwrap();
        assert_eq!((consumer.recv(), consumer.recv_timeout(Duration::ZERO)), (Ok(1), Ok(2)));
        let mut buffer = Vec::new();
        assert_eq!(consumer.recv_many(&mut buffer, 9), Ok(2));
        drop(producer);
        assert_eq!((consumer.recv(), buffer.as_slice()), (Err(RecvError), &[3, 4][..]));
        assert_eq!(consumer.recv_many(&mut buffer, 9), Err(RecvError));
        assert_eq!(consumer.recv_timeout(a_while), Err(RecvTimeoutError::Closed));
    }

    #[cfg(feature = "std")]
    #[test]
    fn blocked_consumer_is_woken_by_send_and_by_end() {
        use crate::mpsc::{Producer, RecvTimeoutError};
        use core::time::Duration;
        use std::thread;
        let ring = Ring::<u32, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        let until_parked = |producer: &Producer<&Ring<u32, 4>>| {
            while !producer.queue().tail().is_parked() {
                thread::yield_now();
            }
        };
        thread::scope(|scope| {
            let receiving = scope.spawn(move || {
                let mut receive = || consumer.recv_timeout(Duration::from_secs(10));
                [receive(), receive()]
            });
            until_parked(&producer);
            producer.try_send(1).unwrap();
            until_parked(&producer);
            drop(producer);
            assert_eq!(receiving.join().unwrap(), [Ok(1), Err(RecvTimeoutError::Closed)]);
        });
    }
}
