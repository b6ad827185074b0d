//! Counters, by the number of threads that add.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::contend::together;
use latchfree_benches::peers::counters::{Add, FastCounter, FetchAdd, Local, Peer, WithSlot};

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

criterion_group!(
    benches,
    add::<FetchAdd>,
    add::<FastCounter>,
    add::<Add>,
    add::<WithSlot>,
    add::<Local>
);
criterion_main!(benches);
