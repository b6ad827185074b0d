//! Positions: an advance that nobody waits for, and a round trip between two threads.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::peers::positions::{CondvarPosition, Latchfree, Peer, round_trips};

fn position<P: Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("watermark");
    group.bench_function(BenchmarkId::new("advance", P::NAME), |bencher| {
        let (position, mut at) = (P::new(), 0);
        bencher.iter(|| {
            at += 1;
            position.advance_to(at);
        });
    });
    group.bench_function(BenchmarkId::new("round trip", P::NAME), |bencher| {
        bencher.iter_custom(round_trips::<P>);
    });
    group.finish();
}

criterion_group!(benches, position::<Latchfree>, position::<CondvarPosition>);
criterion_main!(benches);
