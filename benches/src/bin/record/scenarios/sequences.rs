//! Numbers that several threads draw.

use super::{Run, Scenario, nanos_each, run, runs, thread_counts};
use latchfree_benches::peers::sequences::{
    Clock, Epoch, FetchAdd, Lease, Locked, Next, Peer, Reserve, draw,
};

pub fn scenarios() -> Vec<Scenario> {
    let scenario = |threads| {
        Scenario::new(
            format!("{threads} threads"),
            runs!(next(threads): Next, Reserve, Lease, Epoch, Clock, FetchAdd, Locked),
        )
    };
    thread_counts().into_iter().map(scenario).collect()
}

fn next<P: Peer + 'static>(threads: usize) -> Run {
    run(P::NAME, 20_000, move |times| nanos_each(draw::<P>(threads, times), times))
}
