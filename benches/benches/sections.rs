//! One permit that several threads hold shortly, again and again: whether they come to wait in a line for each other.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::peers::sections::{self, Peer, contend};

fn sections<P: Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("semaphore/short sections");
    for threads in [1, 2, 4, 8] {
        group.bench_function(BenchmarkId::new(P::NAME, threads), |bencher| {
            bencher.iter_custom(|times| contend::<P>(threads, times));
        });
    }
    group.finish();
}

criterion_group!(
    benches,
    sections::<sections::Strict>,
    sections::<sections::Barging>,
    sections::<sections::CondvarSemaphore>,
    sections::<sections::ParkingLotSemaphore>,
    sections::<sections::TokioSemaphore>,
    sections::<sections::Locked>,
);
criterion_main!(benches);
