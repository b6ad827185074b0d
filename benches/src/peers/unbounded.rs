//! Unbounded queues, used by many producers and one consumer. They are driven as the bounded ones are; a send never
//! fails.

use super::queues::{Peer, Value, Waiting};
use std::sync::Arc;

/// Writes an adapter whose methods are one expression each. Without `send` and `recv` the queue does not wait.
macro_rules! unbounded {
    ($(#[$doc:meta])* $peer:ident, $name:literal, $producer:ty, $consumer:ty, new $new:expr,
     send $send:expr, try_recv $try_recv:expr $(, recv $recv:expr)? $(,)?) => {
        $(#[$doc])*
        pub struct $peer;

        impl<T: Value> Peer<T> for $peer {
            const NAME: &'static str = $name;
            type Producer = $producer;
            type Consumer = $consumer;

            fn new(_: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
                let new: fn() -> ($producer, $consumer) = $new;
                let (producer, consumer) = new();
                (vec![producer; producers], consumer)
            }
            #[inline]
            fn try_send(producer: &mut Self::Producer, value: T) -> bool {
                let send: fn(&$producer, T) -> bool = $send;
                send(producer, value)
            }
            #[inline]
            fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
                let try_recv: fn(&mut $consumer) -> Option<T> = $try_recv;
                try_recv(consumer)
            }
        }

        $(impl<T: Value> Waiting<T> for $peer {
            #[inline]
            fn send(producer: &mut Self::Producer, value: T) {
                assert!(<Self as Peer<T>>::try_send(producer, value), "it is open");
            }
            #[inline]
            fn recv(consumer: &mut Self::Consumer) -> T {
                let recv: fn(&mut $consumer) -> Option<T> = $recv;
                recv(consumer).expect("a producer is there")
            }
        })?
    };
}

unbounded! {
    /// Ours.
    Latchfree, "latchfree mpsc::unbounded",
    latchfree::mpsc::UnboundedSender<T>, latchfree::mpsc::UnboundedReceiver<T>,
    new latchfree::mpsc::unbounded,
    send |sender, value| sender.send(value).is_ok(),
    try_recv |receiver| receiver.try_recv().ok(), recv |receiver| receiver.recv().ok(),
}
unbounded! {
    /// std's channel.
    StdChannel, "std channel", std::sync::mpsc::Sender<T>, std::sync::mpsc::Receiver<T>,
    new std::sync::mpsc::channel,
    send |sender, value| sender.send(value).is_ok(),
    try_recv |receiver| receiver.try_recv().ok(), recv |receiver| receiver.recv().ok(),
}
unbounded! {
    /// Crossbeam's channel.
    CrossbeamChannel, "crossbeam-channel", crossbeam_channel::Sender<T>, crossbeam_channel::Receiver<T>,
    new crossbeam_channel::unbounded,
    send |sender, value| sender.send(value).is_ok(),
    try_recv |receiver| receiver.try_recv().ok(), recv |receiver| receiver.recv().ok(),
}
unbounded! {
    /// Crossbeam's queue.
    SegQueue, "crossbeam SegQueue", Arc<crossbeam_queue::SegQueue<T>>, Arc<crossbeam_queue::SegQueue<T>>,
    new || {
        let queue = Arc::new(crossbeam_queue::SegQueue::new());
        (Arc::clone(&queue), queue)
    },
    send |queue, value| { queue.push(value); true },
    try_recv |queue| queue.pop(),
}
unbounded! {
    /// The queue under async-channel.
    ConcurrentQueue, "concurrent-queue",
    Arc<concurrent_queue::ConcurrentQueue<T>>, Arc<concurrent_queue::ConcurrentQueue<T>>,
    new || {
        let queue = Arc::new(concurrent_queue::ConcurrentQueue::unbounded());
        (Arc::clone(&queue), queue)
    },
    send |queue, value| queue.push(value).is_ok(),
    try_recv |queue| queue.pop().ok(),
}
unbounded! {
    /// Tokio's channel.
    TokioMpsc, "tokio mpsc", tokio::sync::mpsc::UnboundedSender<T>, tokio::sync::mpsc::UnboundedReceiver<T>,
    new tokio::sync::mpsc::unbounded_channel,
    send |sender, value| sender.send(value).is_ok(),
    try_recv |receiver| receiver.try_recv().ok(), recv |receiver| receiver.blocking_recv(),
}

/// Rapidfire's channel for one consumer.
pub struct Rapidfire;

impl<T: Value> Peer<T> for Rapidfire {
    const NAME: &'static str = "rapidfire mpsc";
    type Producer = rapidfire::Sender<T>;
    type Consumer = rapidfire::mpsc::Receiver<T>;

    fn new(_: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
        let (sender, receiver) = rapidfire::mpsc::unbounded();
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

/// What waits is a future, so there is one `block_on` a thread that receives.
impl<T: Value> Waiting<T> for Rapidfire {
    #[inline]
    fn send(producer: &mut Self::Producer, value: T) {
        assert!(producer.try_send(value).is_ok(), "it is open");
    }
    fn recv(consumer: &mut Self::Consumer) -> T {
        futures_executor::block_on(consumer.recv()).expect("a producer is there")
    }
    fn recv_all(consumer: &mut Self::Consumer, count: u64, mut each: impl FnMut(T)) {
        futures_executor::block_on(async {
            for _ in 0..count {
                each(consumer.recv().await.expect("a producer is there"));
            }
        });
    }
}
