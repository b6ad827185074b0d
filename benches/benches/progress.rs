//! Positions: an advance that nobody waits for, and a round trip between two threads.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::contend::together;
use latchfree_benches::peers::positions::{CondvarPosition, Latchfree, Peer};

fn position<P: Peer>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("progress");
    group.bench_function(BenchmarkId::new("advance", P::NAME), |bencher| {
        let (position, mut at) = (P::new(), 0);
        bencher.iter(|| {
            at += 1;
            position.advance_to(at);
        });
    });
    group.bench_function(BenchmarkId::new("round trip", P::NAME), |bencher| {
        bencher.iter_custom(|times| {
            let (there, back) = (P::new(), P::new());
            together(2, |thread| {
                for at in 1..=times {
                    if thread == 0 {
                        there.advance_to(at);
                        back.wait_for(at);
                    } else {
                        there.wait_for(at);
                        back.advance_to(at);
                    }
                }
            })
        });
    });
    group.finish();
}

criterion_group!(benches, position::<Latchfree>, position::<CondvarPosition>);
criterion_main!(benches);
