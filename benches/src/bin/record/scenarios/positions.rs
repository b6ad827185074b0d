//! Positions that threads advance and wait for.

use super::{Run, Scenario, nanos_each, run, runs};
use latchfree_benches::contend::together;
use latchfree_benches::peers::{positions, prefixes};
use std::hint::black_box;
use std::time::Instant;

pub fn scenarios() -> Vec<Scenario> {
    macro_rules! position {
        ($name:literal, $run:ident) => {
            Scenario::new($name, runs!($run(): positions::Latchfree, positions::CondvarPosition))
        };
    }
    macro_rules! prefix {
        ($name:literal, $run:ident $arguments:tt) => {
            Scenario::new($name, runs!($run $arguments: prefixes::Latchfree, prefixes::MapPrefix))
        };
    }
    vec![
        position!("advance, nobody waits", advance),
        position!("advance, 16 wait here and there", many_waiters),
        position!("round trip between two threads", round_trip),
        prefix!("complete, in order", complete_in_order()),
        prefix!("complete, out of order, 1 thread", complete_out_of_order(1)),
        prefix!("complete, out of order, 2 threads", complete_out_of_order(2)),
        prefix!("complete, out of order, 4 threads", complete_out_of_order(4)),
        prefix!("complete 64 and wait for them, 4 threads", acknowledged(4)),
    ]
}

fn advance<P: positions::Peer + 'static>() -> Run {
    run(P::NAME, 10_000, |times| {
        let position = P::new();
        let start = Instant::now();
        for at in 1..=times {
            black_box(&position).advance_to(at);
        }
        nanos_each(start.elapsed(), times)
    })
}

fn round_trip<P: positions::Peer + 'static>() -> Run {
    run(P::NAME, 200, |times| nanos_each(positions::round_trips::<P>(times), times))
}

/// One thread advances step by step. Each other one waits for every thousandth, at its own distance.
fn many_waiters<P: positions::Peer + 'static>() -> Run {
    const WAITERS: usize = 16;
    run(P::NAME, 20_000, |steps| {
        let position = P::new();
        let took = together(WAITERS + 1, |thread| {
            if thread == 0 {
                (1..=steps).for_each(|at| position.advance_to(at));
            } else {
                let mut at = thread as u64;
                while at <= steps {
                    position.wait_for(at);
                    at += 1000;
                }
            }
        });
        nanos_each(took, steps)
    })
}

fn complete_in_order<P: prefixes::Peer + 'static>() -> Run {
    run(P::NAME, 10_000, |times| {
        let prefix = P::new();
        let start = Instant::now();
        for at in 0..times {
            black_box(&prefix).complete(at..at + 1);
        }
        nanos_each(start.elapsed(), times)
    })
}

fn complete_out_of_order<P: prefixes::Peer + 'static>(threads: usize) -> Run {
    run(P::NAME, 10_000, move |times| {
        let total = times.next_multiple_of(2);
        nanos_each(prefixes::out_of_order::<P>(threads, total), total)
    })
}

fn acknowledged<P: prefixes::Peer + 'static>(threads: usize) -> Run {
    run(P::NAME, 16 * 1024, move |times| {
        let total = times.next_multiple_of(64);
        nanos_each(prefixes::acknowledged::<P>(threads, total), total)
    })
}
