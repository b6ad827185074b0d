//! How long a value is on its way, when the queue is empty nearly always.

use super::{Operations, Run, Scenario, nanos_each, run, runs};
use crate::measure::quantile;
use latchfree_benches::peers::queues::drive::{
    Word, latencies, latencies_waiting, round_trips, round_trips_waiting,
};
use latchfree_benches::peers::queues::{
    ArrayQueue, ConcurrentQueue, CrossbeamChannel, Crossfire, Flume, Kanal, Latchfree, NexusQueue,
    Peer, Rapidfire, Rtrb, SyncChannel, ThingBuf, ThingBufChannel, TokioMpsc, Waiting,
};
use std::time::Duration;

/// What is said of the latencies of a turn.
const FIGURES: [&str; 5] = ["p50", "p90", "p99", "p99.9", "the longest"];

/// A pace, and how many values make a turn of 30 ms or 50.
const PACES: [(u64, u64); 2] = [(2, 15_000), (50, 1000)];

pub fn scenarios() -> Vec<Scenario> {
    macro_rules! all_trying {
        ($make:ident $arguments:tt) => {
            runs!($make $arguments: Latchfree, ArrayQueue, ConcurrentQueue, ThingBuf, NexusQueue, CrossbeamChannel,
                SyncChannel, Flume, Kanal, Crossfire, ThingBufChannel, TokioMpsc, Rapidfire, Rtrb)
        };
    }
    macro_rules! all_waiting {
        ($make:ident $arguments:tt) => {
            runs!($make $arguments: Latchfree, CrossbeamChannel, SyncChannel, Flume, Kanal, Crossfire,
                ThingBufChannel, TokioMpsc, Rapidfire)
        };
    }
    let mut scenarios = Vec::new();
    for (micros, count) in PACES {
        for (how, runs) in [
            ("trying", all_trying!(paced(micros, count))),
            ("waiting", all_waiting!(paced_waiting(micros, count))),
        ] {
            let name = format!("one in {micros} µs, {how}");
            scenarios.push(Scenario { figures: &FIGURES, ..Scenario::new(name, runs) });
        }
    }
    scenarios.push(Scenario::new("round trip, trying", all_trying!(round_trip())));
    scenarios.push(Scenario::new("round trip, waiting", all_waiting!(round_trip_waiting())));
    scenarios
}

fn paced<P: Peer<Word> + 'static>(micros: u64, count: u64) -> Run {
    let turn = move |count| figures(latencies::<P>(Duration::from_micros(micros), count));
    Run { peer: P::NAME, operations: Operations::Exactly(count), turn: Box::new(turn) }
}

fn paced_waiting<P: Waiting<Word> + 'static>(micros: u64, count: u64) -> Run {
    let turn = move |count| figures(latencies_waiting::<P>(Duration::from_micros(micros), count));
    Run { peer: P::NAME, operations: Operations::Exactly(count), turn: Box::new(turn) }
}

fn figures(latencies: Vec<u64>) -> Vec<f64> {
    let latencies: Vec<_> = latencies.into_iter().map(|nanos| nanos as f64).collect();
    [0.5, 0.9, 0.99, 0.999, 1.0].map(|part| quantile(&latencies, part)).into()
}

fn round_trip<P: Peer<Word> + 'static>() -> Run {
    run(P::NAME, 200, |times| nanos_each(round_trips::<P>(times), times))
}

fn round_trip_waiting<P: Waiting<Word> + 'static>() -> Run {
    run(P::NAME, 200, |times| nanos_each(round_trips_waiting::<P>(times), times))
}
