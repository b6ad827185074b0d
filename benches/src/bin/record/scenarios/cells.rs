//! Values of 8, 64 and 256 bytes that are read and written.

use super::{Run, Scenario, nanos_each, processors, run, runs};
use latchfree_benches::contend::together;
use latchfree_benches::peers::cells::{
    AtomicCell, ParkingLot, Peer, SeqCell, SeqLatch, SeqLock, SeqlockCrate, Shared, StdMutex,
    StdRwLock, Swap,
};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

const LEAST: u64 = 10_000;

pub fn scenarios() -> Vec<Scenario> {
    let mut scenarios = of_words::<1>();
    scenarios.extend(of_words::<8>());
    scenarios.extend(of_words::<32>());
    scenarios
}

fn of_words<const N: usize>() -> Vec<Scenario> {
    macro_rules! scenario {
        ($name:literal, $run:ident: $($only_one_writer:ty)?) => {
            Scenario::new(
                format!(concat!($name, ", {} bytes"), 8 * N),
                runs!($run, N (): SeqLock<N>, $($only_one_writer,)? SeqLatch<N>, SeqlockCrate<N>, AtomicCell<N>,
                    Swap<N>, ParkingLot<N>, StdRwLock<N>, StdMutex<N>),
            )
        };
    }
    vec![
        scenario!("read", reads: SeqCell<N>),
        scenario!("read beside a writer", reads_beside_a_writer: SeqCell<N>),
        scenario!("read in all cores", reads_of_all: SeqCell<N>),
        scenario!("write, one writer", writes: SeqCell<N>),
        scenario!("write in all cores", writes_of_all:),
    ]
}

fn read<P: Peer<N>, const N: usize>(cell: &P, times: u64) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        black_box(black_box(cell).read());
    }
    nanos_each(start.elapsed(), times)
}

fn reads<P: Peer<N> + 'static, const N: usize>() -> Run {
    run(P::NAME, LEAST, |times| read(&P::new([1; N]), times))
}

fn reads_beside_a_writer<P: Peer<N> + 'static, const N: usize>() -> Run {
    run(P::NAME, LEAST, |times| {
        let (cell, stop) = (P::new([1; N]), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut write = cell.writer();
                while !stop.load(Ordering::Relaxed) {
                    write([2; N]);
                    (0..2000).for_each(|_| std::hint::spin_loop());
                }
            });
            let nanos = read(&cell, times);
            stop.store(true, Ordering::Relaxed);
            nanos
        })
    })
}

fn reads_of_all<P: Peer<N> + 'static, const N: usize>() -> Run {
    run(P::NAME, LEAST, |times| {
        let cell = P::new([1; N]);
        let took = together(processors(), |_| {
            for _ in 0..times {
                black_box(black_box(&cell).read());
            }
        });
        nanos_each(took, times)
    })
}

fn writes<P: Peer<N> + 'static, const N: usize>() -> Run {
    run(P::NAME, LEAST, |times| {
        let cell = P::new([1; N]);
        let took = write(black_box(&cell), times);
        assert_eq!(cell.read(), [times - 1; N]);
        nanos_each(took, times)
    })
}

fn writes_of_all<P: Shared<N> + 'static, const N: usize>() -> Run {
    run(P::NAME, LEAST, |times| {
        let cell = P::new([1; N]);
        let took = together(processors(), |_| _ = write(&cell, times));
        assert_eq!(cell.read(), [times - 1; N], "the last write of each thread is the same");
        nanos_each(took, times)
    })
}

fn write<P: Peer<N>, const N: usize>(cell: &P, times: u64) -> std::time::Duration {
    let mut write = cell.writer();
    let start = Instant::now();
    for i in 0..times {
        write(black_box([i; N]));
    }
    start.elapsed()
}
