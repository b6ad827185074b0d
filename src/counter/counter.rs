//! The counter: adds that cost a load and a store, an exact sum, a drain that loses nothing.

use super::stripes::{Inline, Owner};
use super::{Local, Which, WorkerSlot};
use crate::atomic::Atomic;
use crate::sys;
use core::fmt;
use crossbeam_utils::CachePadded;

sites! {
    /// The baseline of `drain` is one variable, and its own modification order makes the drains add
    /// up. It publishes nothing: what a drain returns is a number.
    DRAIN: Relaxed;
    /// A load of the baseline before DRAIN, which decides.
    DRAIN_LOOK: Relaxed;
}

/// What the drains of a count have returned, in total.
pub(super) struct Baseline(Atomic<u64>);

impl Baseline {
    sys::const_fn! {
        pub(super) const fn new() -> Self {
            Self(Atomic::new(0))
        }
    }

    /// Moves up to `sum`, and returns how far.
    pub(super) fn drain(&self, sum: u64) -> u64 {
        // Step 4: the baseline moves forward only. If another drain, with a later sum, was faster, the baseline
        // is ahead of our sum, and there is nothing to return.
        let ahead = |base: u64| (Self::between(base, sum) > 0).then_some(sum);
        match self.0.try_update(DRAIN, DRAIN_LOOK, ahead) {
            Ok(base) => Self::between(base, sum),
            Err(_) => 0,
        }
    }

    /// Returns how far [`drain`](Self::drain) would move.
    pub(super) fn pending(&self, sum: u64) -> u64 {
        Self::between(self.0.load(DRAIN_LOOK), sum)
    }

    /// How far `sum` is ahead of `base`, zero if it is behind.
    fn between(base: u64, sum: u64) -> u64 {
        (sum.wrapping_sub(base) as i64).max(0) as u64
    }
}

/// A statistics counter with `N` slots that threads add to without a lock prefix.
///
/// `N` is the number of threads that add at a time and should not get in each other's way. More threads
/// may add, through four shared slots. Where the number is known only when the program runs, take a
/// [`HeapCounter`](super::HeapCounter).
///
/// # Examples
///
/// ```
/// use latchfree::counter::Counter;
///
/// static APPENDS: Counter<8> = Counter::new();
///
/// let writer = APPENDS.local(); // once a thread
/// writer.add(3);
/// writer.inc();
/// assert_eq!(APPENDS.sum(), 4);
/// ```
///
/// # Which way to add
///
/// | way | for | cost of an add |
/// | --- | --- | --- |
/// | [`local`](Self::local) | code that can keep a handle | load, add, store |
/// | [`with_slot`](Self::with_slot) | code that knows its worker's number, `no_std` too | the same, and a comparison |
/// | [`add`](Self::add) | all other code; with `std` | the same, and a thread-local load |
/// | any of them, when all slots are taken | | a locked add to one of four shared lines |
/// | [`add_shared`](Self::add_shared) | signal and interrupt handlers | the same, always to the first of them |
///
/// # Guarantees
///
/// *Progress*: all adds and [`sum`](Self::sum) are wait-free, but for the first [`add`](Self::add) of a thread,
/// which claims a number and is lock-free, as [`drain`](Self::drain) is. A thread that stops holds up no other.
///
/// *Ordering*: none. A count publishes no other memory.
///
/// *Exactness*: no add is lost or counted twice, whatever threads do at the same time. A sum that is
/// taken beside adds is an estimate: at least what was added before the call (as happens-before has
/// it), and at most what was added before it returned, but not a snapshot: of two adds in two threads
/// it may miss the earlier.
///
/// *Overflow*: the sum wraps around at 2^64.
///
/// *Memory*: `N + 5` times the size of [`CachePadded`], that is 128 bytes each on x86_64 and aarch64.
///
/// *Handlers*: an owned add is a load and a store. A signal or interrupt handler that comes between
/// the two and adds through the same slot (with the same handle or worker number, or on the same thread
/// by [`add`](Self::add)) is overwritten: its adds get lost. A handler counts by
/// [`add_shared`](Self::add_shared), or under a worker number of its own.
///
/// Proof and its tests: the [module](super).
#[doc(alias("LongAdder", "percpu_counter", "statistics", "striped", "sharded"))]
pub struct Counter<const N: usize> {
    stripes: Inline<N>,
    baseline: CachePadded<Baseline>,
}

impl<const N: usize> Counter<N> {
    sys::const_fn! {
        /// Creates a counter at zero.
        #[must_use]
        pub const fn new() -> Self {
            Self { stripes: Inline::new(), baseline: CachePadded::new(Baseline::new()) }
        }
    }

    /// Returns a handle that owns a slot if one is free, and else adds to a shared slot.
    ///
    /// When it is dropped, its slot is free for the next handle; the count stays. Create one when a thread
    /// starts: finding a free slot costs a load for each slot that is taken.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::Counter;
    /// let appends = Counter::<4>::new();
    /// std::thread::scope(|scope| {
    ///     for _ in 0..4 {
    ///         scope.spawn(|| {
    ///             let own = appends.local();
    ///             (0..1000).for_each(|_| own.inc());
    ///         });
    ///     }
    /// });
    /// assert_eq!(appends.sum(), 4000);
    /// ```
    #[must_use]
    pub fn local(&self) -> Local<'_, u64> {
        Local::new(self.stripes.claim_any())
    }

    /// Returns slot `worker`, for callers that number their workers themselves: a thread pool, a processor
    /// id, an interrupt priority.
    ///
    /// The caller ensures that uses of the same number do not overlap in time, and that one thread's use
    /// happens before the next thread's. If they do overlap, counts get lost; nothing worse. A worker whose
    /// number is not below `N`, or whose slot a handle or a thread has, adds to a shared slot instead, and
    /// exactly. Once used, a slot stays the worker's.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::Counter;
    /// static READS: Counter<4> = Counter::new();
    ///
    /// fn on_read(worker: usize, bytes: u64) {
    ///     READS.with_slot(worker).add(bytes);
    /// }
    /// # on_read(2, 512);
    /// # assert_eq!(READS.sum(), 512);
    /// ```
    #[inline]
    pub fn with_slot(&self, worker: usize) -> WorkerSlot<'_, u64> {
        WorkerSlot::new(self.stripes.owned(worker, Owner::WORKER))
    }

    /// Adds `n`, through a slot that this thread owns if there is one for it.
    ///
    /// On its first add to any counter a thread gets a number, the lowest that no living thread has,
    /// and with it the slot of that number in every counter. When the thread exits, both go to the next
    /// thread that starts to count. Threads whose number is not below `N`, or whose slot a handle or
    /// worker has, add to a shared slot, of which there are four: their numbers say to which. Without the feature `std`, all
    /// threads add to the first of these.
    ///
    /// A signal or interrupt handler that may have interrupted an add to the same counter calls
    /// [`add_shared`](Self::add_shared) instead.
    #[inline]
    pub fn add(&self, n: u64) {
        self.stripes.of_thread().add(Which::ONLY, n);
    }

    /// Adds one; see [`add`](Self::add).
    #[inline]
    pub fn inc(&self) {
        self.add(1);
    }

    /// Adds `n` to the first shared slot, at any time: also in a signal or interrupt handler, whatever it may
    /// have interrupted.
    ///
    /// Wait-free, one read-modify-write, and no thread-local is touched. On a target without 64-bit
    /// atomic instructions, it depends on portable-atomic's stand-in whether a handler may call it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::Counter;
    /// static WAKEUPS: Counter<4> = Counter::new();
    ///
    /// extern "C" fn on_signal(_signal: i32) {
    ///     WAKEUPS.add_shared(1);
    /// }
    ///
    /// WAKEUPS.inc(); // the handler may come in the middle of this
    /// # on_signal(10);
    /// # assert_eq!(WAKEUPS.sum(), 2);
    /// ```
    #[doc(alias("signal", "interrupt", "async-signal-safe"))]
    pub fn add_shared(&self, n: u64) {
        self.stripes.add_shared(Which::ONLY, n);
    }

    /// Returns everything added so far; an estimate, if threads add at the same time.
    ///
    /// `N + 4` loads. Drains do not change it.
    #[doc(alias("load", "get", "value"))]
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.stripes.sum(Which::ONLY)
    }

    /// Returns what was added since the last drain.
    ///
    /// All drains of a counter together return each add once: none is lost between reading and
    /// resetting, because nothing is reset. Less than 2^63 may be added between two drains.
    ///
    /// If no other drain runs at the same time, the result is exact: it has all that was added before the call.
    /// Concurrent drains each return a part, and together return all. The result of one of them is
    /// an estimate: it may be zero although something was added before the call. A later drain returns it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::Counter;
    /// let requests = Counter::<4>::new();
    /// requests.add(10);
    /// assert_eq!(requests.drain(), 10); // this second's
    /// requests.add(5);
    /// assert_eq!(requests.drain(), 5);
    /// assert_eq!((requests.drain(), requests.sum()), (0, 15));
    /// ```
    #[doc(alias("reset", "sum_then_reset", "take"))]
    pub fn drain(&self) -> u64 {
        self.baseline.drain(self.sum())
    }

    /// Returns what was added since the last drain, and leaves it to the next one; an estimate, if threads add or
    /// drain at the same time.
    ///
    /// Costs as much as a [`sum`](Self::sum). A drain at the same time may have returned it by now.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::Counter;
    /// let requests = Counter::<4>::new();
    /// requests.add(10);
    /// assert_eq!((requests.pending(), requests.drain(), requests.pending()), (10, 10, 0));
    /// ```
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.baseline.pending(self.sum())
    }
}

impl<const N: usize> Default for Counter<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the sum.
impl<const N: usize> fmt::Debug for Counter<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counter").field("sum", &self.sum()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A drain that summed early and comes late finds the baseline ahead of its sum. It must not
    /// move it back: what lies between was returned by another.
    #[test]
    fn drain_behind_a_later_drain_returns_zero() {
        let counter = Counter::<1>::new();
        counter.add(5);
        for ahead in [5, 6, 5 + (i64::MAX as u64)] {
            counter.baseline.0.store(ahead, DRAIN);
            assert_eq!((counter.pending(), counter.drain()), (0, 0));
            assert_eq!(counter.baseline.0.load(DRAIN_LOOK), ahead);
        }
    }

    #[test]
    fn drains_go_on_across_the_wrap() {
        let counter = Counter::<1>::new();
        counter.baseline.0.store(u64::MAX - 1, DRAIN);
        counter.add(u64::MAX);
        assert_eq!((counter.sum(), counter.drain()), (u64::MAX, 1));
        counter.add(3);
        assert_eq!(counter.pending(), 3);
        assert_eq!((counter.sum(), counter.drain(), counter.drain()), (2, 3, 0));
    }

    #[test]
    fn every_way_of_adding_reaches_the_sum() {
        let counter = Counter::<2>::new();
        counter.add(1);
        counter.inc();
        counter.with_slot(1).add(10);
        counter.with_slot(7).inc();
        counter.local().add(100);
        counter.add_shared(1000);
        assert_eq!(counter.sum(), 1113);
    }
}
