//! `Atomic<T>` beside core's atomics: the wrapper must cost nothing.

use criterion::{Criterion, criterion_group, criterion_main};
use latchfree::atomic::{AcqRel, Acquire, Atomic, Relaxed, Release, SeqCst};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

fn atomics(criterion: &mut Criterion) {
    let (ours, core) = (Atomic::new(0u64), AtomicU64::new(0));
    let (ours, core) = (black_box(&ours), black_box(&core));
    let mut compare = |name, ours: &dyn Fn() -> u64, core: &dyn Fn() -> u64| {
        let mut group = criterion.benchmark_group(name);
        group.bench_function("latchfree", |bencher| bencher.iter(ours));
        group.bench_function("core", |bencher| bencher.iter(core));
        group.finish();
    };
    compare("load", &|| ours.load(Acquire), &|| core.load(Ordering::Acquire));
    compare(
        "store",
        &|| {
            ours.store(1, Release);
            0
        },
        &|| {
            core.store(1, Ordering::Release);
            0
        },
    );
    compare("swap", &|| ours.swap(1, AcqRel), &|| core.swap(1, Ordering::AcqRel));
    compare("add_fetch", &|| ours.add_fetch(1, Relaxed), &|| {
        core.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    });
    compare("bit_set", &|| ours.bit_set(7, SeqCst).into(), &|| {
        u64::from(core.fetch_or(1 << 7, Ordering::SeqCst) & 1 << 7 != 0)
    });
    compare(
        "compare_exchange",
        &|| ours.compare_exchange(0, 0, AcqRel, Acquire).unwrap_or_else(|held| held),
        &|| {
            core.compare_exchange(0, 0, Ordering::AcqRel, Ordering::Acquire)
                .unwrap_or_else(|held| held)
        },
    );
}

criterion_group!(benches, atomics);
criterion_main!(benches);
