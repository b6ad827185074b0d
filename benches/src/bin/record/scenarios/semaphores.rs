//! Permits that several threads take and return, with nobody waiting.

use super::{Run, Scenario, nanos_each, run, runs, thread_counts};
use latchfree_benches::peers::semaphores::{
    Latchfree, Locked, Peer, Tokio, TwoAdditions, take_and_return,
};

pub fn scenarios() -> Vec<Scenario> {
    let scenario = |threads| {
        Scenario::new(
            format!("{threads} threads"),
            runs!(take(threads): Latchfree, Tokio, Locked, TwoAdditions),
        )
    };
    thread_counts().into_iter().map(scenario).collect()
}

fn take<P: Peer + 'static>(threads: usize) -> Run {
    run(P::NAME, 20_000, move |times| nanos_each(take_and_return::<P>(threads, times), times))
}
