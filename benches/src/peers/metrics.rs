//! Metrics of an engine: 13 counts, three of which an event adds to.

use latchfree::counter::{Counter, Counters, Local, LocalCounts, Which};
use std::array::from_fn;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many counts there are: as many as an LSM tree keeps.
const METRICS: usize = 13;

/// What the `i`th event adds to which: a block of one of four kinds is read.
fn event(i: u64) -> [(usize, u64); 3] {
    let kind = (i % 4) as usize;
    black_box([(kind, 1), (4 + kind, 4096), (8 + kind, 1)])
}

/// Metrics. `count_many` is called once a thread, so that handles can be taken before.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// Metrics at zero.
    fn new() -> Self;
    /// Counts that many events.
    fn count_many(&self, events: u64);
    /// Returns the sums of all counts.
    fn sums(&self) -> [u64; METRICS];
}

/// An atomic for each count, side by side: the usual first version.
pub struct Atomics([AtomicU64; METRICS]);

impl Peer for Atomics {
    const NAME: &'static str = "core [AtomicU64; 13]";

    fn new() -> Self {
        Self(from_fn(|_| AtomicU64::new(0)))
    }
    fn count_many(&self, events: u64) {
        for i in 0..events {
            for (which, n) in event(i) {
                self.0[which].fetch_add(n, Ordering::Relaxed);
            }
        }
    }
    fn sums(&self) -> [u64; METRICS] {
        self.0.each_ref().map(|count| count.load(Ordering::Relaxed))
    }
}

/// A counter of ours for each, from anywhere.
pub struct Apart([Counter<16>; METRICS]);

impl Peer for Apart {
    const NAME: &'static str = "latchfree [Counter; 13], add";

    fn new() -> Self {
        Self(from_fn(|_| Counter::new()))
    }
    fn count_many(&self, events: u64) {
        for i in 0..events {
            for (which, n) in event(i) {
                self.0[which].add(n);
            }
        }
    }
    fn sums(&self) -> [u64; METRICS] {
        self.0.each_ref().map(Counter::sum)
    }
}

/// A counter of ours for each, through a handle for each.
pub struct ApartLocal([Counter<16>; METRICS]);

impl Peer for ApartLocal {
    const NAME: &'static str = "latchfree [Counter; 13], local";

    fn new() -> Self {
        Self(from_fn(|_| Counter::new()))
    }
    fn count_many(&self, events: u64) {
        let locals: [Local<'_, u64>; METRICS] = from_fn(|which| self.0[which].local());
        for i in 0..events {
            for (which, n) in event(i) {
                locals[which].add(n);
            }
        }
    }
    fn sums(&self) -> [u64; METRICS] {
        self.0.each_ref().map(Counter::sum)
    }
}

/// Ours in one, from anywhere.
pub struct Together(Counters<METRICS, 16>);

impl Peer for Together {
    const NAME: &'static str = "latchfree Counters::add_each";

    fn new() -> Self {
        Self(Counters::new())
    }
    fn count_many(&self, events: u64) {
        for i in 0..events {
            self.0.add_each(event(i).map(|(which, n)| (metric(which), n)));
        }
    }
    fn sums(&self) -> [u64; METRICS] {
        self.0.sums()
    }
}

/// Ours in one, through a handle.
pub struct TogetherLocal(Counters<METRICS, 16>);

impl Peer for TogetherLocal {
    const NAME: &'static str = "latchfree Counters::local";

    fn new() -> Self {
        Self(Counters::new())
    }
    fn count_many(&self, events: u64) {
        let local: LocalCounts<'_, METRICS> = self.0.local();
        for i in 0..events {
            for (which, n) in event(i) {
                local.add(metric(which), n);
            }
        }
    }
    fn sums(&self) -> [u64; METRICS] {
        self.0.sums()
    }
}

fn metric(which: usize) -> Which<METRICS> {
    Which::new(which).expect("an event names metrics that there are")
}
