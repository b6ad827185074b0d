//! Bounded queues, used by many producers and one consumer.

use crate::contend::{Retry, together};
use latchfree::mpsc;
use std::sync::mpsc as std_mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How many values each holds.
pub const CAPACITY: usize = 1024;

/// A queue of numbers.
pub trait Peer {
    /// Its name in the record.
    const NAME: &'static str;
    /// The producers' side.
    type Producer: Clone + Send;
    /// The consumer's side.
    type Consumer: Send;

    /// An empty queue.
    fn new() -> (Self::Producer, Self::Consumer);
    /// Sends, if there is room.
    fn push(producer: &Self::Producer, value: u64) -> bool;
    /// Receives, if there is a value.
    fn pop(consumer: &mut Self::Consumer) -> Option<u64>;
    /// Sends, and waits for room as the peer does. Peers that cannot wait retry.
    fn push_waiting(producer: &Self::Producer, value: u64) {
        let mut retry = Retry::default();
        while !Self::push(producer, value) {
            retry.wait();
        }
    }
    /// Receives, and waits for a value as the peer does. Peers that cannot wait retry.
    fn pop_waiting(consumer: &mut Self::Consumer) -> u64 {
        let mut retry = Retry::default();
        loop {
            match Self::pop(consumer) {
                Some(value) => return value,
                None => retry.wait(),
            }
        }
    }
}

/// How the two sides of a queue are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Sends and receives that fail are repeated.
    Try,
    /// Sends and receives wait as the peer does.
    Wait,
}

/// Sends `total` values from `producers` threads to one; returns how long it took.
pub fn pass<P: Peer>(how: Use, producers: usize, total: u64) -> Duration {
    let (producer, consumer) = P::new();
    let each = total / producers as u64;
    let handles: Vec<_> = (0..producers).map(|_| Mutex::new(Some(producer.clone()))).collect();
    let consumer = Mutex::new(Some(consumer));
    drop(producer);
    together(producers + 1, |i| match handles.get(i) {
        Some(handle) => send::<P>(how, &handle.lock().unwrap().take().expect("once"), each),
        None => {
            let mut consumer = consumer.lock().unwrap().take().expect("once");
            receive::<P>(how, &mut consumer, each * producers as u64);
        }
    })
}

fn send<P: Peer>(how: Use, producer: &P::Producer, values: u64) {
    for value in 0..values {
        match how {
            Use::Wait => P::push_waiting(producer, value),
            Use::Try => {
                let mut retry = Retry::default();
                while !P::push(producer, value) {
                    retry.wait();
                }
            }
        }
    }
}

fn receive<P: Peer>(how: Use, consumer: &mut P::Consumer, values: u64) {
    let mut sum = 0u64;
    for _ in 0..values {
        sum = sum.wrapping_add(match how {
            Use::Wait => P::pop_waiting(consumer),
            Use::Try => {
                let mut retry = Retry::default();
                loop {
                    match P::pop(consumer) {
                        Some(value) => break value,
                        None => retry.wait(),
                    }
                }
            }
        });
    }
    std::hint::black_box(sum);
}

/// Sends and receives in one thread: no other thread wants the cache lines. Returns the time that it took.
pub fn alone<P: Peer>(total: u64) -> Duration {
    let (producer, mut consumer) = P::new();
    let start = std::time::Instant::now();
    for value in 0..total {
        assert!(P::push(&producer, std::hint::black_box(value)));
        std::hint::black_box(P::pop(&mut consumer));
    }
    start.elapsed()
}

/// Ours, in claims of `batch` and drains of up to 256. Returns how long it took.
pub fn pass_in_batches(producers: usize, total: u64, batch: usize) -> Duration {
    let (sender, receiver) = mpsc::bounded::<u64>(CAPACITY);
    let each = total / producers as u64;
    let senders: Vec<_> = (0..producers).map(|_| Mutex::new(Some(sender.clone()))).collect();
    let receiver = Mutex::new(Some(receiver));
    drop(sender);
    together(producers + 1, |i| match senders.get(i) {
        Some(sender) => {
            let sender = sender.lock().unwrap().take().expect("once");
            let values: Vec<u64> = (0..each).collect();
            for chunk in values.chunks(batch) {
                send_all(&sender, chunk);
            }
        }
        None => {
            let mut receiver = receiver.lock().unwrap().take().expect("once");
            let (mut sum, mut left) = (0u64, each * producers as u64);
            let mut retry = Retry::default();
            while left > 0 {
                let mut count = 0;
                receiver.drain(256).for_each(|value| {
                    sum = sum.wrapping_add(value);
                    count += 1;
                });
                match count {
                    0 => retry.wait(),
                    count => left -= count as u64,
                }
            }
            std::hint::black_box(sum);
        }
    })
}

fn send_all(sender: &mpsc::Sender<u64>, mut values: &[u64]) {
    let mut retry = Retry::default();
    while !values.is_empty() {
        match sender.try_send_many(values.iter().copied()) {
            Ok(_) => return,
            Err(error) if error.sent() == 0 => retry.wait(),
            Err(error) => values = &values[error.sent()..],
        }
    }
}

/// A channel whose methods have the names of std's.
macro_rules! channel {
    ($(#[$doc:meta])* $peer:ident, $name:literal, $new:path, $sender:ty, $receiver:ty) => {
        $(#[$doc])*
        pub struct $peer;

        impl Peer for $peer {
            const NAME: &'static str = $name;
            type Producer = $sender;
            type Consumer = $receiver;

            fn new() -> (Self::Producer, Self::Consumer) {
                $new(CAPACITY)
            }
            fn push(producer: &Self::Producer, value: u64) -> bool {
                producer.try_send(value).is_ok()
            }
            fn pop(consumer: &mut Self::Consumer) -> Option<u64> {
                consumer.try_recv().ok()
            }
            fn push_waiting(producer: &Self::Producer, value: u64) {
                producer.send(value).expect("the consumer is there");
            }
            fn pop_waiting(consumer: &mut Self::Consumer) -> u64 {
                consumer.recv().expect("a producer is there")
            }
        }
    };
}

channel! {
    /// Ours.
    Latchfree, "latchfree mpsc::bounded",
    mpsc::bounded, mpsc::Sender<u64>, mpsc::Receiver<u64>
}
channel! {
    /// Crossbeam's channel.
    CrossbeamChannel, "crossbeam-channel",
    crossbeam_channel::bounded, crossbeam_channel::Sender<u64>, crossbeam_channel::Receiver<u64>
}
channel! {
    /// std's channel.
    SyncChannel, "std sync_channel",
    std_mpsc::sync_channel, std_mpsc::SyncSender<u64>, std_mpsc::Receiver<u64>
}
channel! {
    /// A channel on a mutex.
    Flume, "flume",
    flume::bounded, flume::Sender<u64>, flume::Receiver<u64>
}

/// Crossbeam's queue, which does not wait.
pub struct ArrayQueue;

impl Peer for ArrayQueue {
    const NAME: &'static str = "crossbeam ArrayQueue";
    type Producer = Arc<crossbeam_queue::ArrayQueue<u64>>;
    type Consumer = Arc<crossbeam_queue::ArrayQueue<u64>>;

    fn new() -> (Self::Producer, Self::Consumer) {
        let queue = Arc::new(crossbeam_queue::ArrayQueue::new(CAPACITY));
        (Arc::clone(&queue), queue)
    }
    fn push(producer: &Self::Producer, value: u64) -> bool {
        producer.push(value).is_ok()
    }
    fn pop(consumer: &mut Self::Consumer) -> Option<u64> {
        consumer.pop()
    }
}

/// The queue under async-channel, which does not wait.
pub struct ConcurrentQueue;

impl Peer for ConcurrentQueue {
    const NAME: &'static str = "concurrent-queue";
    type Producer = Arc<concurrent_queue::ConcurrentQueue<u64>>;
    type Consumer = Arc<concurrent_queue::ConcurrentQueue<u64>>;

    fn new() -> (Self::Producer, Self::Consumer) {
        let queue = Arc::new(concurrent_queue::ConcurrentQueue::bounded(CAPACITY));
        (Arc::clone(&queue), queue)
    }
    fn push(producer: &Self::Producer, value: u64) -> bool {
        producer.push(value).is_ok()
    }
    fn pop(consumer: &mut Self::Consumer) -> Option<u64> {
        consumer.pop().ok()
    }
}
