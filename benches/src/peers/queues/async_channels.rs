//! Channels of asynchronous programs. What they cannot do by a blocking call is done by a future.

use super::{Batching, Peer, Value, Waiting, empty};
use futures_executor::block_on;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Tokio's channel.
pub struct TokioMpsc;

impl<T: Value> Peer<T> for TokioMpsc {
    const NAME: &'static str = "tokio mpsc";
    type Producer = tokio::sync::mpsc::Sender<T>;
    type Consumer = tokio::sync::mpsc::Receiver<T>;

    fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
        let (sender, receiver) = tokio::sync::mpsc::channel(capacity);
        (vec![sender; producers], receiver)
    }
    #[inline]
    fn try_send(producer: &mut Self::Producer, value: T) -> bool {
        producer.try_send(value).is_ok()
    }
    #[inline]
    fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
        consumer.try_recv().ok()
    }
}

impl<T: Value> Waiting<T> for TokioMpsc {
    #[inline]
    fn send(producer: &mut Self::Producer, value: T) {
        assert!(producer.blocking_send(value).is_ok(), "the consumer is there");
    }
    #[inline]
    fn recv(consumer: &mut Self::Consumer) -> T {
        consumer.blocking_recv().expect("a producer is there")
    }
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
        // Without this, what is sent next would wake a waker that does nothing.
        if consumer.is_empty() {
            return 0;
        }
        let mut context = Context::from_waker(Waker::noop());
        match consumer.poll_recv_many(&mut context, scratch, most) {
            Poll::Ready(_) => empty(scratch, each),
            Poll::Pending => 0,
        }
    }
}

/// Rapidfire's channel for one consumer.
pub struct Rapidfire;

impl<T: Value> Peer<T> for Rapidfire {
    const NAME: &'static str = "rapidfire mpsc";
    type Producer = rapidfire::Sender<T>;
    type Consumer = rapidfire::mpsc::Receiver<T>;

    fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
        let (sender, receiver) = rapidfire::mpsc::bounded(capacity);
        (vec![sender; producers], receiver)
    }
    #[inline]
    fn try_send(producer: &mut Self::Producer, value: T) -> bool {
        producer.try_send(value).is_ok()
    }
    #[inline]
    fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
        consumer.try_recv().ok()
    }
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
        // Without this, what is sent next would wake a waker that does nothing.
        if consumer.is_empty() {
            return 0;
        }
        let mut context = Context::from_waker(Waker::noop());
        let received = pin!(consumer.recv_many(scratch, most)).poll(&mut context);
        match received {
            Poll::Ready(_) => empty(scratch, each),
            Poll::Pending => 0,
        }
    }
}
