//! Values of 64 bytes: reads alone, reads beside a writer, writes.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use latchfree_benches::peers::cells::{
    AtomicCell, ParkingLot, Peer, SeqCell, SeqLatch, SeqLock, SeqlockCrate, StdMutex, StdRwLock,
    Swap,
};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

fn cell<P: Peer<8>>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("seqlock");
    let cell = P::new([1; 8]);
    group.bench_function(BenchmarkId::new("read", P::NAME), |bencher| {
        bencher.iter(|| black_box(&cell).read());
    });
    group.bench_function(BenchmarkId::new("write", P::NAME), |bencher| {
        let mut write = black_box(&cell).writer();
        bencher.iter(|| write(black_box([2; 8])));
    });
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut write = cell.writer();
            while !stop.load(Ordering::Relaxed) {
                write([3; 8]);
                thread::sleep(Duration::from_micros(5));
            }
        });
        group.bench_function(BenchmarkId::new("read beside a writer", P::NAME), |bencher| {
            bencher.iter(|| black_box(&cell).read());
        });
        stop.store(true, Ordering::Relaxed);
    });
    group.finish();
}

criterion_group!(
    benches,
    cell::<SeqLock<8>>,
    cell::<SeqCell<8>>,
    cell::<SeqLatch<8>>,
    cell::<SeqlockCrate<8>>,
    cell::<AtomicCell<8>>,
    cell::<Swap<8>>,
    cell::<ParkingLot<8>>,
    cell::<StdRwLock<8>>,
    cell::<StdMutex<8>>
);
criterion_main!(benches);
