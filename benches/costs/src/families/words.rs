//! Families of a word or two.

use super::{Bench, Cost, Scenario};
use latchfree::group::GroupCommit;
use latchfree::refcount::RefCount;
use latchfree::semaphore::Semaphore;
use latchfree::sequence::Sequence;
use latchfree::watermark::{HeapFrontier, Watermark};
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) const SEQUENCE: &[Scenario] = &[
    Scenario::new("`Sequence::next`", "", next),
    Scenario::new("`Sequence::reserve`", "", reserve),
];

pub(super) const REFCOUNT: &[Scenario] = &[
    Scenario::new("`RefCount::inc`, `dec`", "one object", inc_dec),
    Scenario::new("`RefCount::inc_if_nonzero`, `dec`", "one object", inc_if_nonzero),
];

pub(super) const SEMAPHORE: &[Scenario] =
    &[Scenario::new("`Semaphore::try_acquire`, drop", "enough permits", try_acquire)];

pub(super) const GROUP: &[Scenario] =
    &[Scenario::new("`GroupCommit::commit`", "meets no other", commit).on(&[1])];

pub(super) const WATERMARK: &[Scenario] = &[
    Scenario::new("`Watermark::advance_to`", "one; the others call `get`", advance_to),
    Scenario::new("`Watermark::get`", "one advances, the others too call `get`", get),
    Scenario::new("`Frontier::try_complete`", "ranges of one position, in turn", try_complete),
];

fn next(bench: &mut Bench) -> Cost {
    let sequence = Box::new(Sequence::starting_at(0));
    bench.each(|_, turns| turns.run(|| _ = sequence.next()))
}

fn reserve(bench: &mut Bench) -> Cost {
    let sequence = Box::new(Sequence::starting_at(0));
    bench.each(|_, turns| turns.run(|| _ = sequence.reserve(32)))
}

fn inc_dec(bench: &mut Bench) -> Cost {
    let count = Box::new(RefCount::new(1));
    bench.each(|_, turns| {
        turns.run(|| {
            count.inc();
            assert!(!count.dec());
        });
    })
}

fn inc_if_nonzero(bench: &mut Bench) -> Cost {
    let count = Box::new(RefCount::new(1));
    bench.each(|_, turns| {
        turns.run(|| {
            assert!(count.inc_if_nonzero());
            assert!(!count.dec());
        });
    })
}

fn try_acquire(bench: &mut Bench) -> Cost {
    let semaphore = Box::new(Semaphore::new(1000));
    bench.each(|_, turns| turns.run(|| drop(semaphore.try_acquire(1).expect("there are enough"))))
}

fn commit(bench: &mut Bench) -> Cost {
    let group = Box::new(GroupCommit::<u64, u64>::new());
    bench.each(|_, turns| {
        turns.run(|| {
            let result = group.commit(1, |batch| {
                batch.iter_mut().for_each(|(item, result)| *result = Some(*item));
            });
            assert_eq!(result, Ok(1));
        });
    })
}

fn advance_to(bench: &mut Bench) -> Cost {
    let watermark = Box::new(Watermark::new(0));
    let mut position = 0;
    let advance = || {
        position += 1;
        assert!(watermark.advance_to(position));
    };
    bench.one_beside(|turns| turns.run(advance), |_, turns| turns.run(|| _ = watermark.get()))
}

fn get(bench: &mut Bench) -> Cost {
    let watermark = Box::new(Watermark::new(0));
    // Not the machine's: which of the others advances, or how far, is no access of theirs.
    let position = AtomicU64::new(0);
    let advance = || _ = watermark.advance_to(position.fetch_add(1, Ordering::Relaxed) + 1);
    let others = |i: usize, turns: super::Turns| match i {
        1 => turns.run(advance),
        _ => turns.run(|| _ = watermark.get()),
    };
    bench.one_beside(|turns| turns.run(|| _ = watermark.get()), others)
}

fn try_complete(bench: &mut Bench) -> Cost {
    let (processors, window) = (bench.processors as u64, bench.total().next_power_of_two());
    let frontier = HeapFrontier::with_window(0, window as usize);
    bench.each(|i, turns| {
        let mut position = i as u64;
        turns.run(|| {
            frontier.try_complete(position..position + 1).expect("within the window");
            position += processors;
        });
    })
}
