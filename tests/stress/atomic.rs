//! Atomics: no read-modify-write is lost, and the writes before a release are seen after the acquire.

use crate::scale::rounds;
use latchfree::atomic::{AcqRel, Acquire, Atomic, Relaxed, Release};
use std::thread;

/// Threads add in every way there is, each a number that none of the others could make up for.
#[test]
fn no_update_is_lost() {
    let (atomic, times) = (Atomic::new(0u64), rounds(20_000, 40) as u64);
    // What comes back, the old value or the new, is tested in `properties`.
    type Way = fn(&Atomic<u64>) -> u64;
    let ways: [(u64, Way); 6] = [
        (1, |atomic| atomic.fetch_add(1, Relaxed)),
        (1 << 20, |atomic| atomic.sub_fetch((-1i64 << 20) as u64, Relaxed)),
        (1 << 40, |atomic| atomic.update(AcqRel, Acquire, |n| n + (1 << 40))),
        (3, |atomic| atomic.try_update(Relaxed, Relaxed, |n| Some(n + 3)).unwrap()),
        (0, |atomic| atomic.try_update(Relaxed, Relaxed, |_| None).unwrap_err()),
        (5, |atomic| {
            let mut held = atomic.load(Relaxed);
            while let Err(newer) = atomic.compare_exchange_weak(held, held + 5, AcqRel, Relaxed) {
                held = newer;
            }
            held
        }),
    ];
    thread::scope(|scope| {
        for (_, add) in &ways {
            scope.spawn(|| (0..times).for_each(|_| _ = add(&atomic)));
        }
    });
    let once: u64 = ways.iter().map(|(n, _)| n).sum();
    assert_eq!(atomic.into_inner(), once * times);
}

/// Of threads that all set the same bit, one is the first, every time.
#[test]
fn one_of_three_threads_sets_the_bit_first() {
    let bits: Vec<Atomic<u8>> = (0..rounds(2_000, 8)).map(|_| Atomic::new(0)).collect();
    let firsts = |_| {
        let first = |word: &&Atomic<u8>| !word.bit_set(3, AcqRel);
        bits.iter().filter(first).count()
    };
    let firsts: usize = thread::scope(|scope| {
        let threads = [0, 1, 2].map(|by| scope.spawn(move || firsts(by)));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(firsts, bits.len());
    assert!(bits.into_iter().all(|word| word.into_inner() == 1 << 3));
}

/// Each value that was swapped in is swapped out once.
#[test]
fn concurrent_takes_lose_no_add() {
    let (window, times) = (Atomic::new(0u64), rounds(50_000, 100) as u64);
    let taken: u64 = thread::scope(|scope| {
        let add = scope.spawn(|| (1..=times).for_each(|n| _ = window.fetch_add(n, Relaxed)));
        let take = || (0..times).map(|_| window.take(Relaxed)).sum::<u64>();
        let takes = [scope.spawn(take), scope.spawn(take)];
        add.join().unwrap();
        takes.into_iter().map(|take| take.join().unwrap()).sum()
    });
    assert_eq!(taken + window.into_inner(), times * (times + 1) / 2);
}

/// A message passed by release and acquire, there and back again.
#[test]
fn a_release_publishes() {
    let (ping, pong) = (Atomic::new(0u64), Atomic::new(0u64));
    let (question, answer) = (Atomic::new(0u64), Atomic::new(0u64));
    let wait_for = |at: &Atomic<u64>, n: u64| {
        while at.load(Acquire) != n {
            thread::yield_now();
        }
    };
    let times = rounds(2_000, 20) as u64;
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..=times {
                question.store(n, Relaxed);
                ping.store(n, Release);
                wait_for(&pong, n);
                assert_eq!(answer.load(Relaxed), 2 * n);
            }
        });
        scope.spawn(|| {
            for n in 1..=times {
                wait_for(&ping, n);
                answer.store(2 * question.load(Relaxed), Relaxed);
                pong.store(n, Release);
            }
        });
    });
}
