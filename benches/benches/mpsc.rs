//! Queues of 1024 places, by the number of producers.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use latchfree_benches::peers::queues::{
    ArrayQueue, ConcurrentQueue, CrossbeamChannel, Flume, Latchfree, Peer, SyncChannel, Use, alone,
    pass, pass_in_batches,
};

fn queue<P: Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mpsc");
    group.throughput(Throughput::Elements(1));
    group.bench_function(BenchmarkId::new("one thread", P::NAME), |bencher| {
        bencher.iter_custom(alone::<P>);
    });
    for producers in [1, 2, 4] {
        for how in [Use::Try, Use::Wait] {
            let id = BenchmarkId::new(format!("{how:?}, producers: {producers}"), P::NAME);
            group.bench_function(id, |bencher| {
                bencher.iter_custom(|times| pass::<P>(how, producers, times + producers as u64));
            });
        }
    }
    group.finish();
}

fn batches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mpsc/batches");
    group.throughput(Throughput::Elements(1));
    for producers in [1, 2, 4] {
        for batch in [8, 32] {
            let id = BenchmarkId::new(format!("of {batch}, producers: {producers}"), "latchfree");
            group.bench_function(id, |bencher| {
                bencher.iter_custom(|times| {
                    pass_in_batches(producers, times + producers as u64, batch)
                });
            });
        }
    }
    group.finish();
}

criterion_group!(
    benches,
    queue::<Latchfree>,
    queue::<CrossbeamChannel>,
    queue::<ArrayQueue>,
    queue::<ConcurrentQueue>,
    queue::<SyncChannel>,
    queue::<Flume>,
    batches
);
criterion_main!(benches);
