//! Semaphore: the limit holds whoever asks, what comes back is given on, and nobody waits for ever.

use crate::scale::{Dice, finishes, rounds};
use latchfree::atomic::{AcqRel, Atomic, Relaxed};
use latchfree::semaphore::{AcquireError, AcquireTimeoutError, Permit, Semaphore, TryAcquireError};
use std::thread;
use std::time::Duration;

const LIMIT: u64 = 4;

/// Asks for permits in one of the ways.
fn ask<'a>(permits: &'a Semaphore, count: u64, dice: &mut Dice) -> Option<Permit<'a>> {
    match dice.roll(3) {
        0 => match permits.try_acquire(count) {
            Err(TryAcquireError::NoPermits) => None,
            permit => Some(permit.unwrap()),
        },
        1 => Some(permits.acquire(count).unwrap()),
        _ => match permits.acquire_timeout(count, Duration::from_micros(dice.roll(200) as u64)) {
            Err(AcquireTimeoutError::Timeout) => None,
            permit => Some(permit.unwrap()),
        },
    }
}

#[test]
fn the_limit_holds() {
    finishes(|| {
        let (permits, in_flight) = (Semaphore::new(LIMIT), Atomic::new(0));
        let work = |by| {
            let mut dice = Dice::new(by);
            for _ in 0..rounds(3_000, 15) {
                let count = dice.roll(LIMIT as usize + 1) as u64;
                let Some(permit) = ask(&permits, count, &mut dice) else { continue };
                assert!(in_flight.add_fetch(count, AcqRel) <= LIMIT);
                dice.pause();
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

/// With one permit, it is a lock: what was done under it is seen by who has it next.
#[test]
fn one_permit_is_a_lock() {
    finishes(|| {
        let (permits, count, times) = (Semaphore::new(1), Atomic::new(0), rounds(3_000, 15));
        thread::scope(|scope| {
            for by in 0..3 {
                let (permits, count) = (&permits, &count);
                scope.spawn(move || {
                    let mut dice = Dice::new(by);
                    let mut left = times;
                    while left > 0 {
                        let Some(_permit) = ask(permits, 1, &mut dice) else { continue };
                        count.store(count.load(Relaxed) + 1, Relaxed);
                        left -= 1;
                    }
                });
            }
        });
        assert_eq!(count.into_inner(), 3 * times);
    });
}

/// All permits are taken, and threads wait for all sorts of numbers, when somebody closes: all who
/// wait are refused, and what was held comes back.
#[test]
fn a_close_refuses_all_who_wait() {
    finishes(|| {
        for round in 0..rounds(100, 3) {
            let permits = Semaphore::new(LIMIT);
            let held = permits.try_acquire(LIMIT).unwrap();
            thread::scope(|scope| {
                let waits = [1, 2, 3].map(|count| {
                    let permits = &permits;
                    scope.spawn(move || permits.acquire(count).map(|permit| permit.count()))
                });
                Dice::new(round).pause();
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
