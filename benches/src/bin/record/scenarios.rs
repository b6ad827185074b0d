//! The measurements: families of scenarios, each with its peers.

use latchfree_benches::contend::together;
use latchfree_benches::peers::queues::Use;
use latchfree_benches::peers::{cells, counters, logs, positions, prefixes, queues};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// One file of the record.
pub struct Family {
    pub name: &'static str,
    /// The unit of a figure.
    pub unit: &'static str,
    pub scenarios: Vec<Scenario>,
}

/// One group of bars.
pub struct Scenario {
    pub name: String,
    pub runs: Vec<Run>,
}

/// One bar: a peer, and how to get one figure of it.
pub struct Run {
    pub peer: &'static str,
    /// Nanoseconds an operation, of one round.
    pub round: Box<dyn Fn() -> f64>,
}

fn run(peer: &'static str, round: impl Fn() -> f64 + 'static) -> Run {
    Run { peer, round: Box::new(round) }
}

fn nanos_each(took: Duration, operations: u64) -> f64 {
    took.as_nanos() as f64 / operations as f64
}

pub fn families() -> Vec<Family> {
    vec![
        Family { name: "counter", unit: "ns an increment, in each thread", scenarios: counters() },
        Family { name: "seqlock", unit: "ns an operation on 64 bytes", scenarios: cells() },
        Family { name: "mpsc", unit: "ns a value, 1024 slots", scenarios: queues() },
        Family { name: "watermark", unit: "ns an operation", scenarios: positions() },
        Family { name: "log", unit: "ns a record, 1 MiB", scenarios: logs() },
    ]
}

/// Thread counts of the sweeps: as far as the machine goes, and beyond once.
fn thread_counts() -> Vec<usize> {
    let processors = thread::available_parallelism().map_or(2, usize::from);
    let mut counts: Vec<_> = [1, 2, 4, 8, 16].into_iter().filter(|&n| n <= processors).collect();
    counts.push(2 * counts.last().copied().unwrap_or(1));
    counts
}

fn counters() -> Vec<Scenario> {
    fn add<P: counters::Peer + 'static>(threads: usize) -> Run {
        const TIMES: u64 = 400_000;
        run(P::NAME, move || {
            let counter = P::new();
            let took = together(threads, |thread| counter.add_many(thread, TIMES));
            assert_eq!(counter.sum(), TIMES * threads as u64);
            nanos_each(took, TIMES)
        })
    }
    let scenario = |threads| Scenario {
        name: format!("{threads} threads"),
        runs: vec![
            add::<counters::FetchAdd>(threads),
            add::<counters::FastCounter>(threads),
            add::<counters::Add>(threads),
            add::<counters::WithSlot>(threads),
            add::<counters::Local>(threads),
        ],
    };
    thread_counts().into_iter().map(scenario).collect()
}

fn cells() -> Vec<Scenario> {
    const TIMES: u64 = 200_000;
    fn read<P: cells::Peer>(cell: &P) -> f64 {
        let start = Instant::now();
        for _ in 0..TIMES {
            black_box(black_box(cell).read());
        }
        nanos_each(start.elapsed(), TIMES)
    }
    fn reads<P: cells::Peer + 'static>() -> Run {
        run(P::NAME, || read(&P::new([1; 8])))
    }
    fn reads_beside_a_writer<P: cells::Peer + 'static>() -> Run {
        run(P::NAME, || {
            let (cell, stop) = (P::new([1; 8]), AtomicBool::new(false));
            thread::scope(|scope| {
                scope.spawn(|| {
                    let mut write = cell.writer();
                    while !stop.load(Ordering::Relaxed) {
                        write([2; 8]);
                        (0..2000).for_each(|_| std::hint::spin_loop());
                    }
                });
                let nanos = read(&cell);
                stop.store(true, Ordering::Relaxed);
                nanos
            })
        })
    }
    fn reads_of_all<P: cells::Peer + 'static>() -> Run {
        run(P::NAME, || {
            let cell = P::new([1; 8]);
            let threads = thread::available_parallelism().map_or(2, usize::from);
            let took = together(threads, |_| {
                for _ in 0..TIMES {
                    black_box(black_box(&cell).read());
                }
            });
            nanos_each(took, TIMES)
        })
    }
    fn writes<P: cells::Peer + 'static>() -> Run {
        run(P::NAME, || {
            let cell = P::new([1; 8]);
            let mut write = black_box(&cell).writer();
            let start = Instant::now();
            for i in 0..TIMES {
                write([i; 8]);
            }
            nanos_each(start.elapsed(), TIMES)
        })
    }
    macro_rules! scenario {
        ($name:literal, $run:ident) => {
            Scenario {
                name: $name.into(),
                runs: vec![
                    $run::<cells::SeqLock>(),
                    $run::<cells::SeqCell>(),
                    $run::<cells::SeqLatch>(),
                    $run::<cells::SeqlockCrate>(),
                    $run::<cells::AtomicCell>(),
                    $run::<cells::Swap>(),
                    $run::<cells::ParkingLot>(),
                    $run::<cells::StdRwLock>(),
                    $run::<cells::StdMutex>(),
                ],
            }
        };
    }
    vec![
        scenario!("read", reads),
        scenario!("read beside a writer", reads_beside_a_writer),
        scenario!("read in all cores", reads_of_all),
        scenario!("write", writes),
    ]
}

fn queues() -> Vec<Scenario> {
    const TOTAL: u64 = 400_000;
    fn alone<P: queues::Peer + 'static>() -> Run {
        run(P::NAME, || nanos_each(queues::alone::<P>(TOTAL), TOTAL))
    }
    fn pass<P: queues::Peer + 'static>(how: Use, producers: usize) -> Run {
        run(P::NAME, move || nanos_each(queues::pass::<P>(how, producers, TOTAL), TOTAL))
    }
    fn batches(producers: usize, batch: usize) -> Run {
        let peer = if batch == 8 { "latchfree, batches of 8" } else { "latchfree, batches of 32" };
        run(peer, move || nanos_each(queues::pass_in_batches(producers, TOTAL, batch), TOTAL))
    }
    let mut scenarios = vec![Scenario {
        name: "one thread".into(),
        runs: vec![
            alone::<queues::Latchfree>(),
            alone::<queues::CrossbeamChannel>(),
            alone::<queues::ArrayQueue>(),
            alone::<queues::ConcurrentQueue>(),
            alone::<queues::SyncChannel>(),
            alone::<queues::Flume>(),
        ],
    }];
    for producers in thread_counts() {
        scenarios.push(Scenario {
            name: format!("{producers} to 1, trying"),
            runs: vec![
                pass::<queues::Latchfree>(Use::Try, producers),
                pass::<queues::CrossbeamChannel>(Use::Try, producers),
                pass::<queues::ArrayQueue>(Use::Try, producers),
                pass::<queues::ConcurrentQueue>(Use::Try, producers),
                pass::<queues::SyncChannel>(Use::Try, producers),
                pass::<queues::Flume>(Use::Try, producers),
                batches(producers, 8),
                batches(producers, 32),
            ],
        });
        scenarios.push(Scenario {
            name: format!("{producers} to 1, waiting"),
            runs: vec![
                pass::<queues::Latchfree>(Use::Wait, producers),
                pass::<queues::CrossbeamChannel>(Use::Wait, producers),
                pass::<queues::SyncChannel>(Use::Wait, producers),
                pass::<queues::Flume>(Use::Wait, producers),
            ],
        });
    }
    scenarios
}

fn positions() -> Vec<Scenario> {
    fn advance<P: positions::Peer + 'static>() -> Run {
        const TIMES: u64 = 200_000;
        run(P::NAME, || {
            let position = P::new();
            let start = Instant::now();
            for at in 1..=TIMES {
                black_box(&position).advance_to(at);
            }
            nanos_each(start.elapsed(), TIMES)
        })
    }
    fn round_trip<P: positions::Peer + 'static>() -> Run {
        const TIMES: u64 = 10_000;
        run(P::NAME, || nanos_each(positions::round_trips::<P>(TIMES), TIMES))
    }
    /// One thread advances step by step. Each other one waits for every thousandth, at its own distance.
    fn many_waiters<P: positions::Peer + 'static>() -> Run {
        const WAITERS: usize = 16;
        const STEPS: u64 = 20_000;
        run(P::NAME, || {
            let position = P::new();
            let took = together(WAITERS + 1, |thread| {
                if thread == 0 {
                    (1..=STEPS).for_each(|at| position.advance_to(at));
                } else {
                    let mut at = thread as u64;
                    while at <= STEPS {
                        position.wait_for(at);
                        at += 1000;
                    }
                }
            });
            nanos_each(took, STEPS)
        })
    }
    fn complete_in_order<P: prefixes::Peer + 'static>() -> Run {
        const TIMES: u64 = 200_000;
        run(P::NAME, || {
            let prefix = P::new();
            let start = Instant::now();
            for at in 0..TIMES {
                black_box(&prefix).complete(at..at + 1);
            }
            nanos_each(start.elapsed(), TIMES)
        })
    }
    fn complete_out_of_order<P: prefixes::Peer + 'static>(threads: usize) -> Run {
        const TOTAL: u64 = 200_000;
        run(P::NAME, move || nanos_each(prefixes::out_of_order::<P>(threads, TOTAL), TOTAL))
    }
    fn acknowledged<P: prefixes::Peer + 'static>(threads: usize) -> Run {
        const TOTAL: u64 = 64 * 1024;
        run(P::NAME, move || nanos_each(prefixes::acknowledged::<P>(threads, TOTAL), TOTAL))
    }
    macro_rules! prefix_scenario {
        ($name:literal, $run:ident $(, $threads:literal)?) => {
            Scenario {
                name: $name.into(),
                runs: vec![
                    $run::<prefixes::Latchfree>($($threads)?),
                    $run::<prefixes::MapPrefix>($($threads)?),
                ],
            }
        };
    }
    macro_rules! scenario {
        ($name:literal, $run:ident) => {
            Scenario {
                name: $name.into(),
                runs: vec![$run::<positions::Latchfree>(), $run::<positions::CondvarPosition>()],
            }
        };
    }
    vec![
        scenario!("advance, nobody waits", advance),
        scenario!("advance, 16 wait here and there", many_waiters),
        scenario!("round trip between two threads", round_trip),
        prefix_scenario!("complete, in order", complete_in_order),
        prefix_scenario!("complete, out of order, 1 thread", complete_out_of_order, 1),
        prefix_scenario!("complete, out of order, 2 threads", complete_out_of_order, 2),
        prefix_scenario!("complete, out of order, 4 threads", complete_out_of_order, 4),
        prefix_scenario!("complete 64 and wait for them, 4 threads", acknowledged, 4),
    ]
}

fn logs() -> Vec<Scenario> {
    const TOTAL: u64 = 400_000;
    fn alone<P: logs::Peer<N> + 'static, const N: usize>() -> Run {
        run(P::NAME, || nanos_each(logs::alone::<P, N>(TOTAL, 64), TOTAL))
    }
    fn pass<P: logs::Peer<N> + 'static, const N: usize>(writers: usize) -> Run
    where
        P::Writer: Clone + Send,
        P::Flusher: Send,
    {
        // As many bytes, whatever the length of a record is.
        let total = TOTAL * 64 / N as u64;
        run(P::NAME, move || nanos_each(logs::pass::<P, N>(writers, total), total))
    }
    /// Groups of 8 records, of `N` bytes together.
    fn groups<const N: usize>(writers: usize) -> Run {
        let total = TOTAL * 64 / N as u64;
        run(<logs::LatchfreeMany as logs::Peer<N>>::NAME, move || {
            nanos_each(logs::pass::<logs::LatchfreeMany, N>(writers, total), 8 * total)
        })
    }
    fn beside_a_flusher<const N: usize>(writers: usize, groups: Run) -> Scenario {
        Scenario {
            name: format!("{writers} writers, {N} bytes"),
            runs: vec![
                pass::<logs::Latchfree, N>(writers),
                pass::<logs::LatchfreeTry, N>(writers),
                groups,
                pass::<logs::LatchfreeQueue, N>(writers),
                pass::<logs::NexusLogbuf, N>(writers),
                pass::<logs::BbQueue, N>(writers),
                pass::<logs::SwapBufferQueue, N>(writers),
                pass::<logs::MutexPair, N>(writers),
            ],
        }
    }
    let mut scenarios = vec![Scenario {
        name: "one thread, 64 bytes".into(),
        runs: vec![
            alone::<logs::Latchfree, 64>(),
            alone::<logs::LatchfreeTry, 64>(),
            run(<logs::LatchfreeMany as logs::Peer<512>>::NAME, || {
                nanos_each(logs::alone::<logs::LatchfreeMany, 512>(TOTAL / 8, 8), TOTAL)
            }),
            alone::<logs::LatchfreeQueue, 64>(),
            alone::<logs::NexusLogbuf, 64>(),
            alone::<logs::BbQueue, 64>(),
            alone::<logs::SwapBufferQueue, 64>(),
            alone::<logs::MutexPair, 64>(),
            alone::<logs::CopiedAndCounted, 64>(),
            alone::<logs::Copied, 64>(),
        ],
    }];
    for writers in [1, 2, 4] {
        scenarios.push(beside_a_flusher::<64>(writers, groups::<512>(writers)));
        scenarios.push(beside_a_flusher::<512>(writers, groups::<4096>(writers)));
    }
    scenarios
}
