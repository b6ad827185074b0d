//! Logs of 1 MiB: a thread that appends and flushes, and writers beside a flusher.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use latchfree_benches::peers::logs::{
    BbQueue, Copied, CopiedAndCounted, Latchfree, LatchfreeMany, LatchfreeQueue, LatchfreeTry,
    MutexPair, NexusLogbuf, Peer, SwapBufferQueue, alone, pass,
};

/// With a flush after 64 records.
fn one_thread<P: Peer<64>>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("log");
    group.throughput(Throughput::Bytes(64));
    group.bench_function(BenchmarkId::new("one thread", P::NAME), |bencher| {
        bencher.iter_custom(|times| alone::<P, 64>(times, 64));
    });
    group.finish();
}

fn beside_a_flusher<P: Peer<N>, const N: usize>(criterion: &mut Criterion)
where
    P::Writer: Clone + Send,
    P::Flusher: Send,
{
    let mut group = criterion.benchmark_group("log");
    group.throughput(Throughput::Bytes(N as u64));
    for writers in [1, 2, 4] {
        let id = BenchmarkId::new(format!("{N} bytes, writers: {writers}"), P::NAME);
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|times| pass::<P, N>(writers, times + writers as u64));
        });
    }
    group.finish();
}

fn all<P: Peer<64> + Peer<512>>(criterion: &mut Criterion)
where
    <P as Peer<64>>::Writer: Clone + Send,
    <P as Peer<64>>::Flusher: Send,
    <P as Peer<512>>::Writer: Clone + Send,
    <P as Peer<512>>::Flusher: Send,
{
    one_thread::<P>(criterion);
    beside_a_flusher::<P, 64>(criterion);
    beside_a_flusher::<P, 512>(criterion);
}

criterion_group!(
    benches,
    all::<Latchfree>,
    all::<LatchfreeTry>,
    // Groups of 8 records of 64 bytes.
    beside_a_flusher::<LatchfreeMany, 512>,
    all::<LatchfreeQueue>,
    all::<NexusLogbuf>,
    all::<BbQueue>,
    all::<SwapBufferQueue>,
    all::<MutexPair>,
    one_thread::<CopiedAndCounted>,
    one_thread::<Copied>
);
criterion_main!(benches);
