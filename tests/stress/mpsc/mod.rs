//! Queues: accepted values are received, once and in their producer's order; no waiter blocks
//! indefinitely.

#[cfg(all(feature = "std", feature = "alloc"))]
mod blocking;
#[cfg(all(feature = "std", feature = "alloc"))]
mod fairness;
#[path = "../../shared/kinds.rs"]
mod kinds;
mod receiving;
mod sending;
#[cfg(feature = "alloc")]
mod wake_ups;

use self::kinds::Kind;
use self::receiving::Receiving;
use self::sending::{Batch, Sending};
use crate::scale::{Rng, finishes, rounds};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{Consumer, Producer, Ring};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

/// A value: its producer, and its zero-based index among that producer's values. It owns memory,
/// so that Miri sees it lost or freed twice, and counts its drop.
struct Message {
    from: usize,
    number: Box<usize>,
    drops: Arc<Atomic<usize>>,
}

impl Drop for Message {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Relaxed);
    }
}

/// What threads found out: of each producer's values, how many were made and how many accepted; and
/// of the accepted ones, how many were received.
struct Outcome {
    made: usize,
    accepted: Vec<usize>,
    received: Vec<usize>,
    drops: Arc<Atomic<usize>>,
}

/// Runs `producers` threads that send, and receives on this one.
fn run<S: Kind<Value = Message> + Send>(
    (producer, consumer): (Producer<S>, Consumer<S>),
    producers: usize,
    send: impl Fn(Sending<S>) -> Sending<S> + Sync,
    receive: impl FnOnce(Receiving<S>) -> Vec<Vec<u64>>,
) -> Outcome {
    let drops = Arc::new(Atomic::new(0));
    let start = consumer.position();
    let sending = |from| Sending::new(producer.clone(), from, start, Arc::clone(&drops));
    let all: Vec<_> = (0..producers).map(sending).collect();
    drop(producer);
    thread::scope(|scope| {
        let send = &send;
        // What comes back is without its producer: the last one that ends closes the queue.
        let spawn = |sending| scope.spawn(move || send(sending).counts());
        let threads: Vec<_> = all.into_iter().map(spawn).collect();
        let received = receive(Receiving::new(consumer, producers));
        let counts = threads.into_iter().map(|thread| thread.join().unwrap());
        let (made, accepted): (Vec<usize>, Vec<_>) = counts.unzip();
        let (accepted, batches): (_, Vec<_>) = accepted.into_iter().unzip();
        agree_on_positions(&batches, &received);
        let received = received.iter().map(Vec::len).collect();
        Outcome { made: made.iter().sum(), accepted, received, drops }
    })
}

/// How far `position` is behind `start`; positions wrap around.
fn offset(position: u64, start: u64) -> u64 {
    position.wrapping_sub(start) % (1 << 62)
}

/// What each producer was told is where its values were received, if they were; the positions of one grow, and
/// no two values have the same.
fn agree_on_positions(batches: &[Vec<Batch>], received: &[Vec<u64>]) {
    let mut all = BTreeSet::new();
    for (batches, received) in batches.iter().zip(received) {
        let mut end = 0;
        for Batch { numbers, positions } in batches {
            assert!(end <= positions.start, "the positions of one producer grow");
            assert!(positions.end - positions.start >= numbers.len() as u64);
            end = positions.end;
            let seen = |number| received.get(number).copied();
            let (first, last) = (seen(numbers.start), seen(numbers.end - 1));
            assert!(first.is_none_or(|seen| seen == positions.start));
            assert!(last.is_none_or(|seen| seen == positions.end - 1));
            assert!(all.insert(positions.start), "two values at {}", positions.start);
        }
    }
}

/// Each producer sends `count` values; all of them are received, and then the end.
fn all_arrive<S: Kind<Value = Message> + Send>(
    queue: (Producer<S>, Consumer<S>),
    producers: usize,
    count: usize,
) {
    let send = |mut sending: Sending<S>| {
        while sending.accepted() < count {
            assert!(sending.send(count - sending.accepted()), "closed before the end");
        }
        sending
    };
    let outcome = run(queue, producers, send, |mut receiving| {
        while !receiving.is_over() {
            receiving.receive();
        }
        receiving.into_positions()
    });
    assert_eq!(outcome.accepted, vec![count; producers]);
    assert_eq!(outcome.received, outcome.accepted);
    assert_eq!(outcome.drops.load(Relaxed), outcome.made);
}

/// Shortly before the wrap.
fn nearly_over(before: usize) -> u64 {
    (1 << 62) - before as u64
}

/// How many producers there are at a time.
const PRODUCER_COUNTS: &[usize] = if cfg!(miri) { &[3] } else { &[1, 2, 3, 4] };

#[test]
fn all_values_arrive_through_rings() {
    fn on<const N: usize>(producers: usize, count: usize) {
        let ring = Ring::<Message, N>::starting_at(nearly_over(count));
        all_arrive(ring.split().unwrap(), producers, count);
    }
    finishes(|| {
        let count = rounds(2_000, 4);
        for &producers in PRODUCER_COUNTS {
            on::<1>(producers, count);
            on::<2>(producers, count);
            on::<64>(producers, count);
            on::<1024>(producers, count);
        }
    });
}

#[cfg(feature = "alloc")]
#[test]
fn all_values_arrive_through_heap_queues() {
    finishes(|| {
        let count = rounds(2_000, 4);
        for &producers in PRODUCER_COUNTS {
            for capacity in [1, 2, 3, 64, 1024] {
                let start = nearly_over(count);
                let queue = latchfree::mpsc::bounded_starting_at(capacity, start);
                all_arrive(queue, producers, count);
            }
        }
    });
}

/// Few producers fill some blocks each, and so many that blocks come back to those that link them.
#[cfg(feature = "alloc")]
#[test]
fn all_values_arrive_through_unbounded_queues() {
    finishes(|| {
        let count = rounds(20_000, 40);
        for &producers in PRODUCER_COUNTS {
            let queue = latchfree::mpsc::unbounded_starting_at(nearly_over(count));
            all_arrive(queue, producers, count);
        }
    });
}

/// How the consumer ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// When the producers have.
    Last,
    /// It closes the queue, and receives the values in it.
    Close,
    /// It is dropped, and the values in the queue with it.
    Drop,
}

/// Producers end after some values or when they are told that the queue is closed, the consumer in
/// one of three ways, all at any time.
fn all_are_accounted_for<S: Kind<Value = Message> + Send>(
    queue: (Producer<S>, Consumer<S>),
    seed: usize,
) -> Outcome {
    const PRODUCERS: usize = 3; // enough for one to come between two others
    const VALUES: usize = if cfg!(miri) { 12 } else { 40 };
    let mut rng = Rng::new(seed);
    let end = [End::Last, End::Close, End::Drop][rng.roll(3)];
    let limits = [(); PRODUCERS].map(|()| rng.roll(VALUES));
    let send = |mut sending: Sending<S>| {
        let limit = limits[sending.from()];
        while sending.accepted() < limit && sending.send(limit - sending.accepted()) {}
        sending
    };
    let outcome = run(queue, PRODUCERS, send, |mut receiving| {
        let mut left = rng.roll(VALUES);
        while !receiving.is_over() && (left > 0 || end != End::Drop) {
            if left == 0 && end == End::Close {
                receiving.close();
            }
            receiving.receive();
            left = left.saturating_sub(1);
        }
        receiving.into_positions()
    });
    for (received, accepted) in outcome.received.iter().zip(&outcome.accepted) {
        let lost = accepted.checked_sub(*received).expect("received and not accepted");
        assert!(lost == 0 || end == End::Drop, "{lost} were accepted and not received");
    }
    outcome
}

#[test]
fn values_are_accounted_for_in_rings() {
    fn on<const N: usize>(seed: usize) {
        let ring = Ring::<Message, N>::starting_at(nearly_over(8));
        let outcome = all_are_accounted_for(ring.split().unwrap(), seed);
        drop(ring);
        assert_eq!(outcome.drops.load(Relaxed), outcome.made);
    }
    finishes(|| {
        for seed in 0..rounds(200, 2) {
            on::<1>(seed);
            on::<4>(seed);
        }
    });
}

#[cfg(feature = "alloc")]
#[test]
fn values_are_accounted_for_in_heap_queues() {
    finishes(|| {
        for seed in 0..rounds(200, 2) {
            for capacity in [1, 2, 5] {
                let queue = latchfree::mpsc::bounded_starting_at(capacity, nearly_over(8));
                let outcome = all_are_accounted_for(queue, seed);
                assert_eq!(outcome.drops.load(Relaxed), outcome.made);
            }
        }
    });
}

/// They begin shortly before the end of a block.
#[cfg(feature = "alloc")]
#[test]
fn values_are_accounted_for_in_unbounded_queues() {
    finishes(|| {
        for seed in 0..rounds(400, 2) {
            let queue = latchfree::mpsc::unbounded_starting_at(nearly_over(1 + seed % 8));
            let outcome = all_are_accounted_for(queue, seed);
            assert_eq!(outcome.drops.load(Relaxed), outcome.made);
        }
    });
}

/// Lets others block, or be about to, or not yet.
#[cfg(all(feature = "std", feature = "alloc"))]
fn fall_asleep(round: usize) {
    thread::sleep(std::time::Duration::from_micros([0, 50, 2000][round % 3]));
}

/// Many producers block on a full queue that is not emptied, until the consumer goes: each gets its
/// value back.
#[cfg(all(feature = "std", feature = "alloc"))]
#[test]
fn sender_blocked_on_full_queue_learns_of_its_end() {
    finishes(|| {
        for round in 0..rounds(100, 3) {
            let (producer, mut consumer) = latchfree::mpsc::bounded(1);
            producer.send(0).unwrap();
            thread::scope(|scope| {
                let senders = [1, 2, 3, 4].map(|value| {
                    let producer = producer.clone();
                    scope.spawn(move || producer.send(value).map_err(|error| error.into_inner()))
                });
                fall_asleep(round);
                match round % 2 {
                    0 => drop(consumer),
                    _ => consumer.close(),
                }
                for (value, sender) in (1..).zip(senders) {
                    assert_eq!(sender.join().unwrap(), Err(value));
                }
            });
        }
    });
}

/// Many producers block on a full queue. Each slot that becomes free lets one of them in, whether slots become
/// free one by one or together.
#[cfg(all(feature = "std", feature = "alloc"))]
#[test]
fn sender_blocked_on_full_queue_gets_in() {
    finishes(|| {
        for round in 0..rounds(100, 3) {
            let (producer, mut consumer) = latchfree::mpsc::bounded(3);
            producer.try_send_many([0, 0, 0]).unwrap();
            thread::scope(|scope| {
                let senders = [1, 2, 3, 4, 5].map(|value| {
                    let producer = producer.clone();
                    scope.spawn(move || producer.send(value).unwrap())
                });
                fall_asleep(round);
                // Room for five, and not a look at the queue more.
                assert!(consumer.drain(round % 4).eq(std::iter::repeat_n(0, round % 4)));
                let mut sum = 0;
                for _ in round % 4..8 {
                    sum += consumer.recv().unwrap();
                }
                assert_eq!(sum, 15);
                senders.into_iter().for_each(|sender| assert!(sender.join().is_ok()));
            });
        }
    });
}

/// In each round the one slot becomes free while a producer begins to wait for it. Nothing else happens that could
/// wake that one later.
#[cfg(all(feature = "std", feature = "alloc"))]
#[test]
fn sender_that_begins_to_wait_gets_the_freed_slot() {
    finishes(|| {
        let (producer, mut consumer) = latchfree::mpsc::bounded(1);
        let (together, count) = (crate::scale::Rounds::new(2), rounds(20_000, 30));
        producer.send(0).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| together.run(count, |round| assert!(producer.send(round).is_ok())));
            scope.spawn(|| {
                together.run(count, |round| assert_eq!(consumer.try_recv(), Ok(round - 1)));
            });
        });
    });
}
