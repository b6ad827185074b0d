//! Permits, by the number of threads that take and return them, with nobody waiting.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::peers::semaphores::{
    Latchfree, Locked, Peer, Tokio, TwoAdditions, take_and_return,
};

fn take<P: Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("semaphore");
    for threads in [1, 2, 4] {
        group.bench_function(BenchmarkId::new(P::NAME, threads), |bencher| {
            bencher.iter_custom(|times| take_and_return::<P>(threads, times));
        });
    }
    group.finish();
}

criterion_group!(benches, take::<Latchfree>, take::<Tokio>, take::<Locked>, take::<TwoAdditions>);
criterion_main!(benches);
