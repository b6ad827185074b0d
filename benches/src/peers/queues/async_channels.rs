//! Channels of asynchronous programs. What they cannot do by a blocking call is done by a future.

use super::channel::channel;
use super::{Batching, Peer, Value, Waiting, empty};
use futures_executor::block_on;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

channel! {
    /// Tokio's channel.
    TokioMpsc, "tokio mpsc", tokio::sync::mpsc::Sender<T>, tokio::sync::mpsc::Receiver<T>,
    new tokio::sync::mpsc::channel,
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.blocking_send(value).is_ok(), recv |receiver| receiver.blocking_recv(),
}

impl<T: Value> Batching<T> for TokioMpsc {
    #[inline]
    fn try_send_many(producer: &mut Self::Producer, values: &[T]) -> usize {
        let Ok(permits) = producer.try_reserve_many(values.len()) else { return 0 };
        permits.zip(values).for_each(|(permit, value)| permit.send(*value));
        values.len()
    }
    #[inline]
    fn try_recv_many(
        consumer: &mut Self::Consumer,
        most: usize,
        scratch: &mut Vec<T>,
        each: impl FnMut(T),
    ) -> usize {
        recv_ready(consumer.is_empty(), scratch, each, |cx, scratch| {
            consumer.poll_recv_many(cx, scratch, most)
        })
    }
}

channel! {
    /// Rapidfire's channel for one consumer.
    Rapidfire, "rapidfire mpsc", rapidfire::Sender<T>, rapidfire::mpsc::Receiver<T>,
    new rapidfire::mpsc::bounded,
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
}

/// One `block_on` a thread: that is how a program of futures runs.
impl<T: Value> Waiting<T> for Rapidfire {
    fn send(producer: &mut Self::Producer, value: T) {
        assert!(block_on(producer.send(value)).is_ok(), "the consumer is there");
    }
    fn recv(consumer: &mut Self::Consumer) -> T {
        block_on(consumer.recv()).expect("a producer is there")
    }
    fn send_all(producer: &mut Self::Producer, values: impl Iterator<Item = T>) {
        block_on(async {
            for value in values {
                assert!(producer.send(value).await.is_ok(), "the consumer is there");
            }
        });
    }
    fn recv_all(consumer: &mut Self::Consumer, count: u64, mut each: impl FnMut(T)) {
        block_on(async {
            for _ in 0..count {
                each(consumer.recv().await.expect("a producer is there"));
            }
        });
    }
}

impl<T: Value> Batching<T> for Rapidfire {
    #[inline]
    fn try_recv_many(
        consumer: &mut Self::Consumer,
        most: usize,
        scratch: &mut Vec<T>,
        each: impl FnMut(T),
    ) -> usize {
        recv_ready(consumer.is_empty(), scratch, each, |cx, scratch| {
            pin!(consumer.recv_many(scratch, most)).poll(cx)
        })
    }
}

/// Receives by `poll` what is there. An empty queue is not polled: what is sent next would wake a waker that does nothing.
#[inline]
fn recv_ready<T, O>(
    is_empty: bool,
    scratch: &mut Vec<T>,
    each: impl FnMut(T),
    poll: impl FnOnce(&mut Context<'_>, &mut Vec<T>) -> Poll<O>,
) -> usize {
    if is_empty || poll(&mut Context::from_waker(Waker::noop()), scratch).is_pending() {
        return 0;
    }
    empty(scratch, each)
}
