//! What is in use: operations that go through a gate, positions that readers pin, ids that threads hold; beside what
//! engines write by hand.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use crossbeam_utils::CachePadded;
use latchfree::refcount::{Gate, Pins};
use latchfree::sequence::Ids;
use latchfree_benches::contend::together;
use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::sync::{Mutex, RwLock};

/// By the number of threads. `work(subject, thread, times)` does the operation so many times.
fn contend<T: Sync>(
    criterion: &mut Criterion,
    group: &str,
    name: &str,
    new: impl Fn() -> T,
    work: impl Fn(&T, usize, u64) + Sync,
) {
    let mut group = criterion.benchmark_group(group);
    for threads in [1, 2, 4] {
        group.bench_function(BenchmarkId::new(name, threads), |bencher| {
            bencher.iter_custom(|times| {
                let subject = new();
                together(threads, |thread| work(&subject, thread, times))
            });
        });
    }
    group.finish();
}

const CLOSED: u64 = 1 << 63;

/// Enters by compare-and-swap, as sled does.
fn enter_by_swap(state: &AtomicU64) {
    let entered = state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |state| {
        (state & CLOSED == 0).then_some(state + 1)
    });
    assert!(entered.is_ok());
    assert_ne!(state.fetch_sub(1, Ordering::SeqCst), CLOSED | 1);
}

fn gates(criterion: &mut Criterion) {
    let group = "gate/enter and leave";
    contend(
        criterion,
        group,
        "std RwLock<bool>",
        || RwLock::new(false),
        |lock, _, times| {
            (0..times).for_each(|_| assert!(!*black_box(lock.read().expect("no thread panics"))));
        },
    );
    contend(
        criterion,
        group,
        "std Mutex<(u64, bool)>",
        || Mutex::new((0, false)),
        |lock, _, times| {
            for _ in 0..times {
                let mut state = lock.lock().expect("no thread panics");
                assert!(!state.1);
                state.0 += 1;
                drop(state);
                lock.lock().expect("no thread panics").0 -= 1;
            }
        },
    );
    let name = "core AtomicU64, compare-and-swap";
    contend(
        criterion,
        group,
        name,
        || AtomicU64::new(0),
        |state, _, times| {
            (0..times).for_each(|_| enter_by_swap(state));
        },
    );
    contend(criterion, group, "latchfree Gate", Gate::new, |gate, _, times| {
        (0..times).for_each(|_| drop(black_box(gate.enter().expect("open"))));
    });
    let each = || [const { CachePadded::new(Gate::new()) }; 4];
    contend(criterion, group, "latchfree Gate, one each", each, |gates, thread, times| {
        (0..times).for_each(|_| drop(black_box(gates[thread].enter().expect("open"))));
    });
}

/// A position, and the slots of those that pin it.
struct Hazards {
    now: CachePadded<AtomicU64>,
    slots: [CachePadded<AtomicU64>; 4],
}

/// A position, and the pins.
struct Pinned {
    now: CachePadded<AtomicU64>,
    pins: Pins<4>,
}

fn pins(criterion: &mut Criterion) {
    let group = "pins/pin and unpin";
    let now = || CachePadded::new(AtomicU64::new(7));
    let map = || (now(), Mutex::new(BTreeMap::<u64, usize>::new()));
    contend(criterion, group, "std Mutex<BTreeMap>", map, |(now, pins), _, times| {
        for _ in 0..times {
            let mut map = pins.lock().expect("no thread panics");
            let position = now.load(Ordering::Acquire);
            *map.entry(position).or_default() += 1;
            drop(map);
            let mut map = pins.lock().expect("no thread panics");
            if let Some(count) = map.get_mut(black_box(&position)) {
                *count -= 1;
                if *count == 0 {
                    map.remove(&position);
                }
            }
        }
    });
    let slots =
        || Hazards { now: now(), slots: [const { CachePadded::new(AtomicU64::new(u64::MAX)) }; 4] };
    let name = "a slot, a fence, until stable";
    contend(criterion, group, name, slots, |hazards, thread, times| {
        let slot = &hazards.slots[thread];
        for _ in 0..times {
            let mut position = hazards.now.load(Ordering::Acquire);
            loop {
                slot.store(position, Ordering::Release);
                fence(Ordering::SeqCst);
                match hazards.now.load(Ordering::Acquire) {
                    same if same == position => break,
                    moved => position = moved,
                }
            }
            black_box(position);
            slot.store(u64::MAX, Ordering::Release);
        }
    });
    contend(
        criterion,
        group,
        "crossbeam-epoch pin",
        || (),
        |(), _, times| {
            (0..times).for_each(|_| drop(black_box(crossbeam_epoch::pin())));
        },
    );
    let shared = || {
        let shared = Pinned { now: now(), pins: Pins::new() };
        assert_eq!(shared.pins.oldest(3), 3); // as an engine that has reclaimed once
        shared
    };
    contend(criterion, group, "latchfree Pins", shared, |shared, _, times| {
        let now = || shared.now.load(Ordering::Acquire);
        (0..times).for_each(|_| drop(black_box(shared.pins.pin(now))));
    });
    contend(criterion, group, "latchfree Reader", shared, |shared, _, times| {
        let now = || shared.now.load(Ordering::Acquire);
        let mut reader = shared.pins.reader().expect("a slot each");
        (0..times).for_each(|_| drop(black_box(reader.pin(now))));
    });
    criterion.bench_function("pins/oldest of 64", |bencher| {
        let pins = Pins::<64>::new();
        bencher.iter(|| pins.oldest(black_box(7)));
    });
}

fn ids(criterion: &mut Criterion) {
    let group = "ids/acquire and give back";
    let free = || Mutex::new((0..64).collect::<BTreeSet<usize>>());
    contend(criterion, group, "std Mutex<BTreeSet>", free, |free, _, times| {
        for _ in 0..times {
            let id = free.lock().expect("no thread panics").pop_first().expect("enough");
            free.lock().expect("no thread panics").insert(black_box(id));
        }
    });
    contend(criterion, group, "latchfree Ids", Ids::<64>::new, |ids, _, times| {
        (0..times).for_each(|_| drop(black_box(ids.acquire().expect("enough"))));
    });
}

criterion_group!(benches, gates, pins, ids);
criterion_main!(benches);
