//! Queues that do not wait.

use super::{Peer, Value};
use std::sync::Arc;

/// Writes an adapter of a queue whose two sides are one thing.
macro_rules! ring {
    ($(#[$doc:meta])* $peer:ident, $name:literal, $queue:ty,
     new $new:expr, try_send $try_send:expr, try_recv $try_recv:expr $(,)?) => {
        $(#[$doc])*
        pub struct $peer;

        impl<T: Value> Peer<T> for $peer {
            const NAME: &'static str = $name;
            type Producer = Arc<$queue>;
            type Consumer = Arc<$queue>;

            fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
                let new: fn(usize) -> $queue = $new;
                let queue = Arc::new(new(capacity));
                (vec![Arc::clone(&queue); producers], queue)
            }
            #[inline]
            fn try_send(producer: &mut Self::Producer, value: T) -> bool {
                let try_send: fn(&$queue, T) -> bool = $try_send;
                try_send(producer, value)
            }
            #[inline]
            fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
                let try_recv: fn(&$queue) -> Option<T> = $try_recv;
                try_recv(consumer)
            }
        }
    };
}

ring! {
    /// Crossbeam's queue.
    ArrayQueue, "crossbeam ArrayQueue", crossbeam_queue::ArrayQueue<T>,
    new crossbeam_queue::ArrayQueue::new,
    try_send |queue, value| queue.push(value).is_ok(), try_recv |queue| queue.pop(),
}
ring! {
    /// The queue under async-channel.
    ConcurrentQueue, "concurrent-queue", concurrent_queue::ConcurrentQueue<T>,
    new concurrent_queue::ConcurrentQueue::bounded,
    try_send |queue, value| queue.push(value).is_ok(), try_recv |queue| queue.pop().ok(),
}
ring! {
    /// The queue under thingbuf's channel.
    ThingBuf, "thingbuf ThingBuf", thingbuf::ThingBuf<T>,
    new thingbuf::ThingBuf::new,
    try_send |queue, value| queue.push(value).is_ok(), try_recv |queue| queue.pop(),
}

/// The queue of nexus for one consumer.
pub struct NexusQueue;

impl<T: Value> Peer<T> for NexusQueue {
    const NAME: &'static str = "nexus-queue mpsc";
    type Producer = nexus_queue::mpsc::Producer<T>;
    type Consumer = nexus_queue::mpsc::Consumer<T>;

    fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
        let (producer, consumer) = nexus_queue::mpsc::ring_buffer(capacity);
        (vec![producer; producers], consumer)
    }
    #[inline]
    fn try_send(producer: &mut Self::Producer, value: T) -> bool {
        producer.push(value).is_ok()
    }
    #[inline]
    fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
        consumer.pop()
    }
}
