//! Commits in groups, by the number of threads, without a sync and with a slow one.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::peers::groups::{self, Peer, commits};
use std::time::Duration;

fn groups<P: Peer>(criterion: &mut Criterion) {
    for (name, sync) in [("no sync", None), ("a sync of 200 µs", Some(Duration::from_micros(200)))]
    {
        let mut group = criterion.benchmark_group(format!("group/{name}"));
        for threads in [1, 2, 4, 8, 32] {
            group.bench_function(BenchmarkId::new(P::NAME, threads), |bencher| {
                bencher.iter_custom(|times| commits::<P>(threads, times, sync).0);
            });
        }
        group.finish();
    }
}

criterion_group!(
    benches,
    groups::<groups::Latchfree>,
    groups::<groups::FairSemaphore>,
    groups::<groups::Condvars>,
    groups::<groups::Alone>,
);
criterion_main!(benches);
