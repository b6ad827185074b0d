//! Group commit: each item is led once or comes back, batches keep their limit, and no member waits indefinitely.

use crate::scale::{Rng, finishes, rounds};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::group::{CommitError, CommitTimeoutError, GroupCommit};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

/// What leaders write, one at a time and without a lock of their own.
struct Log {
    is_written: Atomic<bool>,
    records: Atomic<u64>,
    batches: Atomic<u64>,
}

impl Log {
    fn new() -> Self {
        let [records, batches] = [0, 0].map(Atomic::new);
        Self { is_written: Atomic::new(false), records, batches }
    }

    fn begin(&self) {
        assert!(!self.is_written.swap(true, Acquire), "two lead");
    }

    fn end(&self) {
        self.is_written.store(false, Release);
    }
}

/// Counts, not by a read-modify-write: if two led, counts would get lost.
fn count(counter: &Atomic<u64>) -> u64 {
    let count = counter.load(Relaxed);
    counter.store(count + 1, Relaxed);
    count
}

/// Threads commit, and leaders now and then take long, gather, or leave an item without a result.
fn commits(threads: usize, limit: usize) {
    finishes(move || {
        let times = rounds(4_000, 15) as u64 / threads as u64 + 1;
        let (group, log) = (GroupCommit::<(u64, u64), u64>::with_limit(limit), Log::new());
        let work = |thread: u64| {
            let mut rng = Rng::new(thread as usize);
            for i in 0..times {
                let roll = rng.roll(16);
                let result = group.commit((thread, i), |batch| {
                    log.begin();
                    match roll {
                        0 => thread::sleep(Duration::from_micros(50)),
                        1 | 2 => _ = batch.gather(),
                        3 => thread::yield_now(),
                        _ => {}
                    }
                    count(&log.batches);
                    assert!(batch.len() <= limit && batch.len() == batch.iter_mut().count());
                    for ((_, i), position) in batch.iter_mut() {
                        let at = count(&log.records);
                        *position = (*i % 7 != 0).then_some(at);
                    }
                    log.end();
                });
                match result {
                    Ok(_) => assert_ne!(i % 7, 0),
                    Err(error) => {
                        assert_eq!((error, i % 7), (CommitError::NoResult((thread, i)), 0))
                    }
                }
            }
        };
        thread::scope(|scope| {
            for thread in 0..threads as u64 {
                let work = &work;
                scope.spawn(move || work(thread));
            }
        });
        let (records, batches) = (log.records.load(Relaxed), log.batches.load(Relaxed));
        assert_eq!(records, threads as u64 * times);
        assert!(batches <= records && batches * limit.min(threads) as u64 >= records);
    });
}

#[test]
fn each_item_is_led_once() {
    for threads in [1, 2, 3, 8] {
        commits(threads, usize::MAX);
    }
}

#[test]
fn each_item_is_led_once_in_small_batches() {
    for (threads, limit) in [(2, 1), (3, 2), (8, 3)] {
        commits(threads, limit);
    }
}

/// Threads commit, some with timeouts that are over at any moment of a wait. Each item is led once, or comes back and is
/// led never.
fn commits_that_give_up(threads: usize, limit: usize) {
    finishes(move || {
        let times = rounds(4_000, 15) / threads + 1;
        let (group, log) = (GroupCommit::<usize, u64>::with_limit(limit), Log::new());
        let led: Vec<_> = (0..threads * times).map(|_| Atomic::new(0u64)).collect();
        let call = |item: usize, rng: &mut Rng| {
            let roll = rng.roll(64);
            let lead = |batch: &mut latchfree::group::Batch<'_, usize, u64>| {
                log.begin();
                match roll {
                    0..8 => thread::sleep(Duration::from_micros(roll as u64 * 10)),
                    8..24 => _ = batch.gather(),
                    24..32 => thread::yield_now(),
                    _ => {}
                }
                count(&log.batches);
                assert!(batch.len() <= limit && batch.len() == batch.iter_mut().count());
                for (item, position) in batch.iter_mut() {
                    count(&led[*item]);
                    *position = Some(count(&log.records));
                }
                log.end();
            };
            match rng.roll(4) {
                0 => group.commit(item, lead).map_err(CommitTimeoutError::from),
                1 => group.commit_timeout(item, Duration::ZERO, lead),
                _ => group.commit_timeout(item, Duration::from_micros(rng.roll(100) as u64), lead),
            }
        };
        let returned = Atomic::new(0u64);
        let work = |thread: usize| {
            let mut rng = Rng::new(thread);
            for i in 0..times {
                let item = thread * times + i;
                match call(item, &mut rng) {
                    Ok(_) => assert_eq!(led[item].load(Relaxed), 1),
                    Err(error) => {
                        assert_eq!(error, CommitTimeoutError::Timeout(item));
                        returned.fetch_add(1, Relaxed);
                    }
                }
            }
        };
        thread::scope(|scope| {
            for thread in 0..threads {
                let work = &work;
                scope.spawn(move || work(thread));
            }
        });
        assert!(led.iter().all(|led| led.load(Relaxed) <= 1));
        let is_led = led.iter().filter(|led| led.load(Relaxed) == 1).count() as u64;
        assert_eq!(is_led + returned.load(Relaxed), (threads * times) as u64);
        assert_eq!(is_led, log.records.load(Relaxed));
    });
}

#[test]
fn each_item_is_led_once_or_comes_back() {
    for (threads, limit) in [(1, 1), (2, 1), (3, usize::MAX), (4, 2), (8, 3)] {
        commits_that_give_up(threads, limit);
    }
}

/// A result is of the item that was brought, and what was done on either side is seen on the other.
#[test]
fn results_are_those_of_the_items() {
    finishes(|| {
        let group = GroupCommit::<Box<u64>, Box<u64>>::new();
        thread::scope(|scope| {
            for thread in 0..4u64 {
                let group = &group;
                scope.spawn(move || {
                    for i in 0..rounds(2_000, 10) as u64 {
                        let item = Box::new(thread << 32 | i);
                        let result = group.commit(item, |batch| {
                            for (item, result) in batch.iter_mut() {
                                *result = Some(Box::new(!**item));
                            }
                        });
                        assert_eq!(result.map(|result| *result), Ok(!(thread << 32 | i)));
                    }
                });
            }
        });
    });
}

/// Leaders panic now and then. All return, and each item is either done or comes back.
#[test]
fn panics_of_leaders_leave_none_behind() {
    finishes(|| {
        let (group, done) = (GroupCommit::<u32, ()>::new(), Atomic::new(0u64));
        let work = |thread: u32| {
            let mut times = 0;
            for i in 0..rounds(300, 5) as u32 {
                let call = AssertUnwindSafe(|| {
                    group.commit(i, |batch| {
                        for (item, result) in batch.iter_mut() {
                            if *item % 5 == thread {
                                std::panic::resume_unwind(Box::new("bad item")); // says nothing
                            }
                            *result = Some(());
                            done.fetch_add(1, Relaxed);
                        }
                    })
                });
                match catch_unwind(call) {
                    Ok(Ok(())) => times += 1,
                    Ok(Err(error)) => assert_eq!(error, CommitError::LeaderPanicked(i)),
                    Err(_) => {} // it led
                }
            }
            times
        };
        let returned: u64 = thread::scope(|scope| {
            let threads = [0, 1, 2].map(|thread| {
                let work = &work;
                scope.spawn(move || work(thread))
            });
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        // A leader that has panicked may have done its own item before.
        assert!(returned <= done.load(Relaxed));
    });
}
