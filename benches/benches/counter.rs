//! Counters, by the number of threads that add; and metrics, of which an event adds to three.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::contend::together;
use latchfree_benches::peers::counters::{Add, FastCounter, FetchAdd, Local, Peer, WithSlot};
use latchfree_benches::peers::metrics::{
    self, Apart, ApartLocal, Atomics, Together, TogetherLocal,
};

fn add<P: Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("counter/add");
    for threads in [1, 2, 4] {
        group.bench_function(BenchmarkId::new(P::NAME, threads), |bencher| {
            bencher.iter_custom(|times| {
                let counter = P::new();
                let took = together(threads, |thread| counter.add_many(thread, times));
                assert_eq!(counter.sum(), times * threads as u64);
                took
            });
        });
    }
    group.finish();
}

fn event<P: metrics::Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("counter/event");
    for threads in [1, 2, 4] {
        group.bench_function(BenchmarkId::new(P::NAME, threads), |bencher| {
            bencher.iter_custom(|times| {
                let metrics = P::new();
                let took = together(threads, |_| metrics.count_many(times));
                let added: u64 = metrics.sums().iter().sum();
                assert_eq!(added, times * threads as u64 * 4098);
                took
            });
        });
    }
    group.finish();
}

criterion_group!(
    benches,
    add::<FetchAdd>,
    add::<FastCounter>,
    add::<Add>,
    add::<WithSlot>,
    add::<Local>,
    event::<Atomics>,
    event::<Apart>,
    event::<ApartLocal>,
    event::<Together>,
    event::<TogetherLocal>
);
criterion_main!(benches);
