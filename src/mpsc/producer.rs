//! The producers' handle.

use super::backing::Backing;
use super::queue::{Queue, Refusal};
use super::{SendManyError, TrySendError};
use core::fmt;

/// A handle that pushes. Clone it for more producers; it may also be shared by reference.
///
/// When the last one is dropped, the queue is closed: the consumer receives what is in it, and then
/// learns that no more will come.
///
/// # Guarantees
///
/// *Progress*: `try_send` and `send_many` are lock-free, and never wait for the consumer. They run its waker.
///
/// *Exactness*: `Full` and `Closed` were true at a moment of the call. [`len`](Self::len) is an estimate. See
/// [`guide::verdicts`](crate::guide::verdicts).
///
/// *Order*: there is one order of all pushes; a producer's pushes are in it in the order in which
/// it made them, and the consumer receives in that order.
///
/// *Ordering*: what a thread did before a push happens before the return of the call that receives
/// the value. What was done before a close happens before the return of each call that says `Closed`.
///
/// *Acceptance*: a push that returned `Ok` is received, or dropped with the queue, exactly once; one
/// that returned an error is neither, and has its value in the error.
///
/// *Fairness*: producers that wait are woken in the order in which they began to. One that comes at the right
/// moment may still be faster, any number of times; see the [module](super).
pub struct Producer<Q: Backing> {
    queue: Q,
}

impl<Q: Backing> Producer<Q> {
    /// The first handle of a queue, which has counted it already.
    pub(super) fn first(queue: Q) -> Self {
        Self { queue }
    }

    pub(super) fn queue(&self) -> &Queue<Q::Item, Q::Slots> {
        self.queue.queue()
    }

    /// Pushes `value`, if there is room.
    ///
    /// # Errors
    ///
    /// Both have the value: [`TrySendError::Full`], if the queue has no room,
    /// [`TrySendError::Closed`], if it is closed or the consumer gone.
    ///
    /// ```
    /// # use latchfree::mpsc::{Ring, TrySendError};
    /// let ring = Ring::<u32, 1>::new();
    /// let (producer, consumer) = ring.split()?;
    /// assert_eq!(producer.try_send(1), Ok(()));
    /// assert_eq!(producer.try_send(2), Err(TrySendError::Full(2)));
    /// drop(consumer);
    /// assert_eq!(producer.try_send(3), Err(TrySendError::Closed(3)));
    /// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
    /// ```
    #[inline]
    pub fn try_send(&self, value: Q::Item) -> Result<(), TrySendError<Q::Item>> {
        match self.queue().claim(1) {
            Ok(mut claim) => {
                // SAFETY: one place was claimed, and none published.
                unsafe { claim.publish(value) };
                Ok(())
            }
            Err(Refusal::Full) => Err(TrySendError::Full(value)),
            Err(Refusal::Closed) => Err(TrySendError::Closed(value)),
        }
    }

    /// Pushes as many of `items` as there is room for. Returns how many. Never blocks.
    ///
    /// If there is room for all of them, they follow each other in the queue. If not, those that there is
    /// room for do; and when room comes during the call, the next ones may follow behind values of others.
    ///
    /// The iterator is advanced while the places are claimed, and those behind wait for it: give it
    /// values that are ready (`vec.drain(..)`, an array), not ones that it must wait for. If it ends
    /// early or panics, the places left are given up, and the consumer passes over them.
    ///
    /// # Errors
    ///
    /// [`SendManyError`] has the rest of the iterator, if not all fitted in or the queue is closed. Full it was
    /// at a moment after the last value that was pushed.
    ///
    /// ```
    /// # use latchfree::mpsc::Ring;
    /// let ring = Ring::<u32, 4>::new();
    /// let (producer, _consumer) = ring.split()?;
    /// let error = producer.send_many([1, 2, 3, 4, 5, 6]).unwrap_err();
    /// assert!(!error.is_closed);
    /// assert_eq!(error.sent, 4);
    /// assert!(error.rest.eq([5, 6]));
    /// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
    /// ```
    pub fn send_many<I>(&self, items: I) -> Result<usize, SendManyError<I::IntoIter>>
    where
        I: IntoIterator<Item = Q::Item, IntoIter: ExactSizeIterator>,
    {
        let mut items = items.into_iter();
        let (mut sent, mut left) = (0, items.len());
        while left > 0 {
            let mut claim = match self.queue().claim(left) {
                Ok(claim) => claim,
                Err(refusal) => {
                    let is_closed = refusal == Refusal::Closed;
                    return Err(SendManyError { rest: items, sent, is_closed });
                }
            };
            let slots = claim.left();
            for item in items.by_ref().take(slots) {
                // SAFETY: `take` lets no more through than slots were claimed.
                unsafe { claim.publish(item) };
            }
            let unused = claim.left();
            drop(claim); // gives up what a lying iterator left, and wakes the consumer
            sent += slots - unused;
            left = if unused == 0 { left - slots } else { 0 };
        }
        Ok(sent)
    }

    /// Returns how many slots are taken. An estimate: the slots claimed at one moment of the call less those
    /// freed at another, and no more than the capacity.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue().len()
    }

    /// Whether no slot is taken. An estimate, as [`len`](Self::len).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values the queue holds at the most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.queue().capacity()
    }

    /// Whether the consumer is gone or has closed the queue. If so, all pushes will fail. What was done before
    /// the close happens before a `true`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.queue().is_closed()
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{Backing, Producer};
    use crate::mpsc::{SendError, TrySendError};
    use crate::sys::Backoff;
    use crate::wait::thread::{self, Deadline};
    use core::pin::pin;
    use core::time::Duration;

    impl<Q: Backing> Producer<Q> {
        /// Pushes `value`, sleeping while the queue is full.
        ///
        /// Of several waiting producers, those that came first are woken first; a push that comes
        /// at the right moment may still get in before them.
        ///
        /// # Errors
        ///
        /// [`SendError`] has the value, if the queue is closed or the consumer gone, before or
        /// during the wait.
        pub fn send(&self, value: Q::Item) -> Result<(), SendError<Q::Item>> {
            self.send_until(value, Deadline::NEVER).map_err(|error| SendError(error.into_inner()))
        }

        /// [`send`](Self::send), for `timeout` at the longest.
        ///
        /// # Errors
        ///
        /// Both have the value: [`TrySendError::Full`], if there was no room in that time,
        /// [`TrySendError::Closed`], if the queue is closed or the consumer gone.
        pub fn send_timeout(
            &self,
            value: Q::Item,
            timeout: Duration,
        ) -> Result<(), TrySendError<Q::Item>> {
            self.send_until(value, Deadline::after(timeout))
        }

        fn send_until(
            &self,
            mut value: Q::Item,
            deadline: Deadline,
        ) -> Result<(), TrySendError<Q::Item>> {
            let backoff = Backoff::new();
            while !backoff.is_completed() {
                match self.try_send(value) {
                    Err(TrySendError::Full(back)) => value = back,
                    done => return done,
                }
                backoff.snooze();
            }
            self.send_sleeping(value, deadline)
        }

        #[cold]
        fn send_sleeping(
            &self,
            value: Q::Item,
            deadline: Deadline,
        ) -> Result<(), TrySendError<Q::Item>> {
            let mut sending = pin!(self.send_async(value));
            match thread::block_on(sending.as_mut(), deadline) {
                Some(result) => result.map_err(|error| TrySendError::Closed(error.into_inner())),
                None => match sending.take() {
                    Some(value) => Err(TrySendError::Full(value)),
                    None => Ok(()),
                },
            }
        }
    }
}

impl<Q: Backing> Clone for Producer<Q> {
    /// # Panics
    ///
    /// If there are more than `usize::MAX / 2` handles, most of them forgotten.
    fn clone(&self) -> Self {
        self.queue().add_producer();
        Self { queue: self.queue.clone() }
    }
}

impl<Q: Backing> Drop for Producer<Q> {
    fn drop(&mut self) {
        self.queue().remove_producer();
    }
}

impl<Q: Backing> fmt::Debug for Producer<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, capacity) = (self.len(), self.capacity());
        f.debug_struct("Producer").field("len", &len).field("capacity", &capacity).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::mpsc::{Ring, TryRecvError, TrySendError};
    use std::format;

    #[test]
    fn many_go_in_together_as_far_as_there_is_room() {
        let ring = Ring::<usize, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        assert!(matches!(producer.send_many([]), Ok(0)));
        assert!(matches!(producer.send_many([0, 1, 2]), Ok(3)));
        let error = producer.send_many([3, 4, 5]).unwrap_err();
        assert_eq!((error.sent, error.is_closed), (1, false));
        assert!(error.rest.eq([4, 5]));
        let error = producer.send_many([9]).unwrap_err();
        assert_eq!((error.sent, error.is_closed), (0, false));
        let mut next = 0..;
        assert_eq!(consumer.drain(9, |value| assert_eq!(Some(value), next.next())), 4);
    }

    /// As many as fit in, of more than anything holds: room is looked for anew each time.
    #[test]
    fn as_many_as_there_are_numbers() {
        let ring = Ring::<usize, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        let mut rest = 0..usize::MAX;
        for _ in 0..3 {
            let error = producer.send_many(rest).unwrap_err();
            assert_eq!((error.sent, consumer.drain(9, drop)), (4, 4));
            rest = error.rest;
        }
        assert_eq!(rest.start, 12);
    }

    #[test]
    fn a_closed_queue_takes_nothing() {
        let ring = Ring::<u8, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        consumer.close();
        assert!(producer.is_closed());
        assert_eq!(producer.try_send(1), Err(TrySendError::Closed(1)));
        let error = producer.send_many([1, 2]).unwrap_err();
        assert_eq!((error.sent, error.is_closed, error.rest.len()), (0, true, 2));
        assert!(matches!(producer.send_many([]), Ok(0)));
        assert_eq!(consumer.try_recv(), Err(TryRecvError::Closed));
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
    fn shows_how_full_it_is() {
        let ring = Ring::<u8, 4>::new();
        let (producer, _consumer) = ring.split().unwrap();
        producer.try_send(1).unwrap();
        assert_eq!(format!("{producer:?}"), "Producer { len: 1, capacity: 4 }");
        assert!(!producer.is_empty());
    }

    #[cfg(feature = "std")]
    #[test]
    fn waiting_for_room_ends_in_time_with_the_value() {
        use core::time::Duration;
        let ring = Ring::<u8, 1>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        let a_while = Duration::from_millis(20);
        assert_eq!(producer.send_timeout(1, Duration::ZERO), Ok(()));
        let start = std::time::Instant::now();
        assert_eq!(producer.send_timeout(2, a_while), Err(TrySendError::Full(2)));
        assert!(start.elapsed() >= a_while);
        assert!(crate::wait::Condition::waiters(producer.queue()).is_empty(), "it has left");
        assert_eq!((consumer.try_recv(), producer.send_timeout(3, a_while)), (Ok(1), Ok(())));
        consumer.close();
        assert_eq!(producer.send_timeout(4, a_while), Err(TrySendError::Closed(4)));
        assert_eq!(producer.send(5).map_err(|error| error.into_inner()), Err(5));
    }
}
