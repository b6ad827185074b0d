//! Watermarks: no wake-up is lost, and work before an advance is seen after the wait.

mod frontier;

use crate::scale::{Rng, Rounds, finishes, rounds};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::watermark::{Closed, WaitTimeoutError, Watermark};
use std::thread;
use std::time::{Duration, Instant};

/// Two threads drive each other on: each step needs the wake-up of the one before.
#[test]
fn no_wake_up_is_lost() {
    finishes(|| {
        let (ping, pong) = (Watermark::new(0), Watermark::new(0));
        let steps = rounds(10_000, 40) as u64;
        thread::scope(|scope| {
            scope.spawn(|| {
                for i in 1..=steps {
                    ping.advance_to(i);
                    assert_eq!(pong.wait_for(i), Ok(i));
                }
            });
            scope.spawn(|| {
                for i in 1..=steps {
                    assert_eq!(ping.wait_for(i), Ok(i));
                    pong.advance_to(i);
                }
            });
        });
    });
}

/// In each round one thread waits, one advances, and one enters the list and leaves it at once: the advancer can
/// find the lock taken by that one, which then has to wake the waiter. No later thread makes up for it.
#[test]
fn wake_up_is_not_lost_to_one_that_comes_and_goes() {
    finishes(|| {
        let (watermark, together, steps) = (Watermark::new(0), Rounds::new(3), rounds(10_000, 15));
        thread::scope(|scope| {
            scope.spawn(|| {
                together.run(steps, |at| assert_eq!(watermark.wait_for(at as u64), Ok(at as u64)));
            });
            scope.spawn(|| together.run(steps, |at| assert!(watermark.advance_to(at as u64))));
            scope.spawn(|| {
                together.run(steps, |_| {
                    let never = watermark.wait_for_timeout(u64::MAX, Duration::ZERO);
                    assert_eq!(never, Err(WaitTimeoutError::Timeout));
                });
            });
        });
    });
}

/// Waits in many small steps of time.
fn wait_in_steps(watermark: &Watermark, at_least: u64, rng: &mut Rng) -> u64 {
    loop {
        let timeout = Duration::from_micros(rng.roll(300) as u64);
        let start = Instant::now();
        match watermark.wait_for_timeout(at_least, timeout) {
            Ok(reached) => return reached,
            Err(WaitTimeoutError::Timeout) => assert!(start.elapsed() >= timeout),
            Err(WaitTimeoutError::Closed) => panic!("nobody closed it"),
        }
    }
}

/// Threads advance in steps of their own, and each position is in the range of one of them.
#[test]
fn each_position_is_moved_over_once() {
    let end = rounds(100_000, 48) as u64;
    let watermark = Watermark::new(0);
    let advance = |by: usize| {
        let (mut rng, mut ranges) = (Rng::new(by), Vec::new());
        while watermark.get() < end {
            let to = end.min(watermark.get() + 1 + rng.roll(4) as u64);
            ranges.push(watermark.advance_over(to));
        }
        ranges
    };
    let advance = &advance;
    let mut ranges: Vec<_> = thread::scope(|scope| {
        let advancers = [0, 1, 2].map(|by| scope.spawn(move || advance(by)));
        advancers.into_iter().flat_map(|advancer| advancer.join().unwrap()).collect()
    });
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let ends =
        ranges.iter().fold(0, |at, range| if range.start == at { range.end } else { u64::MAX });
    assert_eq!(ends, end);
}

/// Writers put records down, as a log does, and advance in steps of their own; waiters sleep for
/// positions of their own, with and without a limit, and find the records.
#[test]
fn woken_waiters_see_what_the_advancer_did() {
    finishes(|| {
        let end = rounds(30_000, 48);
        let records: Vec<Atomic<u64>> = (0..=end).map(|_| Atomic::new(0)).collect();
        let durable = Watermark::new(0);
        let write = |by: usize| {
            let (mut rng, mut at) = (Rng::new(by), 0);
            while at < end {
                let next = end.min(at + 1 + rng.roll(7));
                (at + 1..=next).for_each(|i| records[i].store(i as u64, Relaxed));
                durable.advance_to(next as u64);
                assert!(durable.get() >= next as u64);
                at = next;
                rng.pause();
            }
        };
        let wait = |by: usize| {
            let (mut rng, mut at, mut last) = (Rng::new(by), 0, 0);
            while at < end as u64 {
                at = (end as u64).min(at + 1 + rng.roll(20) as u64);
                let reached = match rng.roll(2) {
                    0 => durable.wait_for(at).unwrap(),
                    _ => wait_in_steps(&durable, at, &mut rng),
                };
                assert!(reached >= at.max(last), "{reached} for {at}, after {last}");
                assert_eq!(records[reached as usize].load(Relaxed), reached);
                last = reached;
            }
        };
        thread::scope(|scope| {
            for by in [0, 1, 2, 3] {
                scope.spawn(move || wait(by));
            }
            for by in [4, 5] {
                scope.spawn(move || write(by));
            }
        });
    });
}

/// A thread closes in the middle of it all. The waiters for positions that were not reached are told so, and
/// no others.
#[test]
fn closing_ends_all_waiting() {
    const END: u64 = 20;
    finishes(|| {
        for round in 0..rounds(150, 3) {
            let (watermark, at_close) = (Watermark::new(0), Atomic::new(0));
            let wait = |by: usize| {
                let mut rng = Rng::new(round + by);
                for _ in 0..10 {
                    let at_least = rng.roll(2 * END as usize) as u64;
                    match watermark.wait_for(at_least) {
                        Ok(reached) => assert!(reached >= at_least),
                        Err(Closed) => assert!(at_close.load(Relaxed) < at_least),
                    }
                }
            };
            let advance = |by: usize| {
                let mut rng = Rng::new(round + by);
                for i in 1..=END {
                    watermark.advance_to(i);
                    rng.pause();
                }
            };
            let close = || {
                let mut rng = Rng::new(round);
                (0..rng.roll(END as usize)).for_each(|_| rng.pause());
                at_close.store(watermark.get(), Relaxed);
                watermark.close();
            };
            thread::scope(|scope| {
                for by in [1, 2, 3] {
                    scope.spawn(move || wait(by));
                }
                for by in [4, 5] {
                    scope.spawn(move || advance(by));
                }
                scope.spawn(close);
            });
            assert_eq!((watermark.get(), watermark.is_closed()), (END, true));
        }
    });
}
