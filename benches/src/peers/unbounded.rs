//! Unbounded queues, used by many producers and one consumer. They are driven as the bounded ones are; a send never
//! fails.

use super::queues::channel::channel;
use super::queues::{Peer, Value, Waiting};
use std::sync::Arc;

channel! {
    /// Ours.
    Latchfree, "latchfree mpsc::unbounded",
    latchfree::mpsc::UnboundedSender<T>, latchfree::mpsc::UnboundedReceiver<T>,
    new |_| latchfree::mpsc::unbounded(),
    try_send |sender, value| sender.send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}
channel! {
    /// std's channel.
    StdChannel, "std channel", std::sync::mpsc::Sender<T>, std::sync::mpsc::Receiver<T>,
    new |_| std::sync::mpsc::channel(),
    try_send |sender, value| sender.send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}
channel! {
    /// Crossbeam's channel.
    CrossbeamChannel, "crossbeam-channel", crossbeam_channel::Sender<T>, crossbeam_channel::Receiver<T>,
    new |_| crossbeam_channel::unbounded(),
    try_send |sender, value| sender.send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.recv().ok(),
}
channel! {
    /// Crossbeam's queue.
    SegQueue, "crossbeam SegQueue", Arc<crossbeam_queue::SegQueue<T>>, Arc<crossbeam_queue::SegQueue<T>>,
    new |_| {
        let queue = Arc::new(crossbeam_queue::SegQueue::new());
        (Arc::clone(&queue), queue)
    },
    try_send |queue, value| { queue.push(value); true },
    try_recv |queue| queue.pop(),
}
channel! {
    /// The queue under async-channel.
    ConcurrentQueue, "concurrent-queue",
    Arc<concurrent_queue::ConcurrentQueue<T>>, Arc<concurrent_queue::ConcurrentQueue<T>>,
    new |_| {
        let queue = Arc::new(concurrent_queue::ConcurrentQueue::unbounded());
        (Arc::clone(&queue), queue)
    },
    try_send |queue, value| queue.push(value).is_ok(),
    try_recv |queue| queue.pop().ok(),
}
channel! {
    /// Tokio's channel.
    TokioMpsc, "tokio mpsc", tokio::sync::mpsc::UnboundedSender<T>, tokio::sync::mpsc::UnboundedReceiver<T>,
    new |_| tokio::sync::mpsc::unbounded_channel(),
    try_send |sender, value| sender.send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
    send |sender, value| sender.send(value).is_ok(), recv |receiver| receiver.blocking_recv(),
}

channel! {
    /// Rapidfire's channel for one consumer.
    Rapidfire, "rapidfire mpsc", rapidfire::Sender<T>, rapidfire::mpsc::Receiver<T>,
    new |_| rapidfire::mpsc::unbounded(),
    try_send |sender, value| sender.try_send(value).is_ok(), try_recv |receiver| receiver.try_recv().ok(),
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
