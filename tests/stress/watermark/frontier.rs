//! Frontiers: none is left behind, whatever is seen is complete, and all that block go on.

use crate::scale::{Rng, Rounds, finishes, rounds};
use latchfree::atomic::{AcqRel, Acquire, Atomic, Relaxed};
use latchfree::sequence::Sequence;
use latchfree::watermark::{
    CompleteError, CompleteTimeoutError, Frontier, FrontierOn, HeapFrontier, Links,
    TryCompleteError,
};
use std::ops::Range;
use std::thread;
use std::time::Duration;

/// Two threads complete one range each at the same moment, round after round. The position is behind both as soon as
/// both have returned: there is no third to make up for it.
#[test]
fn two_that_complete_together_leave_nothing_behind() {
    finishes(|| {
        let (frontier, together) = (Frontier::<2>::new(0), Rounds::new(2));
        let (arrived, steps) = (Atomic::new(0usize), rounds(50_000, 60));
        let part = |which: u64| {
            together.run(steps, |round| {
                let start = 2 * (round as u64 - 1) + which;
                frontier.try_complete(start..start + 1).unwrap();
                arrived.fetch_add(1, AcqRel);
                while arrived.load(Acquire) < 2 * round {
                    thread::yield_now();
                }
                assert_eq!(frontier.position(), 2 * round as u64, "left behind");
            });
        };
        thread::scope(|scope| {
            scope.spawn(|| part(0));
            scope.spawn(|| part(1));
        });
    });
}

/// Completes in one of all ways, and gives up in between.
fn complete<L: Links>(frontier: &FrontierOn<L>, range: Range<u64>, rng: &mut Rng) -> u64 {
    loop {
        match rng.roll(3) {
            0 => return frontier.complete(range).unwrap(),
            1 => match frontier.try_complete(range.clone()) {
                Ok(position) => return position,
                Err(error) => {
                    assert_eq!(error, TryCompleteError::TooFarAhead(range.clone()));
                    rng.pause();
                }
            },
            _ => {
                let timeout = Duration::from_micros(rng.roll(300) as u64);
                match frontier.complete_timeout(range.clone(), timeout) {
                    Ok(position) => return position,
                    Err(error) => {
                        assert_eq!(error, CompleteTimeoutError::Timeout(range.clone()));
                    }
                }
            }
        }
    }
}

/// Writers take numbers in one order, write them down at their own pace, and complete them out of order, often too
/// far ahead. Readers block for positions of their own; all that is below a position is written down.
fn readers_see_what_completers_did<L: Links + Sync>(frontier: &FrontierOn<L>, end: usize) {
    let (records, numbers) =
        (Vec::from_iter((0..end).map(|_| Atomic::new(0))), Sequence::starting_at(0));
    let sees_all_below = |position: u64, rng: &mut Rng| {
        let position = position as usize;
        let some = (0..8).map(|_| rng.roll(position.max(1))).chain(position.checked_sub(1));
        some.filter(|&at| at < position)
            .for_each(|at| assert_eq!(records[at].load(Relaxed), at + 1));
    };
    let write = |by: usize| {
        let mut rng = Rng::new(by);
        while let Ok(numbers) = numbers.reserve(1 + rng.roll(3) as u64) {
            let range = numbers.start.min(end as u64)..numbers.end.min(end as u64);
            if range.is_empty() {
                break;
            }
            if rng.roll(8) == 0 {
                rng.pause();
            }
            range.clone().for_each(|at| records[at as usize].store(at as usize + 1, Relaxed));
            let position = complete(frontier, range, &mut rng);
            sees_all_below(position, &mut rng);
        }
    };
    let read = |by: usize| {
        let (mut rng, mut at) = (Rng::new(by), 0);
        while at < end as u64 {
            at = (end as u64).min(at + 1 + rng.roll(20) as u64);
            let position = frontier.wait_for(at).unwrap();
            assert!(position >= at);
            sees_all_below(position, &mut rng);
            at = position;
        }
    };
    thread::scope(|scope| {
        for by in [0, 1] {
            scope.spawn(move || read(by));
        }
        for by in [2, 3, 4] {
            scope.spawn(move || write(by));
        }
    });
    assert_eq!(frontier.position(), end as u64);
}

/// A window that is always too small, and one on the heap in which runs are longer than one advance follows in one
/// go.
#[test]
fn readers_see_what_completers_did_in_any_window() {
    finishes(|| {
        readers_see_what_completers_did(&Frontier::<4>::new(0), rounds(20_000, 40));
        readers_see_what_completers_did(&HeapFrontier::with_window(0, 256), rounds(20_000, 40));
    });
}

/// One completer holds the first range back, until all others block; then all go on.
#[test]
fn completers_block_at_the_window_and_go_on() {
    const OTHERS: u64 = 3;
    finishes(|| {
        for _ in 0..rounds(300, 2) {
            let frontier = Frontier::<1>::new(0);
            thread::scope(|scope| {
                let others = [3, 1, 2].map(|at| {
                    let frontier = &frontier;
                    scope.spawn(move || frontier.complete(at..at + 1))
                });
                thread::sleep(Duration::from_micros(200));
                assert!(others.iter().all(|other| !other.is_finished()));
                assert_eq!(frontier.try_complete(1..2), Err(TryCompleteError::TooFarAhead(1..2)));
                frontier.complete(0..1).unwrap();
                assert!(others.into_iter().all(|other| other.join().unwrap().is_ok()));
            });
            assert_eq!(frontier.position(), 1 + OTHERS);
        }
    });
}

/// A close in the middle of it all: each range was completed, or came back and is still missing.
#[test]
fn close_loses_no_range() {
    finishes(|| {
        for round in 0..rounds(200, 2) {
            let (frontier, numbers) = (Frontier::<2>::new(0), Sequence::starting_at(0));
            let work = |by: usize| {
                let mut rng = Rng::new(4 * round + by);
                for _ in 0..10 {
                    let at = numbers.next().unwrap();
                    if rng.roll(4) == 0 {
                        rng.pause();
                    }
                    match frontier.complete(at..at + 1) {
                        Ok(_) => {}
                        Err(error) => {
                            assert_eq!(error, CompleteError::Closed(at..at + 1));
                            return Some(at);
                        }
                    }
                }
                None
            };
            let came_back = thread::scope(|scope| {
                let workers = [0, 1, 2].map(|by| scope.spawn(move || work(by)));
                let mut rng = Rng::new(4 * round + 3);
                (0..rng.roll(10)).for_each(|_| rng.pause());
                frontier.close();
                workers.map(|worker| worker.join().unwrap())
            });
            let first_missing = came_back.into_iter().flatten().min();
            assert_eq!(frontier.position(), first_missing.unwrap_or(30));
        }
    });
}
