//! Numbers, by the number of threads that draw them: what a bound and a wall clock cost more than a bare addition.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::peers::sequences::{
    Clock, Epoch, FetchAdd, Lease, Locked, Next, Peer, Reserve, draw,
};

fn next<P: Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sequence/next");
    for threads in [1, 2, 4] {
        group.bench_function(BenchmarkId::new(P::NAME, threads), |bencher| {
            bencher.iter_custom(|times| draw::<P>(threads, times));
        });
    }
    group.finish();
}

criterion_group!(
    benches,
    next::<FetchAdd>,
    next::<Locked>,
    next::<Next>,
    next::<Reserve>,
    next::<Lease>,
    next::<Epoch>,
    next::<Clock>
);
criterion_main!(benches);
