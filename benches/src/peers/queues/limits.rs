//! What no queue of many producers can beat, to see how far away it is.

use super::{Batching, Peer, Value};
use crate::contend::together;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A queue for one producer.
pub struct Rtrb;

impl<T: Value> Peer<T> for Rtrb {
    const NAME: &'static str = "(limit: rtrb, one producer)";
    type Producer = rtrb::Producer<T>;
    type Consumer = rtrb::Consumer<T>;

    fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer) {
        assert_eq!(producers, 1);
        let (producer, consumer) = rtrb::RingBuffer::new(capacity);
        (vec![producer], consumer)
    }
    #[inline]
    fn try_send(producer: &mut Self::Producer, value: T) -> bool {
        producer.push(value).is_ok()
    }
    #[inline]
    fn try_recv(consumer: &mut Self::Consumer) -> Option<T> {
        consumer.pop().ok()
    }
}

impl<T: Value> Batching<T> for Rtrb {
    #[inline]
    fn try_send_many(producer: &mut Self::Producer, values: &[T]) -> usize {
        let (sent, _) = producer.push_partial_slice(values);
        sent.len()
    }
    #[inline]
    fn try_recv_many(
        consumer: &mut Self::Consumer,
        most: usize,
        _: &mut Vec<T>,
        each: impl FnMut(T),
    ) -> usize {
        let count = consumer.slots().min(most);
        consumer.read_chunk(count).expect("there are as many").into_iter().for_each(each);
        count
    }
}

/// Copies `total` values into a buffer of `capacity` slots and out of it, in one thread, and synchronizes nothing.
/// Returns how long it took.
pub fn copies<T: Value>(capacity: usize, total: u64) -> Duration {
    assert!(capacity.is_power_of_two());
    let mut buffer = vec![T::default(); capacity];
    let mut sum = 0u64;
    let start = Instant::now();
    for number in 0..total {
        let slot = &mut buffer[number as usize & (capacity - 1)];
        *slot = T::numbered(black_box(number));
        sum = sum.wrapping_add(black_box(&*slot).sum());
    }
    let took = start.elapsed();
    black_box(sum);
    took
}

/// Adds to one word from `threads` threads, `total` times together, as claims of slots do. Returns how long it took.
pub fn fetch_adds(threads: usize, total: u64) -> Duration {
    let (word, each) = (AtomicU64::new(0), total.div_ceil(threads as u64));
    let took = together(threads, |_| {
        for _ in 0..each {
            black_box(word.fetch_add(1, Ordering::Relaxed));
        }
    });
    assert_eq!(word.load(Ordering::Relaxed), each * threads as u64);
    took
}
