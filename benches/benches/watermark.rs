//! Positions: an advance that nobody waits for, and a round trip between two threads; ranges that complete in order
//! and out of order.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::peers::positions::{CondvarPosition, Latchfree, Peer, round_trips};
use latchfree_benches::peers::prefixes::{self, MapPrefix};

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

fn prefix<P: prefixes::Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frontier");
    group.bench_function(BenchmarkId::new("in order", P::NAME), |bencher| {
        let (prefix, mut at) = (P::new(), 0);
        bencher.iter(|| {
            prefix.complete(at..at + 1);
            at += 1;
        });
    });
    group.bench_function(BenchmarkId::new("two, second first", P::NAME), |bencher| {
        let (prefix, mut at) = (P::new(), 0);
        bencher.iter(|| {
            prefix.complete(at + 1..at + 2);
            prefix.complete(at..at + 1);
            at += 2;
        });
    });
    group.finish();
}

criterion_group!(
    benches,
    position::<Latchfree>,
    position::<CondvarPosition>,
    prefix::<prefixes::Latchfree>,
    prefix::<MapPrefix>,
);
criterion_main!(benches);
