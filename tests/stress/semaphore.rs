//! Semaphore: the limit holds, released permits are granted again, and no waiter waits indefinitely.

use crate::scale::{Rng, Rounds, finishes, rounds};
use latchfree::atomic::{AcqRel, Atomic, Relaxed};
use latchfree::semaphore::{AcquireError, AcquireTimeoutError, Permit, Semaphore, TryAcquireError};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

const LIMIT: u64 = 4;

/// Asks for permits in one of the ways.
fn ask<'a>(permits: &'a Semaphore, count: u64, rng: &mut Rng) -> Option<Permit<'a>> {
    match rng.roll(3) {
        0 => match permits.try_acquire(count) {
            Err(TryAcquireError::NoPermits) => None,
            permit => Some(permit.unwrap()),
        },
        1 => Some(permits.acquire(count).unwrap()),
        _ => match permits.acquire_timeout(count, Duration::from_micros(rng.roll(200) as u64)) {
            Err(AcquireTimeoutError::Timeout) => None,
            permit => Some(permit.unwrap()),
        },
    }
}

#[test]
fn the_limit_holds() {
    limit_holds_for(Semaphore::new(LIMIT));
}

#[test]
fn barging_limit_holds_and_none_waits_indefinitely() {
    limit_holds_for(Semaphore::barging(LIMIT));
}

fn limit_holds_for(permits: Semaphore) {
    finishes(move || {
        let in_flight = Atomic::new(0);
        let work = |by| {
            let mut rng = Rng::new(by);
            for _ in 0..rounds(3_000, 15) {
                let count = rng.roll(LIMIT as usize + 1) as u64;
                let Some(permit) = ask(&permits, count, &mut rng) else { continue };
                assert!(in_flight.add_fetch(count, AcqRel) <= LIMIT);
                rng.pause();
                in_flight.fetch_sub(count, AcqRel);
                drop(permit);
            }
        };
        thread::scope(|scope| {
            for by in 0..4 {
                let work = &work;
                scope.spawn(move || work(by));
            }
        });
        assert_eq!((permits.in_use(), permits.available()), (0, LIMIT));
    });
}

/// With one permit it is a lock: the next holder sees what was done under it.
#[test]
fn one_permit_is_a_lock() {
    is_a_lock(Semaphore::new(1));
}

#[test]
fn one_barging_permit_is_a_lock() {
    is_a_lock(Semaphore::barging(1));
}

fn is_a_lock(permits: Semaphore) {
    finishes(move || {
        let (count, times) = (Atomic::new(0), rounds(3_000, 15));
        thread::scope(|scope| {
            for by in 0..3 {
                let (permits, count) = (&permits, &count);
                scope.spawn(move || {
                    let mut rng = Rng::new(by);
                    let mut left = times;
                    while left > 0 {
                        let Some(_permit) = ask(permits, 1, &mut rng) else { continue };
                        count.store(count.load(Relaxed) + 1, Relaxed);
                        left -= 1;
                    }
                });
            }
        });
        assert_eq!(count.into_inner(), 3 * times);
    });
}

/// All permits are taken, and threads wait for all sorts of numbers, when a thread closes. All waiters
/// are refused, and all held permits come back.
#[test]
fn close_refuses_all_waiters() {
    finishes(|| {
        for round in 0..rounds(100, 3) {
            let permits = Semaphore::new(LIMIT);
            let held = permits.try_acquire(LIMIT).unwrap();
            thread::scope(|scope| {
                let waits = [1, 2, 3].map(|count| {
                    let permits = &permits;
                    scope.spawn(move || permits.acquire(count).map(|permit| permit.count()))
                });
                Rng::new(round).pause();
                permits.close();
                for wait in waits {
                    assert_eq!(wait.join().unwrap(), Err(AcquireError::Closed));
                }
            });
            drop(held);
            assert_eq!(permits.in_use(), 0);
        }
    });
}

/// A thread ends all granting, by `end`, while others acquire and release permits. Once none is in use
/// then, no acquisition succeeds any more.
fn nothing_after_the_end(end: fn(&Semaphore)) {
    finishes(move || {
        for round in 0..rounds(2_000, 5) {
            let (permits, ended) = (Semaphore::new(1), Atomic::new(false));
            let work = |waits: bool| loop {
                let permit = match waits {
                    true => permits.acquire(1).map_err(TryAcquireError::from),
                    false => permits.try_acquire(1),
                };
                match permit {
                    Ok(_permit) => assert!(!ended.load(Relaxed), "a permit after the end"),
                    Err(TryAcquireError::NoPermits) => {}
                    Err(_) => break,
                }
            };
            thread::scope(|scope| {
                for waits in [false, true] {
                    let work = &work;
                    scope.spawn(move || work(waits));
                }
                (0..Rng::new(round).roll(400)).for_each(|_| std::hint::spin_loop());
                end(&permits);
                while permits.in_use() > 0 {
                    thread::yield_now();
                }
                ended.store(true, Relaxed);
            });
        }
    });
}

#[test]
fn no_permit_is_granted_after_a_close_and_the_last_return() {
    nothing_after_the_end(Semaphore::close);
}

#[test]
fn no_permit_is_granted_over_a_limit_of_zero() {
    nothing_after_the_end(|permits| permits.resize(0));
}

/// One permit is in use all the time, while the limit goes up and down: never do none seem to be, and never is
/// it refused when it comes back.
#[test]
fn resizes_hide_no_permit_in_use() {
    finishes(|| {
        let (permits, done) = (Semaphore::new(1), Atomic::new(false));
        let times = rounds(30_000, 25);
        thread::scope(|scope| {
            for limits in [[3, 1], [2, 4]] {
                let (permits, done) = (&permits, &done);
                scope.spawn(move || {
                    while !done.load(Relaxed) {
                        limits.iter().for_each(|&limit| permits.resize(limit));
                    }
                });
            }
            for _ in 0..times {
                let permit = permits.try_acquire(1).unwrap().forget();
                assert!(permits.in_use() >= 1);
                assert_eq!(permits.release(permit), Ok(()));
            }
            done.store(true, Relaxed);
        });
        assert_eq!((permits.in_use(), permits.available()), (0, permits.limit()));
    });
}

/// In each round a permit comes back while one thread begins to wait for it. Nothing else happens that could wake
/// that one later.
#[test]
fn acquirer_that_begins_to_wait_gets_the_released_permit() {
    finishes(|| {
        let (permits, together, count) = (Semaphore::new(1), Rounds::new(2), rounds(10_000, 30));
        let held = Mutex::new(Some(permits.try_acquire(1).unwrap()));
        thread::scope(|scope| {
            scope.spawn(|| {
                together.run(count, |_| {
                    let permit = held.lock().unwrap().take();
                    drop(permit);
                });
            });
            scope.spawn(|| {
                together.run(count, |_| {
                    let permit = permits.acquire(1).unwrap();
                    *held.lock().unwrap() = Some(permit);
                });
            });
        });
    });
}

/// One permit is free. A thread that wants two stands in the way of one that wants one, and gives up.
#[test]
fn cancelled_acquire_lets_the_next_through() {
    finishes(|| {
        let (permits, together, count) = (Semaphore::new(2), Rounds::new(2), rounds(3_000, 20));
        let _held = permits.try_acquire(1).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                together.run(count, |_| {
                    let none = permits.acquire_timeout(2, Duration::from_micros(20));
                    assert_eq!(none.err(), Some(AcquireTimeoutError::Timeout));
                });
            });
            scope.spawn(|| together.run(count, |_| drop(permits.acquire(1).unwrap())));
        });
    });
}

/// Threads use permits, and others wait until none is in use, while the limit goes up and down. All waits end with the
/// last release.
#[test]
fn waits_for_idle_end_with_the_last_release() {
    finishes(|| {
        for round in 0..rounds(500, 5) {
            let (permits, done) = (Semaphore::new(LIMIT), [0, 0].map(Atomic::new));
            let held = [1, 2].map(|count| permits.try_acquire(count).unwrap().forget());
            thread::scope(|scope| {
                for (count, done) in held.into_iter().zip(&done) {
                    let permits = &permits;
                    scope.spawn(move || {
                        Rng::new(round + count as usize).pause();
                        done.store(1, Relaxed);
                        permits.release(count).unwrap();
                    });
                }
                scope.spawn(|| [3, LIMIT, 2].map(|limit| permits.resize(limit)));
                scope.spawn(|| while !permits.wait_idle_timeout(Duration::from_micros(20)) {});
                permits.wait_idle();
                assert!(done.iter().all(|done| done.load(Relaxed) == 1));
            });
        }
    });
}
