//! The producers' handle.

use super::channel::{self, Channel, Refusal};
use super::storage::{Bounded, Room, Storage};
use super::{TrySendError, TrySendManyError};
use core::fmt;
use core::ops::Range;

/// A handle that sends. Clone it for more producers; it may also be shared by reference.
///
/// When the last one is dropped, the queue is closed: the consumer receives what is in it, and then
/// learns that no more will come.
///
/// # Guarantees
///
/// *Progress*: `try_send` and `try_send_many` are lock-free, and never wait for the consumer. They run its waker,
/// and take as long as that does. A producer that stops between its claim and the publication holds up the
/// consumer there, and other producers once the queue is full. To begin or end a wait for room takes a short
/// lock. A producer that was woken for a slot and does not run keeps that slot from other waiters.
/// ([`guide::stopped`](crate::guide::stopped) says for each participant what its stopping holds up.)
///
/// *Ordering*: what a thread did before a send happens before the return of the call that receives
/// the value. What was done before a close happens before the return of each call that reports `Closed`.
///
/// *Exactness*: `Full` and `Closed` were true at a moment of the call (of an unbounded queue, `Full` says that the
/// allocator had no memory). [`len`](Self::len) is an estimate. See
/// [`guide::verdicts`](crate::guide::verdicts).
///
/// *Cancel safety*: a [`send_async`](Self::send_async) that is dropped before it is ready has sent nothing.
///
/// *Wake-ups*: none is lost. Waiting producers are woken in the order in which they began to wait. A
/// producer that comes at the right moment may still be faster, any number of times; see the [module](super).
///
/// *Order*: there is one order of all sends; each producer's sends are in it in the order in which
/// it made them, and the consumer receives in that order.
///
/// *Acceptance*: a value whose send returned `Ok` is received, or dropped with the queue, exactly once. A value
/// whose send failed is neither: it is in the error.
pub struct Producer<S: Storage> {
    storage: S,
}

impl<S: Storage> Producer<S> {
    /// Creates the first handle of a queue, which has counted it already.
    pub(super) fn first(storage: S) -> Self {
        Self { storage }
    }

    pub(super) fn queue(&self) -> &S::Queue {
        self.storage.queue()
    }

    /// Sends `value`, if there is room. Returns its position.
    ///
    /// # Errors
    ///
    /// Both have the value: [`TrySendError::Full`], if the queue has no room (if it is unbounded, no memory),
    /// [`TrySendError::Closed`], if it is closed or the consumer gone.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::{Ring, TrySendError};
    /// let ring = Ring::<u32, 1>::new();
    /// let (producer, consumer) = ring.split()?;
    /// assert_eq!(producer.try_send(1), Ok(0)); // the first position
    /// assert_eq!(producer.try_send(2), Err(TrySendError::Full(2)));
    /// drop(consumer);
    /// assert_eq!(producer.try_send(3), Err(TrySendError::Closed(3)));
    /// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
    /// ```
    #[inline]
    pub fn try_send(&self, value: S::Value) -> Result<u64, TrySendError<S::Value>> {
        let Some((place, ticket)) = self.queue().claim_one() else {
            return self.try_send_slow(value);
        };
        // SAFETY: the claim was made, now, and nothing published. The consumer was not parked.
        unsafe { self.queue().publish(place, ticket, value) };
        Ok(ticket.position())
    }

    /// Sends in all cases. A function of its own, so that the common case needs no stack.
    #[cold]
    fn try_send_slow(&self, value: S::Value) -> Result<u64, TrySendError<S::Value>> {
        match self.queue().claim(1) {
            Ok(mut claim) => {
                let position = claim.next().position();
                // SAFETY: one slot was claimed, and none published.
                unsafe { claim.publish(value) };
                Ok(position)
            }
            Err(Refusal::Full) => Err(TrySendError::Full(value)),
            Err(Refusal::Closed) => Err(TrySendError::Closed(value)),
        }
    }

    /// Sends as many of `items` as there is room for. Never blocks. Returns the range from the position of the
    /// first value to that behind the last.
    ///
    /// If there is room for all of them, they are adjacent in a bounded queue, and no other value has a position in the
    /// range; in an unbounded one those are adjacent that are in one block of 64. If there is not, the values that fit are adjacent; when more room comes during the call, later
    /// values may follow behind values of other producers.
    ///
    /// The iterator is advanced while the slots are claimed, and all later values in the queue wait for it. Give
    /// it values that are ready (`vec.drain(..)`, an array), not values that it must wait for. A consumer that was
    /// blocked is woken after the last of them. If the iterator ends early or panics, the remaining slots are
    /// given up, and the consumer passes over them.
    ///
    /// # Errors
    ///
    /// [`TrySendManyError`] has the rest of the iterator, if not all values fitted in, or the queue is closed. The
    /// queue was full at a moment after the last value was sent.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::{Ring, TrySendManyError};
    /// let ring = Ring::<u32, 4>::new();
    /// let (producer, _consumer) = ring.split()?;
    /// assert_eq!(producer.try_send_many([1, 2]).ok(), Some(0..2));
    /// match producer.try_send_many([3, 4, 5, 6]) {
    ///     Err(TrySendManyError::Full { unsent, sent: 2 }) => assert!(unsent.eq([5, 6])),
    ///     _ => unreachable!("there is room for two"),
    /// }
    /// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
    /// ```
    pub fn try_send_many<I>(&self, items: I) -> Result<Range<u64>, TrySendManyError<I::IntoIter>>
    where
        I: IntoIterator<Item = S::Value, IntoIter: ExactSizeIterator>,
    {
        let mut batch = Batch::new(items.into_iter());
        match batch.try_send(self) {
            Ok(()) => Ok(batch.positions),
            Err(Refusal::Full) => {
                Err(TrySendManyError::Full { unsent: batch.items, sent: batch.sent })
            }
            Err(Refusal::Closed) => {
                Err(TrySendManyError::Closed { unsent: batch.items, sent: batch.sent })
            }
        }
    }

    /// Returns how many slots are taken. An estimate: the slots claimed at one moment of the call less those
    /// freed at another, and no more than the capacity, if there is one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue().len()
    }

    /// Returns whether no slot is taken. An estimate, as [`len`](Self::len).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether the consumer is gone or has closed the queue. If so, all sends will fail. What was done
    /// before the close happens before a `true`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.queue().is_closed()
    }
}

impl<S: Bounded> Producer<S> {
    pub(super) fn room(&self) -> &S::Room {
        self.storage.room()
    }

    /// Returns how many values the queue holds at the most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.room().capacity()
    }
}

/// Values on their way into the queue, together.
struct Batch<I> {
    items: I,
    /// How many are not sent yet, by the length that the iterator reported at first.
    remaining: usize,
    sent: usize,
    /// From the first that was sent up to behind the last.
    positions: Range<u64>,
}

impl<I: ExactSizeIterator> Batch<I> {
    fn new(items: I) -> Self {
        let remaining = items.len();
        Self { items, remaining, sent: 0, positions: 0..0 }
    }

    /// Sends what there is room for. `Ok` when nothing remains.
    fn try_send<S: Storage<Value = I::Item>>(
        &mut self,
        producer: &Producer<S>,
    ) -> Result<(), Refusal> {
        while self.remaining > 0 {
            let mut claim = producer.queue().claim(self.remaining)?;
            let (first, slots) = (claim.next(), claim.remaining());
            for item in self.items.by_ref().take(slots) {
                // SAFETY: `take` lets no more through than slots were claimed.
                unsafe { claim.publish(item) };
            }
            let (end, unused) = (claim.next(), claim.remaining());
            self.remaining = if unused == 0 { self.remaining - slots } else { 0 };
            if unused < slots {
                if self.sent == 0 {
                    self.positions.start = first.position();
                }
                self.positions.end = end.position();
            }
            self.sent += slots - unused;
            drop(claim); // gives up the slots that an iterator with a wrong length has left, and wakes the consumer
        }
        Ok(())
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{Batch, Bounded, Producer};
    use crate::mpsc::channel::Refusal;
    use crate::mpsc::{SendError, SendManyError, SendTimeoutError, TrySendError};
    use crate::sys::Backoff;
    use crate::wait::block::{self, Deadline};
    use core::ops::Range;
    use core::pin::pin;
    use core::time::Duration;

    impl<S: Bounded> Producer<S> {
        /// Sends `value`, blocking while the queue is full. Returns its position.
        ///
        /// Of several waiting producers, the one that has waited longest is woken first. A send that comes
        /// at the right moment may still be faster.
        ///
        /// # Errors
        ///
        /// [`SendError`] has the value, if the queue is closed or the consumer gone, before or
        /// during the wait.
        ///
        /// # Examples
        ///
        /// ```
        /// let (sender, mut receiver) = latchfree::mpsc::bounded(1);
        /// std::thread::spawn(move || receiver.iter().for_each(drop));
        /// assert_eq!(sender.send("a record"), Ok(0));
        /// assert_eq!(sender.send("another"), Ok(1)); // blocks until the first was received
        /// ```
        pub fn send(&self, value: S::Value) -> Result<u64, SendError<S::Value>> {
            match self.send_spinning(value) {
                Ok(position) => Ok(position),
                Err(TrySendError::Closed(value)) => Err(SendError(value)),
                Err(TrySendError::Full(value)) => block::block_on(pin!(self.send_async(value))),
            }
        }

        /// Sends `value` as [`send`](Self::send) does, blocking for `timeout` at the longest.
        ///
        /// # Errors
        ///
        /// Both have the value: [`SendTimeoutError::Timeout`], if there was no room in that time,
        /// [`SendTimeoutError::Closed`], if the queue is closed or the consumer gone.
        ///
        /// # Examples
        ///
        /// ```
        /// use latchfree::mpsc::{self, SendTimeoutError};
        /// use std::time::Duration;
        ///
        /// let (sender, _receiver) = mpsc::bounded(1);
        /// assert_eq!(sender.send_timeout(1, Duration::ZERO), Ok(0));
        /// let full = sender.send_timeout(2, Duration::from_millis(1));
        /// assert_eq!(full, Err(SendTimeoutError::Timeout(2)));
        /// ```
        pub fn send_timeout(
            &self,
            value: S::Value,
            timeout: Duration,
        ) -> Result<u64, SendTimeoutError<S::Value>> {
            let deadline = Deadline::after(timeout);
            let value = match self.send_spinning(value) {
                Ok(position) => return Ok(position),
                Err(TrySendError::Closed(value)) => return Err(SendTimeoutError::Closed(value)),
                Err(TrySendError::Full(value)) => value,
            };
            let mut sending = pin!(self.send_async(value));
            loop {
                if let Some(result) = block::block_on_until(sending.as_mut(), deadline) {
                    return Ok(result?);
                }
                // A future that is not ready has its value, so there is no second round.
                if let Some(value) = sending.take() {
                    return Err(SendTimeoutError::Timeout(value));
                }
            }
        }

        /// Sends all of `items`, blocking while the queue is full. Returns the range from the position of the first
        /// value to that behind the last; values of other producers may lie in between.
        ///
        /// The iterator is used as by [`try_send_many`](Self::try_send_many).
        ///
        /// # Errors
        ///
        /// [`SendManyError`] has the rest of the iterator, if the queue is closed or the consumer gone, before
        /// or during the wait.
        ///
        /// # Examples
        ///
        /// ```
        /// let (sender, mut receiver) = latchfree::mpsc::bounded(2);
        /// let consumer = std::thread::spawn(move || receiver.iter().sum::<u32>());
        /// let positions = sender.send_many([1, 2, 3, 4]).expect("the receiver is there");
        /// assert_eq!(positions, 0..4);
        /// drop(sender);
        /// assert_eq!(consumer.join().unwrap(), 10);
        /// ```
        pub fn send_many<I>(&self, items: I) -> Result<Range<u64>, SendManyError<I::IntoIter>>
        where
            I: IntoIterator<Item = S::Value, IntoIter: ExactSizeIterator>,
        {
            let mut batch = Batch::new(items.into_iter());
            loop {
                match batch.try_send(self) {
                    Ok(()) => return Ok(batch.positions),
                    Err(Refusal::Full) => block::block_on(pin!(self.ready_async())),
                    Err(Refusal::Closed) => {
                        return Err(SendManyError { unsent: batch.items, sent: batch.sent });
                    }
                }
            }
        }

        /// Retries for a moment, before blocking is worth its cost.
        fn send_spinning(&self, mut value: S::Value) -> Result<u64, TrySendError<S::Value>> {
            let backoff = Backoff::new();
            loop {
                match self.try_send(value) {
                    Err(TrySendError::Full(back)) if !backoff.is_completed() => value = back,
                    done => return done,
                }
                backoff.snooze();
            }
        }
    }
}

impl<S: Storage> Clone for Producer<S> {
    /// # Panics
    ///
    /// If there are more than `usize::MAX / 2` handles, most of them forgotten.
    fn clone(&self) -> Self {
        self.queue().add_producer();
        Self { storage: self.storage.clone() }
    }
}

impl<S: Storage> Drop for Producer<S> {
    fn drop(&mut self) {
        self.queue().remove_producer();
    }
}

impl<S: Storage> fmt::Debug for Producer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        channel::fmt(self.queue(), f.debug_struct("Producer").field("len", &self.len()))
    }
}

#[cfg(test)]
mod tests {
    use crate::mpsc::{Ring, TryRecvError, TrySendError};
    use std::format;

    #[test]
    fn batch_is_sent_as_far_as_there_is_room() {
        let ring = Ring::<usize, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        assert_eq!(producer.try_send_many([]).ok(), Some(0..0));
        assert_eq!(producer.try_send_many([0, 1, 2]).ok(), Some(0..3));
        let error = producer.try_send_many([3, 4, 5]).unwrap_err();
        assert_eq!((error.sent(), error.is_full()), (1, true));
        assert!(error.into_unsent().eq([4, 5]));
        let error = producer.try_send_many([9]).unwrap_err();
        assert_eq!((error.sent(), error.is_full()), (0, true));
        assert!(consumer.drain(9).eq(0..4));
    }

    /// As many as fit in, of more than anything holds: room is looked for anew each time.
    #[test]
    fn iterator_of_any_length_is_sent_as_far_as_there_is_room() {
        let ring = Ring::<usize, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        let mut rest = 0..usize::MAX;
        for _ in 0..3 {
            let error = producer.try_send_many(rest).unwrap_err();
            assert_eq!((error.sent(), consumer.drain(9).count()), (4, 4));
            rest = error.into_unsent();
        }
        assert_eq!(rest.start, 12);
    }

    #[test]
    fn closed_queue_takes_nothing() {
        let ring = Ring::<u8, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        consumer.close();
        assert!(producer.is_closed());
        assert_eq!(producer.try_send(1), Err(TrySendError::Closed(1)));
        let error = producer.try_send_many([1, 2]).unwrap_err();
        assert_eq!((error.sent(), error.is_closed()), (0, true));
        assert_eq!(error.into_unsent().len(), 2);
        assert_eq!(producer.try_send_many([]).ok(), Some(0..0));
        assert_eq!(consumer.try_recv(), Err(TryRecvError::Closed));
    }

    /// Blocks until there is room for the rest; gives the rest back when the queue is closed meanwhile.
    #[cfg(feature = "std")]
    #[test]
    fn blocking_batch_waits_for_room_until_the_close() {
        let ring = Ring::<u32, 2>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        std::thread::scope(|scope| {
            let sending = scope.spawn(|| producer.send_many([1, 2, 3, 4, 5]));
            assert!(consumer.iter().take(5).eq(1..6));
            assert_eq!(sending.join().unwrap().ok(), Some(0..5));
            let sending = scope.spawn(|| producer.send_many([6, 7, 8]));
            while consumer.len() < 2 {
                std::thread::yield_now();
            }
            consumer.close();
            let error = sending.join().unwrap().unwrap_err();
            assert_eq!((error.sent, error.unsent.len()), (2, 1));
        });
        assert!(consumer.into_iter().eq([6, 7]));
    }

    #[test]
    fn the_last_handle_closes() {
        let ring = Ring::<u8, 4>::new();
        let (producer, consumer) = ring.split().unwrap();
        let clones = [(); 5].map(|()| producer.clone());
        drop(producer);
        assert!(!consumer.is_closed());
        drop(clones);
        assert!(consumer.is_closed());
    }

    #[test]
    fn debug_shows_length_and_capacity() {
        let ring = Ring::<u8, 4>::new();
        let (producer, _consumer) = ring.split().unwrap();
        producer.try_send(1).unwrap();
        assert_eq!(format!("{producer:?}"), "Producer { len: 1, capacity: 4 }");
        assert!(!producer.is_empty());
    }

    #[cfg(feature = "std")]
    #[test]
    fn waiting_for_room_ends_in_time_with_the_value() {
        use crate::mpsc::SendTimeoutError;
        use core::time::Duration;
        let ring = Ring::<u8, 1>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        let a_while = Duration::from_millis(20);
        assert_eq!(producer.send_timeout(1, Duration::ZERO), Ok(0));
        let start = std::time::Instant::now();
        assert_eq!(producer.send_timeout(2, a_while), Err(SendTimeoutError::Timeout(2)));
        assert!(start.elapsed() >= a_while);
        assert!(crate::wait::Event::waiters(producer.queue()).is_empty(), "it has left");
        assert_eq!((consumer.try_recv(), producer.send_timeout(3, a_while)), (Ok(1), Ok(1)));
        consumer.close();
        assert_eq!(producer.send_timeout(4, a_while), Err(SendTimeoutError::Closed(4)));
        assert_eq!(producer.send(5).map_err(|error| error.into_inner()), Err(5));
    }
}
