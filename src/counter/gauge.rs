//! The gauge: a counter that goes both ways.

use super::stripes::{Inline, Owner};
use super::{Local, Which, WorkerSlot};
use crate::sys;
use core::fmt;

/// A signed counter with `N` slots: how many there are now, rather than how many there have been.
///
/// As [`Counter`](super::Counter), with additions and subtractions. Each goes through the slot of its own
/// thread, so a thread may subtract what another has added.
///
/// # Examples
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
/// *Progress*: all methods are wait-free, but for the first addition of a thread without a handle, which looks
/// for a number and is lock-free. A thread that stops holds up no other.
///
/// *Ordering*: none. A gauge publishes no other memory.
///
/// *Exactness*: nothing is lost or counted twice. But a sum is an estimate while threads add and subtract:
/// it may include a subtraction and not the addition that came before it in another thread, and so
/// be negative although the gauge never was. For limits that must hold, use a
/// [`Semaphore`](crate::semaphore::Semaphore).
///
/// *Overflow*: the sum wraps around at 2^63.
///
/// *Memory*: `N + 4` times the size of a `CachePadded`, that is 128 bytes each on x86_64 and aarch64.
///
/// *Handlers*: as for a [`Counter`](super::Counter), a signal or interrupt handler counts by
/// [`add_shared`](Self::add_shared), or under a worker number of its own. Its other adds can get lost.
#[doc(alias("UpDownCounter", "percpu_counter", "level"))]
pub struct Gauge<const N: usize> {
    stripes: Inline<N>,
}

impl<const N: usize> Gauge<N> {
    sys::const_fn! {
        /// Creates a gauge at zero.
        #[must_use]
        pub const fn new() -> Self {
            Self { stripes: Inline::new() }
        }
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
    ///
    /// A signal or interrupt handler that may have interrupted an add to the same gauge calls
    /// [`add_shared`](Self::add_shared) instead.
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

    /// Adds `n`, which may be negative, to the first shared slot, at any time: also in a signal or interrupt
    /// handler, whatever it may have interrupted; as
    /// [`Counter::add_shared`](super::Counter::add_shared).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::Gauge;
    /// static PENDING: Gauge<4> = Gauge::new();
    ///
    /// extern "C" fn on_signal(_signal: i32) {
    ///     PENDING.add_shared(1);
    /// }
    ///
    /// # on_signal(10);
    /// PENDING.dec(); // the handler may come in the middle of this
    /// # assert_eq!(PENDING.sum(), 0);
    /// ```
    #[doc(alias("signal", "interrupt", "async-signal-safe"))]
    pub fn add_shared(&self, n: i64) {
        self.stripes.add_shared(Which::ONLY, n as u64);
    }

    /// Returns what was added less what was subtracted; an estimate, if threads add at the same time.
    ///
    /// `N + 4` loads.
    #[doc(alias("load", "get", "value"))]
    #[must_use]
    pub fn sum(&self) -> i64 {
        self.stripes.sum(Which::ONLY) as i64
    }

    /// Returns the sum, zero if it is negative: for a level that never is, but may seem so while threads add.
    ///
    /// Costs as much as a [`sum`](Self::sum).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::Gauge;
    /// let open_files = Gauge::<4>::new();
    /// open_files.dec(); // this thread's subtraction is seen before the addition of another's
    /// assert_eq!((open_files.sum(), open_files.level()), (-1, 0));
    /// ```
    #[must_use]
    pub fn level(&self) -> u64 {
        self.sum().max(0) as u64
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_adding_and_subtracting_reaches_the_sum() {
        let gauge = Gauge::<2>::new();
        for (step, expected) in [
            (&(|| gauge.add(1)) as &dyn Fn(), 1),
            (&|| gauge.inc(), 2),
            (&|| gauge.sub(10), -8),
            (&|| gauge.dec(), -9),
            (&|| gauge.add_shared(100), 91),
            (&|| gauge.add_shared(-200), -109),
            (&|| gauge.with_slot(1).add(1000), 891),
            (&|| gauge.local().sub(3000), -2109),
        ] {
            step();
            assert_eq!(gauge.sum(), expected);
        }
    }
}
