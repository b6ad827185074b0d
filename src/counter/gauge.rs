//! The gauge: a counter that goes both ways.

use super::slots::Slots;
use super::{Local, WorkerSlot};
use crate::sys;
use core::fmt;

/// A signed counter with `N` slots: what is there now, rather than what has come.
///
/// As [`Counter`](super::Counter), with additions and subtractions, each through whatever slot its
/// thread has: a thread may subtract what another has added.
///
/// ```
/// use latchfree::counter::Gauge;
///
/// static OPEN_FILES: Gauge<8> = Gauge::new();
///
/// let files = OPEN_FILES.local(); // once a thread
/// files.inc();
/// files.add(2);
/// OPEN_FILES.dec(); // anywhere
/// assert_eq!(OPEN_FILES.sum(), 2);
/// ```
///
/// # Guarantees
///
/// *Progress*: all methods are wait-free.
///
/// *Exactness*: nothing is lost or counted twice. But a sum is no snapshot: while threads are at it,
/// it may have a subtraction and not the addition that came before it in another thread, and so even
/// be below zero where the gauge never was. For limits that must hold, take a
/// [`Semaphore`](crate::semaphore::Semaphore).
///
/// *Ordering*: none. A gauge publishes no other memory.
///
/// *Overflow*: the sum wraps around at 2^63.
#[doc(alias("UpDownCounter", "percpu_counter", "level"))]
pub struct Gauge<const N: usize> {
    slots: Slots<N>,
}

impl<const N: usize> Gauge<N> {
    sys::const_fn! {
        /// A gauge at zero.
        #[must_use]
        pub const fn new() -> Self {
            Self { slots: Slots::new() }
        }
    }

    /// A handle with a slot of its own; as [`Counter::local`](super::Counter::local).
    #[must_use]
    pub fn local(&self) -> Local<'_, i64, N> {
        Local::new(&self.slots)
    }

    /// The slot of a worker that the caller has numbered; as
    /// [`Counter::with_slot`](super::Counter::with_slot), with the same part for the caller.
    #[inline]
    pub fn with_slot(&self, worker: usize) -> WorkerSlot<'_, i64, N> {
        WorkerSlot::new(&self.slots, worker)
    }

    /// Adds `n`, through a slot that this thread owns if it can have one; as
    /// [`Counter::add`](super::Counter::add).
    #[inline]
    pub fn add(&self, n: i64) {
        self.slots.add_by_thread(n as u64);
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

    /// What was added less what was subtracted.
    ///
    /// `N + 1` loads.
    #[doc(alias("load", "get", "value"))]
    #[must_use]
    pub fn sum(&self) -> i64 {
        self.slots.sum() as i64
    }
}

impl<const N: usize> Default for Gauge<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the sum.
impl<const N: usize> fmt::Debug for Gauge<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gauge").field("sum", &self.sum()).finish()
    }
}
