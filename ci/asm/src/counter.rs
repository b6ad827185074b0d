use latchfree::counter::{Counter, Counters, Local, LocalCounts, Which};
use latchfree::sequence::{Clock, Id, Ids, Lease, Sequence};

/// A slot with an owner: no lock prefix, no exclusive access.
#[unsafe(no_mangle)]
pub fn counter_local_add(local: &Local<'_, u64>, n: u64) {
    local.add(n);
}

#[unsafe(no_mangle)]
pub fn counter_with_slot_add(counter: &Counter<4>, n: u64) {
    counter.with_slot(2).add(n);
}

#[unsafe(no_mangle)]
pub fn counter_sum(counter: &Counter<4>) -> u64 {
    counter.sum()
}

/// The metrics of a cache.
#[derive(Clone, Copy)]
pub enum Metric {
    Hits,
    Misses,
    Evictions,
}

impl From<Metric> for Which<3> {
    fn from(metric: Metric) -> Self {
        Which::new(metric as usize).unwrap()
    }
}

/// One of several counts: the index is not checked, because the enum has no other.
#[unsafe(no_mangle)]
pub fn counters_local_inc(local: &LocalCounts<'_, 3>, metric: Metric) {
    local.inc(metric);
}

/// A slot, looked up once for both.
#[unsafe(no_mangle)]
pub fn counters_with_slot_add(counters: &Counters<3, 4>, n: u64) {
    let slot = counters.with_slot(2);
    slot.inc(Metric::Hits);
    slot.add(Metric::Evictions, n);
}

#[unsafe(no_mangle)]
pub fn sequence_next(sequence: &Sequence) -> Option<u64> {
    sequence.next().ok()
}

#[unsafe(no_mangle)]
pub fn lease_next(lease: &Lease) -> Option<u64> {
    lease.next().ok()
}

#[unsafe(no_mangle)]
pub fn clock_tick(clock: &Clock, now: u64) -> Option<u64> {
    clock.tick(now).ok()
}

#[unsafe(no_mangle)]
pub fn ids_acquire(ids: &Ids<4>) -> Option<Id<'_>> {
    ids.acquire()
}
