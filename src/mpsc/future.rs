//! Sending and receiving as a task, for any executor, without `std`.
//!
//! Receiving is [`Consumer::poll_recv`] under another name. A sender that finds no room enters the
//! list of those who wait, looks again, and leaves its waker there. Woken, or for any other reason,
//! it tries again. Cancelled, it leaves the list, and hands on a wake-up that had come for it.

use super::backing::Backing;
use super::queue::{FOR_ROOM, Queue};
use super::{Consumer, Producer, RecvError, SendError, TrySendError};
use crate::wait::{Waiter, Wish};
use core::cell::Cell;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<Q: Backing> Consumer<Q> {
    /// Receives the next value as soon as there is one: a future, for any executor, without `std`.
    ///
    /// # Errors
    ///
    /// [`RecvError`], if the queue is closed, or all producers are gone, and all was received.
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
    pub fn recv_async(&mut self) -> RecvFuture<'_, Q> {
        RecvFuture { consumer: self }
    }
}

impl<Q: Backing> Producer<Q> {
    /// Pushes `value` as soon as there is room: a future, for any executor, without `std`.
    ///
    /// Dropped before it is done, it has pushed nothing, and the value goes with it.
    ///
    /// # Errors
    ///
    /// [`SendError`] has the value, if the queue is closed or the consumer gone.
    pub fn send_async(&self, value: Q::Item) -> SendFuture<'_, Q> {
        SendFuture { value: Cell::new(Some(value)), waiting: Waiting::new(self) }
    }

    /// Waits until there is room, and takes none: for code that makes its value only then, and
    /// pushes it by [`try_send`](Self::try_send), which may find that another was faster.
    ///
    /// Ready at once if the queue is closed: then `try_send` says so.
    #[doc(alias("poll_ready", "reserve"))]
    pub fn ready(&self) -> ReadyFuture<'_, Q> {
        ReadyFuture { waiting: Waiting::new(self) }
    }
}

/// The future of [`Consumer::recv_async`]. Dropped before it is done, it has taken nothing.
#[must_use = "futures do nothing unless they are polled"]
pub struct RecvFuture<'a, Q: Backing> {
    consumer: &'a mut Consumer<Q>,
}

impl<Q: Backing> Future for RecvFuture<'_, Q> {
    type Output = Result<Q::Item, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.consumer.poll_recv(cx)
    }
}

/// Takes the waker back out of the queue: it would keep the task alive, and wake it for nothing.
impl<Q: Backing> Drop for RecvFuture<'_, Q> {
    fn drop(&mut self) {
        self.consumer.recall();
    }
}

/// A sender's place in the list of those who wait for room.
struct Waiting<'a, Q: Backing> {
    producer: &'a Producer<Q>,
    /// Whether it has entered the list.
    entered: Cell<bool>,
    waiter: Waiter<'a, Queue<Q::Item, Q::Slots>>,
}

impl<'a, Q: Backing> Waiting<'a, Q> {
    fn new(producer: &'a Producer<Q>) -> Self {
        let waiter = Waiter::new(producer.queue());
        Self { producer, entered: Cell::new(false), waiter }
    }

    /// Ready with what `attempt` gives, now, or having entered the list.
    fn poll<R>(
        self: Pin<&Self>,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut() -> Option<R>,
    ) -> Poll<R> {
        let mut result = attempt();
        if result.is_none() {
            // SAFETY: `waiter` is pinned with `self`: nothing moves it out.
            let waiter = unsafe { self.map_unchecked(|waiting| &waiting.waiter) };
            self.entered.set(true);
            waiter.enqueue(Wish::position(FOR_ROOM), cx.waker().clone());
            result = attempt();
        }
        let Some(result) = result else { return Poll::Pending };
        if self.entered.take() {
            self.waiter.leave();
            self.producer.queue().pass_on();
        }
        Poll::Ready(result)
    }
}

impl<Q: Backing> Drop for Waiting<'_, Q> {
    fn drop(&mut self) {
        if self.entered.get() && self.waiter.leave() {
            self.producer.queue().pass_on(); // the wake-up that we do not use was for somebody
        }
    }
}

/// The future of [`Producer::send_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct SendFuture<'a, Q: Backing> {
    value: Cell<Option<Q::Item>>,
    waiting: Waiting<'a, Q>,
}

impl<Q: Backing> SendFuture<'_, Q> {
    /// Tries to push. `None` if there is no room.
    fn attempt(&self) -> Option<Result<(), SendError<Q::Item>>> {
        let value = self.value.take().expect("polled after it was ready");
        match self.waiting.producer.try_send(value) {
            Ok(()) => Some(Ok(())),
            Err(TrySendError::Closed(value)) => Some(Err(SendError(value))),
            Err(TrySendError::Full(value)) => {
                self.value.set(Some(value));
                None
            }
        }
    }

    /// The value, if it was not pushed.
    #[cfg(feature = "std")]
    pub(super) fn take(&self) -> Option<Q::Item> {
        self.value.take()
    }
}

impl<Q: Backing> Future for SendFuture<'_, Q> {
    type Output = Result<(), SendError<Q::Item>>;

    /// # Panics
    ///
    /// If it is polled after it was ready.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.into_ref();
        // SAFETY: `waiting` is pinned with the future: nothing moves it out.
        let waiting = unsafe { this.map_unchecked(|future| &future.waiting) };
        waiting.poll(cx, || this.attempt())
    }
}

/// The future of [`Producer::ready`].
#[must_use = "futures do nothing unless they are polled"]
pub struct ReadyFuture<'a, Q: Backing> {
    waiting: Waiting<'a, Q>,
}

impl<Q: Backing> Future for ReadyFuture<'_, Q> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.into_ref();
        // SAFETY: `waiting` is pinned with the future: nothing moves it out.
        let waiting = unsafe { this.map_unchecked(|future| &future.waiting) };
        let producer = this.waiting.producer;
        waiting.poll(cx, || (!producer.queue().is_full() || producer.is_closed()).then_some(()))
    }
}

impl<Q: Backing> fmt::Debug for RecvFuture<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvFuture").field("consumer", &self.consumer).finish()
    }
}

impl<Q: Backing> fmt::Debug for SendFuture<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendFuture").field("producer", &self.waiting.producer).finish()
    }
}

impl<Q: Backing> fmt::Debug for ReadyFuture<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadyFuture").field("producer", &self.waiting.producer).finish()
    }
}

/// The values, until the queue is closed, or all producers are gone, and all was received.
#[cfg(feature = "stream")]
impl<Q: Backing + Unpin> futures_core::Stream for Consumer<Q> {
    type Item = Q::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Q::Item>> {
        self.poll_recv(cx).map(Result::ok)
    }
}
