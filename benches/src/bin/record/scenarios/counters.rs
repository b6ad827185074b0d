//! Counters that several threads add to.

use super::{Run, Scenario, nanos_each, run, runs, thread_counts};
use latchfree_benches::contend::together;
use latchfree_benches::peers::counters::{Add, FastCounter, FetchAdd, Local, Peer, WithSlot};

pub fn scenarios() -> Vec<Scenario> {
    let scenario = |threads| {
        Scenario::new(
            format!("{threads} threads"),
            runs!(add(threads): FetchAdd, FastCounter, Add, WithSlot, Local),
        )
    };
    thread_counts().into_iter().map(scenario).collect()
}

fn add<P: Peer + 'static>(threads: usize) -> Run {
    run(P::NAME, 20_000, move |times| {
        let counter = P::new();
        let took = together(threads, |thread| counter.add_many(thread, times));
        assert_eq!(counter.sum(), times * threads as u64);
        nanos_each(took, times)
    })
}
