//! Families of a word or two.

use super::{Bench, Cost, Scenario};
use crossbeam_utils::CachePadded;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::group::GroupCommit;
use latchfree::refcount::{Gate, Pins, RefCount};
use latchfree::semaphore::Semaphore;
use latchfree::sequence::{Ids, Sequence};
use latchfree::watermark::{HeapFrontier, Watermark};
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) const SEQUENCE: &[Scenario] = &[
    Scenario::new("`Sequence::next`", "", next),
    Scenario::new("`Sequence::reserve`", "", reserve),
    Scenario::new("`Ids::acquire`, drop", "", acquire_id),
];

pub(super) const REFCOUNT: &[Scenario] = &[
    Scenario::new("`RefCount::inc`, `dec`", "one object", inc_dec),
    Scenario::new("`RefCount::inc_if_nonzero`, `dec`", "one object", inc_if_nonzero),
    Scenario::new("`Gate::enter`, drop", "one gate", enter),
    Scenario::new("`Gate::enter`, drop", "a gate each", enter_own),
    Scenario::new("control: a gate by compare-and-swap", "one gate", enter_by_swap),
    Scenario::new("`Reader::pin`, drop", "", pin),
    Scenario::new("`Pins::pin`, drop", "", pin_in_any_slot),
    Scenario::new("`Pins::oldest` of 64", "one; the others pin", oldest),
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

fn enter(bench: &mut Bench) -> Cost {
    let gate = Box::new(Gate::new());
    bench.each(|_, turns| turns.run(|| drop(gate.enter().expect("it is open"))))
}

fn enter_own(bench: &mut Bench) -> Cost {
    let gates: Vec<_> = (0..bench.processors).map(|_| CachePadded::new(Gate::new())).collect();
    bench.each(|i, turns| turns.run(|| drop(gates[i].enter().expect("it is open"))))
}

fn enter_by_swap(bench: &mut Bench) -> Cost {
    const CLOSED: u64 = 1 << 63;
    let gate = Box::new(Atomic::new(0u64));
    let entered = |state: u64| (state & CLOSED == 0).then_some(state + 1);
    bench.each(|_, turns| {
        turns.run(|| {
            assert!(gate.try_update(Relaxed, Relaxed, entered).is_ok());
            gate.fetch_sub(1, Release);
        });
    })
}

fn pins() -> Box<(CachePadded<Atomic<u64>>, Pins<64>)> {
    Box::new((CachePadded::new(Atomic::new(7)), Pins::new()))
}

fn pin(bench: &mut Bench) -> Cost {
    let shared = pins();
    let (now, pins) = &*shared;
    bench.each(|_, turns| {
        let mut reader = pins.reader().expect("a slot each");
        turns.run(|| drop(reader.pin(|| now.load(Acquire))));
    })
}

fn pin_in_any_slot(bench: &mut Bench) -> Cost {
    let shared = pins();
    let (now, pins) = &*shared;
    bench.each(|_, turns| turns.run(|| drop(pins.pin(|| now.load(Acquire)).expect("a slot each"))))
}

fn oldest(bench: &mut Bench) -> Cost {
    let shared = pins();
    let (now, pins) = &*shared;
    bench.one_beside(
        |turns| turns.run(|| assert_eq!(pins.oldest(7), 7)),
        |_, turns| {
            let mut reader = pins.reader().expect("a slot each");
            turns.run(|| drop(reader.pin(|| now.load(Acquire))));
        },
    )
}

fn acquire_id(bench: &mut Bench) -> Cost {
    let ids = Box::new(Ids::<64>::new());
    bench.each(|_, turns| turns.run(|| drop(ids.acquire().expect("one each"))))
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
