//! Sequences: threads draw numbers in all ways, and no number comes twice.

use crate::scale::{Rng, rounds};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::sequence::{
    BoundReached, Clock, EpochNumber, EpochSequence, Exhausted, Ids, Lease, Sequence,
};
use std::sync::Barrier;
use std::thread;

/// Runs `draw` in each of three threads, which begin together. A thread draws in growing order, and none
/// draws what another has. Returns all of it, sorted.
fn draw_all<T: Ord + Copy + Send>(draw: impl Fn(&mut Rng) -> Vec<T> + Sync) -> Vec<T> {
    let begin = Barrier::new(3);
    let draw = |seed| {
        let mut rng = Rng::new(seed);
        begin.wait();
        draw(&mut rng)
    };
    let drawn = thread::scope(|scope| {
        let draw = &draw;
        let threads = [0, 1, 2].map(|seed| scope.spawn(move || draw(seed)));
        threads.map(|thread| thread.join().unwrap())
    });
    for numbers in &drawn {
        assert!(numbers.is_sorted_by(|one, next| one < next), "a number is not greater");
    }
    let mut all = drawn.concat();
    all.sort_unstable();
    assert!(all.is_sorted_by(|one, next| one < next), "a number came twice");
    all
}

#[test]
fn numbers_come_once() {
    let sequence = Sequence::starting_at(5);
    let drawn = draw_all(|rng| {
        let mut numbers = Vec::new();
        for _ in 0..rounds(100_000, 20) {
            match rng.roll(3) {
                0 => numbers.extend(sequence.reserve(rng.roll(5) as u64).unwrap()),
                _ => numbers.push(sequence.next().unwrap()),
            }
        }
        numbers
    });
    assert!(drawn.into_iter().eq(5..sequence.peek()), "a number is missing");
}

/// Numbers that are observed meanwhile are skipped, with all below.
#[test]
fn observed_numbers_are_left_behind() {
    let sequence = Sequence::default();
    let drawn = draw_all(|rng| {
        let mut numbers = Vec::new();
        for _ in 0..rounds(100_000, 20) {
            let number = sequence.next().unwrap();
            numbers.push(number);
            if rng.roll(4) == 0 {
                let seen = number + rng.roll(9) as u64;
                sequence.observe(seen);
                assert!(sequence.peek() > seen);
            }
        }
        numbers
    });
    assert!(drawn.last().is_none_or(|&last| last < sequence.peek()));
}

/// The last numbers of a sequence, for more threads than there are numbers.
#[test]
fn last_numbers_come_once() {
    for left in 0..rounds(500, 10) as u64 {
        let sequence = Sequence::starting_at((1 << 63) - left % 7);
        let drawn = draw_all(|rng| {
            let mut numbers = Vec::new();
            while rng.roll(8) > 0 {
                let next = if rng.roll(2) == 0 {
                    sequence.next()
                } else {
                    sequence.reserve(1).map(|range| range.start)
                };
                numbers.extend(next);
            }
            numbers
        });
        assert!(drawn.last().is_none_or(|&last| last < 1 << 63), "a number beyond the last");
    }
}

/// Threads that reach the bound raise it, at the same time: no number is above what was durable by then, none comes
/// twice, and none is left out.
#[test]
fn numbers_of_a_lease_are_below_what_is_durable() {
    let (lease, durable) = (Lease::starting_at(7), Atomic::new(7u64));
    let extend = |by: u64| {
        let bound = lease.bound() + by;
        durable.fetch_max(bound, Relaxed);
        lease.extend_to(bound);
    };
    let drawn = draw_all(|rng| {
        let mut drawn = Vec::new();
        for _ in 0..rounds(300_000, 20) {
            let count = rng.roll(4) as u64;
            let numbers = if count > 0 {
                lease.reserve(count)
            } else {
                lease.next().map(|number| number..number + 1)
            };
            match numbers {
                Ok(numbers) => {
                    assert!(numbers.end <= durable.load(Relaxed), "a number that is not durable");
                    drawn.extend(numbers);
                }
                Err(BoundReached) => extend(1 + rng.roll(200) as u64),
            }
        }
        drawn
    });
    assert!(drawn.into_iter().eq(7..lease.peek()), "a number is missing");
    assert!(lease.peek() <= lease.bound() && lease.bound() == durable.load(Relaxed));
}

/// Each thread has a wall clock that goes wrong, and sends what it has to the others.
#[test]
fn timestamps_come_once_and_are_not_behind() {
    let clock = Clock::default();
    let drawn = draw_all(|rng| {
        let (mut wall, mut drawn) = (0, Vec::new());
        for _ in 0..rounds(100_000, 20) {
            wall = (wall + rng.roll(8) as u64).saturating_sub(rng.roll(5) as u64);
            if rng.roll(8) == 0 {
                let seen = clock.peek() + rng.roll(3) as u64;
                clock.observe(seen);
                assert!(clock.tick(0).unwrap() > seen);
            }
            let timestamp = clock.tick(wall).unwrap();
            assert!(timestamp >= wall);
            drawn.push(timestamp);
        }
        drawn
    });
    assert!(drawn.last().is_none_or(|&last| last < clock.peek()));
}

/// Epochs begin, and numbers of other epochs are observed, while counts run out.
#[test]
fn numbers_of_epochs_come_once() {
    let numbers = EpochSequence::starting_at(EpochNumber { epoch: 1, count: u32::MAX - 3 });
    let drawn = draw_all(|rng| {
        let mut drawn = Vec::new();
        for _ in 0..rounds(100_000, 20) {
            match rng.roll(8) {
                0 => {
                    // Near the end of its epoch, so that this soon has none left.
                    let EpochNumber { epoch, .. } = numbers.peek();
                    let seen = EpochNumber { epoch, count: u32::MAX - 5 };
                    numbers.observe(seen);
                    assert!(numbers.peek() > seen);
                }
                1 => drop(numbers.next_epoch()),
                _ => match numbers.next() {
                    Ok(number) => drawn.push(number),
                    Err(Exhausted) => drop(numbers.next_epoch()),
                },
            }
        }
        drawn
    });
    assert!(drawn.iter().all(|number| number.count < u32::MAX), "the mark for none left came out");
}

/// Threads that begin epochs at the same time each begin their own.
#[test]
fn epochs_begin_once() {
    let numbers = EpochSequence::starting_at(EpochNumber { epoch: 0, count: 0 });
    let begun = draw_all(|rng| {
        let begin = |_| {
            rng.pause();
            numbers.next_epoch().unwrap()
        };
        (0..rounds(5_000, 20)).map(begin).collect()
    });
    let epochs = 1..=begun.len() as u32;
    assert!(begun.into_iter().eq(epochs), "an epoch is missing");
}

/// As many threads as ids: each gets one, and has it alone. The slot behind it is handed over with it.
#[test]
fn ids_are_held_by_one_and_refused_to_none() {
    let (ids, begin) = (Ids::<4>::new(), Barrier::new(4));
    let (is_held, uses) = ([(); 4].map(|()| Atomic::new(false)), [(); 4].map(|()| Atomic::new(0)));
    let total = rounds(300_000, 50) as u64;
    let hold = |seed: usize| {
        let mut rng = Rng::new(seed);
        begin.wait();
        for _ in 0..total {
            let id = ids.acquire().expect("one for each");
            let (is_held, uses) = (&is_held[id.get()], &uses[id.get()]);
            assert!(!is_held.swap(true, Relaxed), "two have it");
            uses.store(uses.load(Relaxed) + 1, Relaxed); // is exact, though it is no read-modify-write
            if rng.roll(16) == 0 {
                rng.pause();
            }
            is_held.store(false, Relaxed);
        }
    };
    thread::scope(|scope| {
        let hold = &hold;
        (0..4).for_each(|seed| drop(scope.spawn(move || hold(seed))));
    });
    let sum = uses.iter().map(|uses| uses.load(Relaxed)).sum::<u64>();
    assert_eq!((sum, ids.in_use()), (4 * total, 0));
}
