//! Numbers, by the number of threads that draw them: what a bound and a wall clock cost more than a bare addition.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree::sequence::{Clock, Lease, Sequence};
use latchfree_benches::contend::together;
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

fn draw<T: Sync>(
    criterion: &mut Criterion,
    name: &str,
    new: impl Fn() -> T,
    next: impl Fn(&T) -> u64 + Sync,
) {
    let mut group = criterion.benchmark_group("sequence/next");
    for threads in [1, 2, 4] {
        group.bench_function(BenchmarkId::new(name, threads), |bencher| {
            bencher.iter_custom(|times| {
                let numbers = new();
                let took =
                    together(threads, |_| (0..times).for_each(|_| _ = black_box(next(&numbers))));
                assert_eq!(next(&numbers), times * threads as u64);
                took
            });
        });
    }
    group.finish();
}

fn numbers(criterion: &mut Criterion) {
    draw(
        criterion,
        "core AtomicU64::fetch_add",
        || AtomicU64::new(0),
        |numbers| numbers.fetch_add(1, Ordering::Relaxed),
    );
    draw(
        criterion,
        "std Mutex<(u64, u64)>",
        || Mutex::new((0, u64::MAX)),
        |numbers| {
            let mut numbers = numbers.lock().expect("no thread panics");
            let (next, bound) = *numbers;
            assert!(next < bound);
            numbers.0 += 1;
            next
        },
    );
    draw(criterion, "latchfree Sequence", Sequence::default, |numbers| {
        numbers.next().expect("there are enough")
    });
    let lease = || {
        let lease = Lease::default();
        lease.extend_to(u64::MAX);
        lease
    };
    draw(criterion, "latchfree Lease", lease, |numbers| numbers.next().expect("the bound is far"));
    draw(criterion, "latchfree Clock", Clock::default, |clock| {
        clock.tick(black_box(0)).expect("there are enough")
    });
}

criterion_group!(benches, numbers);
criterion_main!(benches);
