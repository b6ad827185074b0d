//! Sending and receiving as a task, for any executor, without `std`.
//!
//! Receiving is [`Consumer::poll_recv`] under another name. A sender that finds no room enters the
//! queue of waiters with its waker, and checks again. Whenever it is polled, it tries again. When it is cancelled,
//! it leaves the queue, and hands on a grant that it has received.

use super::storage::{Bounded, Room, Storage};
use super::{Consumer, Producer, RecvError, SendError, TrySendError};
use crate::wait::{Wait, Want};
use core::cell::Cell;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<S: Storage> Consumer<S> {
    /// Receives the next value as soon as there is one: a future, for any executor, without `std`.
    ///
    /// Dropped before it is ready, it has received nothing.
    ///
    /// # Errors
    ///
    /// [`RecvError`], if the queue is closed, or all producers are gone, and all was received.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::{Consumer, Ring};
    /// async fn commit(mut records: Consumer<&Ring<u64, 64>>) {
    ///     while let Ok(record) = records.recv_async().await {
    ///         // ... write it, and drain what else is there
    ///         # let _ = record;
    ///     }
    /// }
    /// ```
    pub fn recv_async(&mut self) -> RecvFuture<'_, S> {
        RecvFuture { consumer: self }
    }
}

impl<S: Bounded> Producer<S> {
    /// Sends `value` as soon as there is room, and returns its position: a future, for any executor, without `std`.
    ///
    /// Dropped before it is ready, it has sent nothing, and the value is dropped with it.
    ///
    /// A future that was woken and is not polled keeps one slot from the other waiters (not from a `try_send`).
    /// Hold such futures only where they are polled: in a `select!`, an arm that awaits something else keeps them
    /// all from being polled. A future that is forgotten while it waits keeps one slot indefinitely (see [`guide::stopped`](crate::guide::stopped)).
    ///
    /// Without `std`, all that wait for room in one queue must be polled and dropped at one priority, unless the
    /// feature `critical-section` is on.
    ///
    /// # Errors
    ///
    /// [`SendError`] has the value, if the queue is closed or the consumer gone.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::{Producer, Ring, SendError};
    /// async fn append(log: &Producer<&Ring<u64, 64>>) -> Result<(), SendError<u64>> {
    ///     let position = log.send_async(7).await?;
    ///     // ... wait until the log is durable up to behind `position`
    ///     # let _ = position;
    ///     Ok(())
    /// }
    /// ```
    pub fn send_async(&self, value: S::Value) -> SendFuture<'_, S> {
        let wait = Wait::new(self.room(), Want::in_turn(1));
        SendFuture { producer: self, value: Cell::new(Some(value)), wait }
    }

    /// Waits until there is room, without claiming a slot: for code that makes its value only then, and
    /// sends it by [`try_send`](Self::try_send), which fails if another producer was faster.
    ///
    /// Ready at once if the queue is closed: then `try_send` says so. Because no slot is claimed, waiters of this
    /// kind are woken one after the other for as long as there is room: all of them, if none uses it.
    ///
    /// A future that was woken and is not polled keeps one slot from the other waiters (see
    /// [`guide::stopped`](crate::guide::stopped)).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::{Producer, Ring};
    /// async fn append(log: &Producer<&Ring<u64, 64>>) {
    ///     log.ready_async().await;
    ///     let _ = log.try_send(make_record()); // full again if another producer was faster
    /// }
    /// # fn make_record() -> u64 { 7 }
    /// ```
    #[doc(alias("poll_ready", "reserve"))]
    pub fn ready_async(&self) -> ReadyFuture<'_, S> {
        ReadyFuture { producer: self, wait: Wait::new(self.room(), Want::in_turn(1)) }
    }
}

/// The future of [`Consumer::recv_async`]. Dropped before it is ready, it has received nothing.
#[must_use = "futures do nothing unless they are polled"]
pub struct RecvFuture<'a, S: Storage> {
    consumer: &'a mut Consumer<S>,
}

impl<S: Storage> Future for RecvFuture<'_, S> {
    type Output = Result<S::Value, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.consumer.poll_recv(cx)
    }
}

/// Takes the waker out of the queue: there it would keep the task alive, and wake it needlessly.
impl<S: Storage> Drop for RecvFuture<'_, S> {
    fn drop(&mut self) {
        self.consumer.cancel_park();
    }
}

/// The future of [`Producer::send_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct SendFuture<'a, S: Bounded> {
    producer: &'a Producer<S>,
    value: Cell<Option<S::Value>>,
    wait: Wait<'a, S::Room>,
}

impl<S: Bounded> SendFuture<'_, S> {
    /// Tries to send. `None` if there is no room.
    fn attempt(&self) -> Option<Result<u64, SendError<S::Value>>> {
        let value = self.value.take().expect("polled after it was ready");
        match self.producer.try_send(value) {
            Ok(position) => Some(Ok(position)),
            Err(TrySendError::Closed(value)) => Some(Err(SendError(value))),
            Err(TrySendError::Full(value)) => {
                self.value.set(Some(value));
                None
            }
        }
    }

    /// Takes the value, if it was not sent.
    #[cfg(feature = "std")]
    pub(super) fn take(&self) -> Option<S::Value> {
        self.value.take()
    }
}

impl<S: Bounded> Future for SendFuture<'_, S> {
    type Output = Result<u64, SendError<S::Value>>;

    /// # Panics
    ///
    /// If it is polled after it was ready.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.into_ref();
        // SAFETY: `wait` is pinned with the future: nothing moves it out.
        let wait = unsafe { this.map_unchecked(|future| &future.wait) };
        wait.poll(cx, || this.attempt())
    }
}

/// The future of [`Producer::ready_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct ReadyFuture<'a, S: Bounded> {
    producer: &'a Producer<S>,
    wait: Wait<'a, S::Room>,
}

impl<S: Bounded> Future for ReadyFuture<'_, S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.into_ref();
        // SAFETY: `wait` is pinned with the future: nothing moves it out.
        let wait = unsafe { this.map_unchecked(|future| &future.wait) };
        wait.poll(cx, || (!this.producer.room().is_full()).then_some(()))
    }
}

impl<S: Storage> fmt::Debug for RecvFuture<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvFuture").field("consumer", &self.consumer).finish()
    }
}

impl<S: Bounded> fmt::Debug for SendFuture<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendFuture").field("producer", &self.producer).finish()
    }
}

impl<S: Bounded> fmt::Debug for ReadyFuture<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadyFuture").field("producer", &self.producer).finish()
    }
}

/// The values, until the queue is closed, or all producers are gone, and all was received.
#[cfg(feature = "stream")]
impl<S: Storage> futures_core::Stream for Consumer<S> {
    type Item = S::Value;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Value>> {
        self.poll_recv(cx).map(Result::ok)
    }
}

#[cfg(all(test, feature = "stream"))]
mod tests {
    use crate::mpsc::Ring;
    use core::pin::Pin;
    use core::task::{Context, Poll, Waker};
    use futures_core::Stream;

    #[test]
    fn stream_yields_values_and_ends_with_the_queue() {
        let ring = Ring::<u32, 4>::new();
        let (producer, mut consumer) = ring.split().unwrap();
        let mut next =
            || Pin::new(&mut consumer).poll_next(&mut Context::from_waker(Waker::noop()));
        assert_eq!(next(), Poll::Pending);
        producer.try_send_many([1, 2]).unwrap();
        assert_eq!(
            (next(), next(), next()),
            (Poll::Ready(Some(1)), Poll::Ready(Some(2)), Poll::Pending)
        );
        producer.try_send(3).unwrap();
        drop(producer);
        assert_eq!((next(), next()), (Poll::Ready(Some(3)), Poll::Ready(None)));
    }
}
