//! The counter whose number of slots is chosen when it is made.

use super::counter::Baseline;
use super::stripes::{Boxed, Owner};
use super::{Local, Which, WorkerSlot};
use core::fmt;
use crossbeam_utils::CachePadded;

/// A statistics counter on the heap, with as many slots as the program asks for.
///
/// As [`Counter`](super::Counter), for a number of threads that is known only when the program runs: from the
/// processors of the machine, or from a configuration. The slots are allocated once, when it is made, and freed
/// with it. Its handles are those of a `Counter`.
///
/// # Examples
///
/// ```
/// use latchfree::counter::HeapCounter;
///
/// let workers = std::thread::available_parallelism().map_or(4, usize::from);
/// let appends = HeapCounter::with_slots(workers);
/// std::thread::scope(|scope| {
///     for _ in 0..workers {
///         scope.spawn(|| {
///             let own = appends.local(); // a slot for each
///             (0..1000).for_each(|_| own.inc());
///         });
///     }
/// });
/// assert_eq!(appends.drain(), 1000 * workers as u64);
/// ```
///
/// # Guarantees
///
/// *Progress*, *ordering*, *exactness*, *overflow* and *handlers*: as for a [`Counter`](super::Counter). A worker
/// or a thread has a slot if its number is below [`slots`](Self::slots).
///
/// *Memory*: 128 bytes a slot on the heap, on x86_64 and aarch64, and six times that in the counter itself.
///
/// Proof and its tests: the [module](super).
#[doc(alias("LongAdder", "percpu_counter", "statistics", "striped", "sharded"))]
pub struct HeapCounter {
    stripes: Boxed,
    baseline: CachePadded<Baseline>,
}

impl HeapCounter {
    /// Creates a counter at zero with that many slots. With none, all adds go to the shared slots, and are exact too.
    ///
    /// # Panics
    ///
    /// If the slots are more bytes than `isize::MAX`. If there is not that much memory, the process aborts, as for
    /// every collection of `alloc`.
    #[must_use]
    pub fn with_slots(slots: usize) -> Self {
        Self { stripes: Boxed::with_slots(slots), baseline: CachePadded::new(Baseline::new()) }
    }

    /// Returns how many slots there are, besides the four shared ones.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.stripes.slots()
    }

    /// Returns a handle that owns a slot if one is free; as [`Counter::local`](super::Counter::local).
    #[must_use]
    pub fn local(&self) -> Local<'_, u64> {
        Local::new(self.stripes.claim_any())
    }

    /// Returns slot `worker`, for callers that number their workers themselves; as
    /// [`Counter::with_slot`](super::Counter::with_slot), with the same obligation for the caller.
    #[inline]
    pub fn with_slot(&self, worker: usize) -> WorkerSlot<'_, u64> {
        WorkerSlot::new(self.stripes.owned(worker, Owner::WORKER))
    }

    /// Adds `n`, through a slot that this thread owns if there is one for it; as
    /// [`Counter::add`](super::Counter::add).
    #[inline]
    pub fn add(&self, n: u64) {
        self.stripes.of_thread().add(Which::ONLY, n);
    }

    /// Adds one; see [`add`](Self::add).
    #[inline]
    pub fn inc(&self) {
        self.add(1);
    }

    /// Adds `n` to the first shared slot, also in a signal or interrupt handler; as
    /// [`Counter::add_shared`](super::Counter::add_shared).
    #[doc(alias("signal", "interrupt", "async-signal-safe"))]
    pub fn add_shared(&self, n: u64) {
        self.stripes.add_shared(Which::ONLY, n);
    }

    /// Returns everything added so far; an estimate, if threads add at the same time.
    ///
    /// A load for each slot, and four. Drains do not change it.
    #[doc(alias("load", "get", "value"))]
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.stripes.sum(Which::ONLY)
    }

    /// Returns what was added since the last drain; as [`Counter::drain`](super::Counter::drain).
    #[doc(alias("reset", "sum_then_reset", "take"))]
    pub fn drain(&self) -> u64 {
        self.baseline.drain(self.sum())
    }

    /// Returns what was added since the last drain, and leaves it to the next one; as
    /// [`Counter::pending`](super::Counter::pending).
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.baseline.pending(self.sum())
    }
}

/// Shows the sum.
impl fmt::Debug for HeapCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeapCounter").field("sum", &self.sum()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counter_has_as_many_slots_as_were_asked_for() {
        for slots in [0, 1, 2, 7] {
            let counter = HeapCounter::with_slots(slots);
            let handles: std::vec::Vec<_> = (0..slots).map(|_| counter.local()).collect();
            assert!(handles.iter().all(Local::owns_slot));
            assert!(!counter.local().owns_slot());
            handles.iter().for_each(|handle| handle.add(2));
            counter.local().add(100);
            assert_eq!((counter.slots(), counter.sum()), (slots, 2 * slots as u64 + 100));
        }
    }

    #[test]
    fn every_way_of_adding_reaches_the_sum() {
        let counter = HeapCounter::with_slots(2);
        counter.add(1);
        counter.inc();
        counter.with_slot(1).add(10);
        counter.with_slot(7).inc();
        counter.local().add(100);
        counter.add_shared(1000);
        assert_eq!((counter.sum(), counter.pending()), (1113, 1113));
        assert_eq!((counter.drain(), counter.drain(), counter.pending()), (1113, 0, 0));
    }
}
