//! Queues of 1024 slots, by the number of producers.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use latchfree_benches::peers::queues::drive::{Word, alone, pass, pass_in_batches, pass_waiting};
use latchfree_benches::peers::queues::{
    ArrayQueue, Batching, ConcurrentQueue, CrossbeamChannel, Flume, Latchfree, Peer, SyncChannel,
    Waiting,
};
use std::time::Duration;

const CAPACITY: usize = 1024;

/// Runs `pass(producers, values)` for some numbers of producers.
fn passes(
    criterion: &mut Criterion,
    name: &str,
    peer: &str,
    pass: impl Fn(usize, u64) -> Duration,
) {
    let mut group = criterion.benchmark_group("mpsc");
    group.throughput(Throughput::Elements(1));
    for producers in [1, 2, 4] {
        let id = BenchmarkId::new(format!("{name}, producers: {producers}"), peer);
        group.bench_function(id, |bencher| bencher.iter_custom(|times| pass(producers, times)));
    }
    group.finish();
}

fn tries<P: Peer<Word>>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mpsc");
    group.throughput(Throughput::Elements(1));
    group.bench_function(BenchmarkId::new("one thread", P::NAME), |bencher| {
        bencher.iter_custom(|times| alone::<P, Word>(CAPACITY, times));
    });
    group.finish();
    passes(criterion, "trying", P::NAME, |producers, times| {
        pass::<P, Word>(CAPACITY, producers, times)
    });
}

fn waits<P: Waiting<Word>>(criterion: &mut Criterion) {
    tries::<P>(criterion);
    passes(criterion, "waiting", P::NAME, |producers, times| {
        pass_waiting::<P, Word>(CAPACITY, producers, times)
    });
}

fn batches<P: Batching<Word>>(criterion: &mut Criterion) {
    for batch in [8, 32] {
        passes(criterion, &format!("batches of {batch}"), P::NAME, |producers, times| {
            pass_in_batches::<P, Word>(CAPACITY, producers, times, batch)
        });
    }
}

criterion_group!(
    benches,
    waits::<Latchfree>,
    waits::<CrossbeamChannel>,
    tries::<ArrayQueue>,
    tries::<ConcurrentQueue>,
    waits::<SyncChannel>,
    waits::<Flume>,
    batches::<Latchfree>
);
criterion_main!(benches);
