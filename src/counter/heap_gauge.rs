//! The gauge whose number of slots is chosen when it is made.

use super::stripes::{Boxed, Owner};
use super::{Local, Which, WorkerSlot};
use core::fmt;

/// A signed counter on the heap, with as many slots as the program asks for.
///
/// To a [`Gauge`](super::Gauge) as a [`HeapCounter`](super::HeapCounter) is to a [`Counter`](super::Counter).
///
/// # Examples
///
/// ```
/// use latchfree::counter::HeapGauge;
///
/// let open_files = HeapGauge::with_slots(16);
/// let files = open_files.local(); // once a thread
/// files.add(3);
/// open_files.dec(); // anywhere
/// assert_eq!(open_files.sum(), 2);
/// ```
///
/// # Guarantees
///
/// *Progress*, *ordering*, *exactness*, *overflow* and *handlers*: as for a [`Gauge`](super::Gauge). A worker or a
/// thread has a slot if its number is below [`slots`](Self::slots).
///
/// *Memory*: 128 bytes a slot on the heap, on x86_64 and aarch64, and five times that in the gauge itself.
#[doc(alias("UpDownCounter", "percpu_counter", "level"))]
pub struct HeapGauge {
    stripes: Boxed,
}

impl HeapGauge {
    /// Creates a gauge at zero with that many slots. With none, all adds go to the shared slots, and are exact too.
    ///
    /// # Panics
    ///
    /// If the slots are more bytes than `isize::MAX`. If there is not that much memory, the process aborts, as for
    /// every collection of `alloc`.
    #[must_use]
    pub fn with_slots(slots: usize) -> Self {
        Self { stripes: Boxed::with_slots(slots) }
    }

    /// Returns how many slots there are, besides the four shared ones.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.stripes.slots()
    }

    /// Returns a handle that owns a slot if one is free; as [`Counter::local`](super::Counter::local).
    #[must_use]
    pub fn local(&self) -> Local<'_, i64> {
        Local::new(self.stripes.claim_any())
    }

    /// Returns slot `worker`, for callers that number their workers themselves; as
    /// [`Counter::with_slot`](super::Counter::with_slot), with the same obligation for the caller.
    #[inline]
    pub fn with_slot(&self, worker: usize) -> WorkerSlot<'_, i64> {
        WorkerSlot::new(self.stripes.owned(worker, Owner::WORKER))
    }

    /// Adds `n`, through a slot that this thread owns if there is one for it; as
    /// [`Counter::add`](super::Counter::add).
    #[inline]
    pub fn add(&self, n: i64) {
        self.stripes.of_thread().add(Which::ONLY, n as u64);
    }

    /// Subtracts `n`; see [`add`](Self::add).
    #[inline]
    pub fn sub(&self, n: i64) {
        self.add(n.wrapping_neg());
    }

    /// Adds one; see [`add`](Self::add).
    #[inline]
    pub fn inc(&self) {
        self.add(1);
    }

    /// Subtracts one; see [`add`](Self::add).
    #[inline]
    pub fn dec(&self) {
        self.add(-1);
    }

    /// Adds `n`, which may be negative, to the first shared slot, also in a signal or interrupt handler; as
    /// [`Counter::add_shared`](super::Counter::add_shared).
    #[doc(alias("signal", "interrupt", "async-signal-safe"))]
    pub fn add_shared(&self, n: i64) {
        self.stripes.add_shared(Which::ONLY, n as u64);
    }

    /// Returns what was added less what was subtracted; an estimate, if threads add at the same time.
    ///
    /// A load for each slot, and four.
    #[doc(alias("load", "get", "value"))]
    #[must_use]
    pub fn sum(&self) -> i64 {
        self.stripes.sum(Which::ONLY) as i64
    }

    /// Returns the sum, zero if it is negative; as [`Gauge::level`](super::Gauge::level).
    #[must_use]
    pub fn level(&self) -> u64 {
        self.sum().max(0) as u64
    }
}

/// Shows the sum.
impl fmt::Debug for HeapGauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeapGauge").field("sum", &self.sum()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauge_has_as_many_slots_as_were_asked_for() {
        for slots in [0, 1, 2, 7] {
            let gauge = HeapGauge::with_slots(slots);
            let handles: std::vec::Vec<_> = (0..slots).map(|_| gauge.local()).collect();
            assert!(handles.iter().all(Local::owns_slot));
            assert!(!gauge.local().owns_slot());
            handles.iter().for_each(|handle| handle.sub(2));
            gauge.local().add(1);
            assert_eq!((gauge.slots(), gauge.sum()), (slots, 1 - 2 * slots as i64));
            assert_eq!(gauge.level(), u64::from(slots == 0));
        }
    }
    #[test]
    fn every_way_of_adding_reaches_the_sum() {
        let gauge = HeapGauge::with_slots(2);
        gauge.add(-1);
        gauge.inc();
        gauge.inc();
        gauge.dec();
        gauge.sub(-10);
        gauge.with_slot(7).add(-100);
        gauge.local().add(1000);
        gauge.add_shared(-10_000);
        assert_eq!((gauge.sum(), gauge.level()), (-9090, 0));
    }
}
