//! `Counter` and `Gauge` against a number, `Counters` against several, and `EveryNth` against a remainder.

use crate::support::{boundary_u64, cases, steps};
use latchfree::counter::{
    Counter, Counters, EveryNth, Gauge, Local, LocalCounts, Which, WorkerSlot,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

#[derive(Clone, Copy, Debug)]
enum Op {
    /// Takes a handle.
    Local,
    DropLocal(Index),
    AddLocal(Index, u64),
    AddWorker(usize, u64),
    /// Through the slot of this thread, if it has one.
    AddThread(u64),
    /// Through the slot that all share, as a handler does.
    AddShared(u64),
    Drain,
}

fn op() -> impl Strategy<Value = Op> {
    // Small, or so large that a few of them take the sum around.
    let n = || prop_oneof![0u64..10, boundary_u64().prop_map(|n| n & (u64::MAX >> 2))];
    prop_oneof![
        2 => Just(Op::Local),
        2 => any::<Index>().prop_map(Op::DropLocal),
        4 => (any::<Index>(), n()).prop_map(|(which, n)| Op::AddLocal(which, n)),
        2 => (prop_oneof![0usize..6, Just(usize::MAX)], n()).prop_map(|(w, n)| Op::AddWorker(w, n)),
        1 => n().prop_map(Op::AddThread),
        1 => n().prop_map(Op::AddShared),
        2 => Just(Op::Drain),
    ]
}

/// A counter of either kind.
trait Counts {
    fn local(&self) -> Local<'_, u64>;
    fn with_slot(&self, worker: usize) -> WorkerSlot<'_, u64>;
    fn add(&self, n: u64);
    fn add_shared(&self, n: u64);
    fn sum(&self) -> u64;
    fn drain(&self) -> u64;
    fn pending(&self) -> u64;
}

/// A gauge of either kind.
trait Level {
    fn local(&self) -> Local<'_, i64>;
    fn with_slot(&self, worker: usize) -> WorkerSlot<'_, i64>;
    fn add(&self, n: i64);
    fn sub(&self, n: i64);
    fn add_shared(&self, n: i64);
    fn sum(&self) -> i64;
    fn level(&self) -> u64;
}

/// Forwards methods to those of the same name.
macro_rules! forward {
    ($($trait:ident for [$($generics:tt)*] $type:ty {
        $(fn $method:ident($($arg:ident: $arg_type:ty)?) $(-> $result:ty)?;)*
    })*) => {$(
        impl<$($generics)*> $trait for $type {
            $(fn $method(&self $(, $arg: $arg_type)?) $(-> $result)? {
                <$type>::$method(self $(, $arg)?)
            })*
        }
    )*};
}

macro_rules! counts {
    ($([$($generics:tt)*] $type:ty;)*) => {
        forward! {$(Counts for [$($generics)*] $type {
            fn local() -> Local<'_, u64>;
            fn with_slot(worker: usize) -> WorkerSlot<'_, u64>;
            fn add(n: u64);
            fn add_shared(n: u64);
            fn sum() -> u64;
            fn drain() -> u64;
            fn pending() -> u64;
        })*}
    };
}
counts! { [const N: usize] Counter<N>; }

macro_rules! level {
    ($([$($generics:tt)*] $type:ty;)*) => {
        forward! {$(Level for [$($generics)*] $type {
            fn local() -> Local<'_, i64>;
            fn with_slot(worker: usize) -> WorkerSlot<'_, i64>;
            fn add(n: i64);
            fn sub(n: i64);
            fn add_shared(n: i64);
            fn sum() -> i64;
            fn level() -> u64;
        })*}
    };
}
level! { [const N: usize] Gauge<N>; }

/// The expected state of a counter.
#[derive(Default)]
struct Model {
    sum: u64,
    drained: u64,
}

impl Model {
    /// Counts `n`, which `counter` is about to count; first drains, if 2^63 would come in between
    /// two drains.
    fn add(&mut self, counter: &impl Counts, n: u64) {
        if self.sum.wrapping_sub(self.drained).wrapping_add(n) >> 63 == 1 {
            self.drain(counter);
        }
        self.sum = self.sum.wrapping_add(n);
    }

    fn drain(&mut self, counter: &impl Counts) {
        let pending = self.sum.wrapping_sub(self.drained);
        assert_eq!([counter.pending(), counter.drain()], [pending; 2]);
        assert_eq!([counter.pending(), counter.drain()], [0; 2]);
        self.drained = self.sum;
    }
}

fn counts(counter: &impl Counts, ops: &[Op]) {
    let (mut locals, mut model) = (Vec::new(), Model::default());
    for op in ops {
        match *op {
            Op::Local => locals.push(counter.local()),
            Op::DropLocal(which) if !locals.is_empty() => {
                locals.swap_remove(which.index(locals.len()));
            }
            Op::AddLocal(which, n) if !locals.is_empty() => {
                model.add(counter, n);
                locals[which.index(locals.len())].add(n);
            }
            Op::AddWorker(worker, n) => {
                model.add(counter, n);
                counter.with_slot(worker).add(n);
            }
            Op::AddThread(n) => {
                model.add(counter, n);
                counter.add(n);
            }
            Op::AddShared(n) => {
                model.add(counter, n);
                counter.add_shared(n);
            }
            Op::Drain => model.drain(counter),
            Op::DropLocal(_) | Op::AddLocal(..) => {}
        }
        assert_eq!(counter.sum(), model.sum);
    }
    drop(locals);
    assert_eq!(counter.sum(), model.sum, "a count went with its handle");
    model.drain(counter);
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn counter_counts_like_a_number(ops in vec(op(), steps(80))) {
        counts(&Counter::<0>::new(), &ops);
        counts(&Counter::<1>::new(), &ops);
        counts(&Counter::<2>::new(), &ops);
        counts(&Counter::<5>::new(), &ops);
    }

    #[test]
    fn counters_count_like_numbers(ops in vec((op(), metric(), metric()), steps(80))) {
        counts_like_numbers::<0>(&ops);
        counts_like_numbers::<1>(&ops);
        counts_like_numbers::<4>(&ops);
    }

    #[test]
    fn index_below_the_number_of_counts_is_one_of_them(index in prop_oneof![0usize..20, any::<usize>()]) {
        let which = Which::<13>::new(index);
        prop_assert_eq!(which.map(Which::index), (index < 13).then_some(index));
    }

    /// Up and down in each of the ways.
    #[test]
    fn gauges_count_like_a_signed_number(steps in vec((0usize..5, any::<i64>()), steps(60))) {
        goes_up_and_down(&Gauge::<2>::new(), &steps);
    }

    #[test]
    fn every_nth_tick_returns_true(n in 1u64..20, ticks in 0u64..200) {
        let trigger = EveryNth::new(n.try_into().unwrap());
        for tick in 1..=ticks {
            prop_assert_eq!(trigger.tick(), tick % n == 0);
        }
    }

    /// Handles have a slot as long as there is one that neither another handle nor a worker has.
    #[test]
    fn slots_are_owned_and_used_again(ops in vec((0usize..6, any::<Index>()), steps(60))) {
        slots_change_hands(&Counter::<3>::new(), 3, &ops);
    }
}

fn goes_up_and_down(gauge: &impl Level, steps: &[(usize, i64)]) {
    let (local, mut level) = (gauge.local(), 0i64);
    for &(way, n) in steps {
        match way {
            0 => local.sub(n),
            1 => gauge.sub(n),
            2 => gauge.with_slot(0).sub(n),
            3 => gauge.add(n.wrapping_neg()),
            _ => gauge.add_shared(n.wrapping_neg()),
        }
        level = level.wrapping_sub(n);
        assert_eq!((gauge.sum(), gauge.level()), (level, u64::try_from(level).unwrap_or(0)));
    }
}

fn slots_change_hands(counter: &impl Counts, slots: usize, ops: &[(usize, Index)]) {
    let mut locals: Vec<(_, bool)> = Vec::new();
    let mut workers = vec![false; slots];
    for (choice, which) in ops {
        let owned = locals.iter().filter(|(_, owns)| *owns).count();
        let taken = owned + workers.iter().filter(|&&taken| taken).count();
        match choice {
            0..=2 => {
                let local = counter.local();
                let owns = local.owns_slot();
                assert_eq!(owns, taken < slots);
                locals.push((local, owns));
            }
            3..=4 if !locals.is_empty() => drop(locals.swap_remove(which.index(locals.len()))),
            _ => {
                let worker = which.index(slots);
                let owns = format!("{:?}", counter.with_slot(worker)).contains("true");
                // Its own indefinitely, or free, or a handle's.
                assert!(owns || (!workers[worker] && owned > 0));
                workers[worker] |= owns;
            }
        }
    }
}

/// One of three counts, named by an enum.
#[derive(Clone, Copy, Debug)]
enum Metric {
    Hits,
    Misses,
    Bytes,
}

impl From<Metric> for Which<3> {
    fn from(metric: Metric) -> Self {
        Which::new(metric as usize).unwrap()
    }
}

fn metric() -> impl Strategy<Value = Metric> {
    prop_oneof![Just(Metric::Hits), Just(Metric::Misses), Just(Metric::Bytes)]
}

/// Each count beside a number of its own: an add to one changes no other.
fn counts_like_numbers<const N: usize>(ops: &[(Op, Metric, Metric)]) {
    let counters = Counters::<3, N>::new();
    let (mut locals, mut sums, mut drained) = (Vec::new(), [0u64; 3], [0; 3]);
    for &(op, which, other) in ops {
        let mut count = |which: Metric, n: u64| {
            let n = n & (u64::MAX >> 8); // less than 2^63 in all between two drains
            sums[which as usize] = sums[which as usize].wrapping_add(n);
            n
        };
        match op {
            Op::Local => locals.push(counters.local()),
            Op::DropLocal(index) if !locals.is_empty() => {
                locals.swap_remove(index.index(locals.len()));
            }
            Op::AddLocal(index, n) if !locals.is_empty() => {
                locals[index.index(locals.len())].add(which, count(which, n));
            }
            Op::AddWorker(worker, n) => counters.with_slot(worker).add(which, count(which, n)),
            Op::AddThread(0) => {
                counters.inc(which);
                count(which, 1);
            }
            Op::AddThread(n) => {
                counters.add_each([(which, count(which, n)), (other, count(other, n / 2))]);
            }
            Op::AddShared(n) => counters.add_shared(which, count(which, n)),
            Op::Drain => {
                let pending: [u64; 3] = std::array::from_fn(|i| sums[i].wrapping_sub(drained[i]));
                assert_eq!([counters.pending(), counters.drain()], [pending; 2]);
                assert_eq!([counters.pending(), counters.drain()], [[0; 3]; 2]);
                drained = sums;
            }
            Op::DropLocal(_) | Op::AddLocal(..) => {}
        }
        assert_eq!((counters.sums(), counters.sum(which)), (sums, sums[which as usize]));
    }
    drop(locals);
    assert_eq!(counters.sums(), sums, "a count went with its handle");
}

#[test]
fn overflow_wraps_around() {
    let counter = Counter::<2>::new();
    let [local, worker] = [counter.local(), counter.local()];
    local.add(1 << 62);
    worker.add((1 << 62) - 1);
    assert_eq!(counter.drain(), (1 << 63) - 1); // as much as may come in between two drains
    local.add((1 << 63) - 1);
    assert_eq!((counter.sum(), counter.drain()), (u64::MAX - 1, (1 << 63) - 1));
    worker.add(6);
    assert_eq!((counter.sum(), counter.drain()), (4, 6));
}

#[test]
fn more_handles_than_slots_are_exact() {
    let counter = Counter::<4>::new();
    let locals: Vec<_> = (0..20).map(|_| counter.local()).collect();
    assert_eq!(locals.iter().filter(|local| local.owns_slot()).count(), 4);
    (1..).zip(&locals).for_each(|(n, local)| local.add(n));
    assert_eq!(counter.sum(), 210);
    drop(locals);
    assert_eq!((counter.sum(), counter.drain(), counter.drain()), (210, 210, 0));
    let again: Vec<_> = (0..4).map(|_| counter.local()).collect();
    assert!(again.iter().all(|local| local.owns_slot()));
    again.iter().for_each(|local| local.inc());
    assert_eq!(counter.drain(), 4);
}

#[test]
fn handles_move_between_threads() {
    static COUNTER: Counter<1> = Counter::new();
    let mut local = COUNTER.local();
    for _ in 0..3 {
        local = std::thread::spawn(move || {
            local.inc();
            local
        })
        .join()
        .unwrap();
    }
    assert!(local.owns_slot());
    assert_eq!(COUNTER.sum(), 3);
}

/// The last words of a thread: what other thread-locals count when they are destroyed.
#[test]
fn adds_from_destructors_of_threads_count() {
    static COUNTER: Counter<2> = Counter::new();
    struct LastWords;
    impl Drop for LastWords {
        fn drop(&mut self) {
            COUNTER.add(10);
        }
    }
    thread_local! {
        static EARLY: LastWords = const { LastWords };
        static LATE: LastWords = const { LastWords };
    }
    for _ in 0..3 {
        let thread = std::thread::spawn(|| {
            EARLY.with(|_| COUNTER.add(1)); // one destructor is registered before the counter's,
            LATE.with(|_| COUNTER.add(1)); // and one after
        });
        thread.join().unwrap();
    }
    assert_eq!(COUNTER.sum(), 66);
}

#[test]
fn sizes_are_as_documented() {
    use crossbeam_utils::CachePadded;
    let padded = size_of::<CachePadded<u64>>();
    assert_eq!(size_of::<Counter<0>>(), 5 * padded);
    assert_eq!(size_of::<Counter<8>>(), 13 * padded);
    assert_eq!(align_of::<Counter<1>>(), align_of::<CachePadded<u64>>());
    assert_eq!(size_of::<Local<'_, u64>>(), 2 * size_of::<usize>());

    let rounded = |words: usize| (words * size_of::<u64>()).next_multiple_of(padded);
    assert_eq!(size_of::<Counters<13, 8>>(), 12 * rounded(14) + rounded(13));
    assert_eq!(size_of::<Counters<33, 2>>(), 6 * rounded(34) + rounded(33));
    if padded == 128 {
        assert_eq!((size_of::<Counters<13, 8>>(), 13 * size_of::<Counter<8>>()), (1_664, 21_632));
        assert_eq!(size_of::<Counters<15, 8>>(), size_of::<Counter<8>>());
    }
    assert_eq!(size_of::<LocalCounts<'_, 13>>(), 2 * size_of::<usize>());
}

#[test]
fn debug_shows_the_sum() {
    let counter = Counter::<1>::default();
    counter.with_slot(0).inc();
    counter.inc();
    assert_eq!(format!("{counter:?}"), "Counter { sum: 2 }");
    assert_eq!(format!("{:?}", counter.local()), "Local { owns_slot: false }");
    assert_eq!(format!("{:?}", counter.with_slot(0)), "WorkerSlot { owns_slot: true }");

    let counters = Counters::<3, 1>::default();
    counters.with_slot(0).add(Metric::Bytes, 2);
    counters.inc(Metric::Hits);
    assert_eq!(format!("{counters:?}"), "Counters { sums: [1, 0, 2] }");
    assert_eq!(format!("{:?}", counters.local()), "LocalCounts { owns_slot: false }");
    assert_eq!(format!("{:?}", counters.with_slot(0)), "WorkerCounts { owns_slot: true }");
}

/// Slots on the heap, as many as were asked for.
#[cfg(feature = "alloc")]
mod on_heap {
    use super::*;
    use latchfree::counter::{HeapCounter, HeapGauge};

    counts! { [] HeapCounter; }
    level! { [] HeapGauge; }

    proptest! {
        #![proptest_config(cases(1024))]

        #[test]
        fn heap_counter_counts_like_a_number(slots in 0usize..9, ops in vec(op(), steps(80))) {
            counts(&HeapCounter::with_slots(slots), &ops);
        }

        #[test]
        fn heap_gauge_counts_like_a_signed_number(
            slots in 0usize..5,
            steps in vec((0usize..5, any::<i64>()), steps(60)),
        ) {
            goes_up_and_down(&HeapGauge::with_slots(slots), &steps);
        }

        #[test]
        fn heap_slots_are_owned_and_used_again(
            slots in 1usize..6,
            ops in vec((0usize..6, any::<Index>()), steps(60)),
        ) {
            slots_change_hands(&HeapCounter::with_slots(slots), slots, &ops);
        }
    }

    #[test]
    #[should_panic = "capacity overflow"]
    fn more_slots_than_there_can_be_are_refused() {
        let _ = HeapCounter::with_slots(usize::MAX / 2);
    }

    #[test]
    fn sizes_are_as_documented() {
        let padded = size_of::<crossbeam_utils::CachePadded<u64>>();
        assert_eq!(size_of::<HeapCounter>(), 6 * padded);
        assert_eq!(size_of::<HeapGauge>(), 5 * padded);
    }

    #[test]
    fn debug_shows_the_sum() {
        let (counter, gauge) = (HeapCounter::with_slots(2), HeapGauge::with_slots(1));
        counter.inc();
        gauge.dec();
        assert_eq!(format!("{counter:?}"), "HeapCounter { sum: 1 }");
        assert_eq!(format!("{gauge:?}"), "HeapGauge { sum: -1 }");
    }
}
