//! What all queues are put through. Before the clock starts, each is filled and emptied once, so that no page of its
//! memory is touched for the first time while it runs.

use super::{Batching, Peer, Value, Waiting, try_recv_all, try_send_all};
use crate::contend::{Retry, retry, together};
use std::hint::black_box;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How many values a consumer that receives in batches asks for.
const DRAIN: usize = 256;
/// How many a producer sends in one batch, at the most.
const MOST: usize = 32;

/// What is sent where only the time counts.
pub type Word = [u64; 1];

/// Creates a queue that has been full once.
fn used_once<P: Peer<T>, T: Value>(
    capacity: usize,
    producers: usize,
) -> (Vec<P::Producer>, P::Consumer) {
    let (mut handles, mut consumer) = P::new(capacity, producers);
    let mut sent = 0;
    while sent < capacity && P::try_send(&mut handles[0], T::numbered(0)) {
        sent += 1;
    }
    try_recv_all::<P, T>(&mut consumer, sent as u64, drop);
    (handles, consumer)
}

/// Runs `send` with each producer, for its share of `total`, beside `receive` with the consumer, for all of them. What
/// `receive` returns must be the sum of all words that were sent. Returns how long it took.
fn run<P: Peer<T>, T: Value>(
    capacity: usize,
    producers: usize,
    total: u64,
    send: impl Fn(&mut P::Producer, u64) + Sync,
    receive: impl Fn(&mut P::Consumer, u64) -> u64 + Sync,
) -> Duration {
    let (handles, consumer) = used_once::<P, T>(capacity, producers);
    let handles: Vec<_> = handles.into_iter().map(|handle| Mutex::new(Some(handle))).collect();
    let consumer = Mutex::new(Some(consumer));
    let each = total.div_ceil(producers as u64);
    let expected = (0..each).fold(0u64, |sum, number| sum.wrapping_add(T::numbered(number).sum()));
    // Handles are returned, so that they are dropped after the clock has stopped.
    together(producers + 1, |i| match handles.get(i) {
        Some(handle) => {
            let mut handle = handle.lock().unwrap().take().expect("once");
            send(&mut handle, each);
            (Some(handle), None)
        }
        None => {
            let mut consumer = consumer.lock().unwrap().take().expect("once");
            let sum = receive(&mut consumer, each * producers as u64);
            assert_eq!(
                sum,
                expected.wrapping_mul(producers as u64),
                "other values came than were sent"
            );
            (None, Some(consumer))
        }
    })
}

/// The values of one producer.
#[inline]
fn numbered<T: Value>(count: u64) -> impl Iterator<Item = T> {
    (0..count).map(|number| T::numbered(black_box(number)))
}

/// Adds up what is received.
#[inline]
fn add<T: Value>(sum: &mut u64) -> impl FnMut(T) {
    move |value: T| *sum = sum.wrapping_add(black_box(&value).sum())
}

/// Sends `total` values from `producers` threads to one, which all try; returns how long it took.
pub fn pass<P: Peer<T>, T: Value>(capacity: usize, producers: usize, total: u64) -> Duration {
    run::<P, T>(
        capacity,
        producers,
        total,
        |producer, count| try_send_all::<P, T>(producer, numbered(count)),
        |consumer, count| {
            let mut sum = 0;
            try_recv_all::<P, T>(consumer, count, add(&mut sum));
            sum
        },
    )
}

/// The same with threads that wait, in the peer's own way.
pub fn pass_waiting<P: Waiting<T>, T: Value>(
    capacity: usize,
    producers: usize,
    total: u64,
) -> Duration {
    run::<P, T>(
        capacity,
        producers,
        total,
        |producer, count| P::send_all(producer, numbered(count)),
        |consumer, count| {
            let mut sum = 0;
            P::recv_all(consumer, count, add(&mut sum));
            sum
        },
    )
}

/// The same with threads that try to send `batch` values in one step, and to receive up to 256.
pub fn pass_in_batches<P: Batching<T>, T: Value>(
    capacity: usize,
    producers: usize,
    total: u64,
    batch: usize,
) -> Duration {
    run::<P, T>(
        capacity,
        producers,
        total,
        |producer, count| {
            let mut values = [T::default(); MOST];
            let mut sent = 0;
            while sent < count {
                let batch = &mut values[..batch.min((count - sent) as usize)];
                for (value, number) in batch.iter_mut().zip(sent..) {
                    *value = T::numbered(black_box(number));
                }
                send_batch::<P, T>(producer, batch);
                sent += batch.len() as u64;
            }
        },
        |consumer, count| {
            let (mut sum, mut left) = (0, count);
            let mut scratch = Vec::with_capacity(DRAIN);
            let mut pause = Retry::default();
            while left > 0 {
                match P::try_recv_many(consumer, DRAIN, &mut scratch, add(&mut sum)) {
                    0 => pause.wait(),
                    received => {
                        left -= received as u64;
                        pause = Retry::default();
                    }
                }
            }
            sum
        },
    )
}

#[inline]
fn send_batch<P: Batching<T>, T: Value>(producer: &mut P::Producer, mut values: &[T]) {
    let mut pause = Retry::default();
    while !values.is_empty() {
        match P::try_send_many(producer, values) {
            0 => pause.wait(),
            sent => values = &values[sent..],
        }
    }
}

/// Sends and receives in one thread: no other thread wants the cache lines. Returns the time that it took.
pub fn alone<P: Peer<T>, T: Value>(capacity: usize, total: u64) -> Duration {
    let (mut producers, mut consumer) = used_once::<P, T>(capacity, 1);
    let (mut sum, mut expected) = (0, 0u64);
    let start = Instant::now();
    for number in 0..total {
        assert!(P::try_send(&mut producers[0], T::numbered(black_box(number))), "there is room");
        add(&mut sum)(P::try_recv(&mut consumer).expect("it was sent"));
    }
    let took = start.elapsed();
    (0..total).for_each(|number| expected = expected.wrapping_add(T::numbered(number).sum()));
    assert_eq!(sum, expected);
    took
}

/// Sends `count` values at that pace, and returns how many nanoseconds each took from before its send until after its
/// receive. One thread sends and one receives; both try.
pub fn latencies<P: Peer<Word>>(pace: Duration, count: u64) -> Vec<u64> {
    paced::<P>(
        pace,
        count,
        |producer, values| try_send_all::<P, Word>(producer, values),
        |consumer, each| try_recv_all::<P, Word>(consumer, count, each),
    )
}

/// The same with threads that wait, in the peer's own way.
pub fn latencies_waiting<P: Waiting<Word>>(pace: Duration, count: u64) -> Vec<u64> {
    paced::<P>(
        pace,
        count,
        |producer, values| P::send_all(producer, values),
        |consumer, each| P::recv_all(consumer, count, each),
    )
}

/// The moments of that pace, each as it comes. The processor is kept, so that the pace is.
struct Moments {
    /// What the clock starts from.
    epoch: Instant,
    /// When the next one is due.
    due: Duration,
    pace: Duration,
    left: u64,
}

impl Iterator for Moments {
    /// Nanoseconds since the epoch.
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        self.left = self.left.checked_sub(1)?;
        loop {
            let now = self.epoch.elapsed();
            if now >= self.due {
                self.due += self.pace;
                return Some([now.as_nanos() as u64]);
            }
            std::hint::spin_loop();
        }
    }
}

fn paced<P: Peer<Word>>(
    pace: Duration,
    count: u64,
    send: impl Fn(&mut P::Producer, Moments) + Sync,
    receive: impl Fn(&mut P::Consumer, &mut dyn FnMut(Word)) + Sync,
) -> Vec<u64> {
    let (mut producers, consumer) = used_once::<P, Word>(1024, 1);
    let producer = Mutex::new(producers.pop().expect("one"));
    let consumer = Mutex::new((consumer, Vec::with_capacity(count as usize)));
    let epoch = Instant::now();
    together(2, |thread| {
        if thread == 0 {
            let moments = Moments { epoch, due: epoch.elapsed() + pace, pace, left: count };
            send(&mut producer.lock().unwrap(), moments);
        } else {
            let (consumer, latencies) = &mut *consumer.lock().unwrap();
            receive(consumer, &mut |[sent]| {
                latencies.push(epoch.elapsed().as_nanos() as u64 - sent);
            });
        }
    });
    let (_, latencies) = consumer.into_inner().unwrap();
    assert_eq!(latencies.len() as u64, count);
    latencies
}

/// Two threads in turns, over two queues: each receives what the other has sent. Both try. Returns how long `times`
/// round trips took.
pub fn round_trips<P: Peer<Word>>(times: u64) -> Duration {
    turns::<P>(
        times,
        |producer, value| try_send_all::<P, Word>(producer, std::iter::once(value)),
        |consumer| retry(|| P::try_recv(consumer)),
    )
}

/// The same with threads that wait, in the peer's own way.
pub fn round_trips_waiting<P: Waiting<Word>>(times: u64) -> Duration {
    turns::<P>(times, P::send, P::recv)
}

fn turns<P: Peer<Word>>(
    times: u64,
    send: impl Fn(&mut P::Producer, Word) + Sync,
    recv: impl Fn(&mut P::Consumer) -> Word + Sync,
) -> Duration {
    let (mut there, there_end) = used_once::<P, Word>(1024, 1);
    let (mut back, back_end) = used_once::<P, Word>(1024, 1);
    let sides = [(there.pop(), back_end), (back.pop(), there_end)];
    let sides = sides.map(|(producer, consumer)| Mutex::new((producer.expect("one"), consumer)));
    together(2, |thread| {
        let (producer, consumer) = &mut *sides[thread].lock().unwrap();
        for number in 0..times {
            if thread == 0 {
                send(producer, [number]);
                assert_eq!(recv(consumer), [number]);
            } else {
                let value = recv(consumer);
                send(producer, value);
            }
        }
    })
}
