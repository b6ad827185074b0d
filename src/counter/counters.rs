//! Several counters in one: a slot of each thread has all its counts.

use super::counter::Baseline;
use super::stripes::{Inline, Owner};
use super::{LocalCounts, Which, WorkerCounts};
use crate::sys;
use core::fmt;
use crossbeam_utils::CachePadded;

/// `K` statistics counters with `N` slots, each of which has all `K` counts.
///
/// For the metrics of one thing: a tree, a cache, a server. To `K` [`Counter`](super::Counter)s it is what a row of a
/// table is to its columns. A thread has its `K` counts side by side, on cache lines of its own: 13 counts
/// for 8 threads are 1664 bytes, where 13 counters are 21,632. The slot is found once for all that an event adds to,
/// by a handle or by [`add_each`](Self::add_each).
///
/// # Examples
///
/// ```
/// use latchfree::counter::{Counters, Which};
///
/// #[derive(Clone, Copy)]
/// enum Metric {
///     CacheHits,
///     BlockReads,
///     BytesRead,
/// }
///
/// const METRICS: usize = Metric::BytesRead as usize + 1;
///
/// impl From<Metric> for Which<METRICS> {
///     fn from(metric: Metric) -> Self {
///         Which::new(metric as usize).unwrap() // never `None`, and the compiler sees it
///     }
/// }
///
/// static TREE: Counters<METRICS, 8> = Counters::new();
///
/// let reader = TREE.local(); // once a thread
/// reader.inc(Metric::CacheHits);
/// TREE.add_each([(Metric::BlockReads, 1), (Metric::BytesRead, 4096)]); // anywhere
///
/// assert_eq!(TREE.sums(), [1, 1, 4096]);
/// assert_eq!(TREE.drain()[Metric::BytesRead as usize], 4096); // since the last drain
/// assert_eq!((TREE.sum(Metric::BytesRead), TREE.drain()), (4096, [0; METRICS]));
/// ```
///
/// # Which count
///
/// Whatever converts into a [`Which<K>`](Which), an index below `K`: a variant of an enum of yours, or a constant. An
/// index that is too large cannot be made into one, so no method here checks one or panics.
///
/// # Which way to add
///
/// That of a [`Counter`](super::Counter#which-way-to-add): [`local`](Self::local), [`with_slot`](Self::with_slot),
/// [`add`](Self::add), and [`add_shared`](Self::add_shared) in signal and interrupt handlers, at the same costs.
///
/// # Guarantees
///
/// *Progress*: as for a [`Counter`](super::Counter). All adds and sums are wait-free, but for the first
/// [`add`](Self::add) of a thread, which claims a number and is lock-free, as [`drain`](Self::drain) is.
///
/// *Ordering*: none. A count publishes no other memory.
///
/// *Exactness*: each count is what a [`Counter`](super::Counter)'s is: no add is lost or counted twice, and a sum beside
/// adds is an estimate. Two counts are not read at one moment: of two adds to different counts, also by one thread,
/// [`sums`](Self::sums) may have the later alone.
///
/// *Overflow*: each sum wraps around at 2^64.
///
/// *Memory*: `N + 4` slots of `8 * K + 8` bytes and one of `8 * K`, each rounded up to the size of a [`CachePadded`], that
/// is to 128 bytes on x86_64 and aarch64. Up to 15 counts take as much as one.
///
/// *Handlers*: as for a [`Counter`](super::Counter), a signal or interrupt handler counts by
/// [`add_shared`](Self::add_shared), or under a worker number of its own. Its other adds can get lost.
///
/// Proof and its tests: the [module](super).
#[doc(alias("metrics", "statistics", "histogram", "LongAdder", "percpu_counter", "sharded"))]
pub struct Counters<const K: usize, const N: usize> {
    stripes: Inline<N, K>,
    baselines: CachePadded<[Baseline; K]>,
}

impl<const K: usize, const N: usize> Counters<K, N> {
    sys::const_fn! {
        /// Creates counters at zero.
        #[must_use]
        pub const fn new() -> Self {
            Self {
                stripes: Inline::new(),
                baselines: CachePadded::new(sys::array![Baseline::new(); K]),
            }
        }
    }

    /// Returns a handle that owns a slot if one is free, and else adds to a shared slot; as
    /// [`Counter::local`](super::Counter::local).
    #[must_use]
    pub fn local(&self) -> LocalCounts<'_, K> {
        LocalCounts::new(self.stripes.claim_any())
    }

    /// Returns slot `worker`, for callers that number their workers themselves; as
    /// [`Counter::with_slot`](super::Counter::with_slot), with the same obligation for the caller.
    #[inline]
    pub fn with_slot(&self, worker: usize) -> WorkerCounts<'_, K> {
        WorkerCounts::new(self.stripes.owned(worker, Owner::WORKER))
    }

    /// Adds `n` to one count, through a slot that this thread owns if there is one for it; as
    /// [`Counter::add`](super::Counter::add).
    ///
    /// A signal or interrupt handler that may have interrupted an add to the same counters calls
    /// [`add_shared`](Self::add_shared) instead.
    #[inline]
    pub fn add(&self, which: impl Into<Which<K>>, n: u64) {
        let which = which.into();
        self.stripes.of_thread().add(which, n);
    }

    /// Adds one to one count; see [`add`](Self::add).
    #[inline]
    pub fn inc(&self, which: impl Into<Which<K>>) {
        self.add(which, 1);
    }

    /// Adds to several counts, as [`add`](Self::add) does to one, and looks this thread's slot up once for all.
    ///
    /// They are added one after the other: a sum beside it may have some of them.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::{Counters, Which};
    /// let reads = Counters::<2, 8>::new();
    /// let [count, bytes] = Which::all();
    /// reads.add_each([(count, 1), (bytes, 4096)]);
    /// assert_eq!(reads.sums(), [1, 4096]);
    /// ```
    #[inline]
    pub fn add_each<W: Into<Which<K>>, const M: usize>(&self, adds: [(W, u64); M]) {
        // The program's `into` runs before the slot is looked up.
        let adds = adds.map(|(which, n)| (which.into(), n));
        let slot = self.stripes.of_thread();
        for (which, n) in adds {
            slot.add(which, n);
        }
    }

    /// Adds `n` to one count in the first shared slot, at any time: also in a signal or interrupt handler, whatever it may
    /// have interrupted; as [`Counter::add_shared`](super::Counter::add_shared).
    #[doc(alias("signal", "interrupt", "async-signal-safe"))]
    pub fn add_shared(&self, which: impl Into<Which<K>>, n: u64) {
        self.stripes.add_shared(which.into(), n);
    }

    /// Returns everything added to one count so far; an estimate, if threads add at the same time.
    ///
    /// `N + 4` loads. Drains do not change it.
    #[doc(alias("load", "get", "value"))]
    #[must_use]
    pub fn sum(&self, which: impl Into<Which<K>>) -> u64 {
        self.stripes.sum(which.into())
    }

    /// Returns the [`sum`](Self::sum) of each count, in order. No snapshot: each was so at a moment of its own.
    ///
    /// `K * (N + 4)` loads, which go through the slots once. Drains do not change it.
    #[must_use]
    pub fn sums(&self) -> [u64; K] {
        self.stripes.sums()
    }

    /// Returns what was added to each count since the last drain.
    ///
    /// Each count is drained as a [`Counter`](super::Counter::drain) is: all drains together return each add once, for
    /// nothing is reset, and a drain that runs alone has all that was added before the call. Less than 2^63 may be
    /// added to a count between two drains.
    ///
    /// Concurrent drains may share the counts among them: one returns the adds to one count, and another
    /// those to the next.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::counter::{Counters, Which};
    /// let reads = Counters::<2, 8>::new();
    /// let [count, bytes] = Which::all();
    /// reads.add_each([(count, 1), (bytes, 4096)]);
    /// assert_eq!(reads.drain(), [1, 4096]); // this second's
    /// reads.inc(count);
    /// assert_eq!((reads.pending(), reads.drain(), reads.sums()), ([1, 0], [1, 0], [2, 4096]));
    /// ```
    #[doc(alias("reset", "sum_then_reset", "take"))]
    pub fn drain(&self) -> [u64; K] {
        self.since_last_drain(Baseline::drain)
    }

    /// Returns what was added to each count since the last drain, and leaves it to the next one; an estimate, if
    /// threads add or drain at the same time.
    ///
    /// Costs as much as [`sums`](Self::sums). A drain at the same time may have returned it by now.
    #[must_use]
    pub fn pending(&self) -> [u64; K] {
        self.since_last_drain(Baseline::pending)
    }

    /// Turns each sum into what `take` makes of it and of its baseline.
    fn since_last_drain(&self, take: fn(&Baseline, u64) -> u64) -> [u64; K] {
        let mut counts = self.sums();
        for (count, baseline) in counts.iter_mut().zip(&*self.baselines) {
            *count = take(baseline, *count);
        }
        counts
    }
}

impl<const K: usize, const N: usize> Default for Counters<K, N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the sums.
impl<const K: usize, const N: usize> fmt::Debug for Counters<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counters").field("sums", &self.sums()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_adding_reaches_its_count() {
        let counters = Counters::<3, 2>::new();
        let [a, b, c] = Which::all();
        counters.add(a, 1);
        counters.inc(b);
        counters.add_each([(b, 20), (c, 20), (b, 300)]);
        counters.with_slot(1).add(c, 1000);
        counters.with_slot(7).inc(c);
        counters.local().add(a, 100);
        counters.add_shared(b, 4000);
        assert_eq!(counters.sums(), [101, 4321, 1021]);
        assert_eq!(Which::all().map(|which| counters.sum(which)), counters.sums());
    }

    #[test]
    fn counts_are_drained_apart() {
        let counters = Counters::<2, 1>::new();
        let [a, b] = Which::all();
        counters.add(a, u64::MAX >> 1);
        assert_eq!(
            (counters.pending(), counters.drain()),
            ([u64::MAX >> 1, 0], [u64::MAX >> 1, 0])
        );
        counters.add(a, u64::MAX >> 1);
        counters.add(b, 3);
        assert_eq!(counters.drain(), [u64::MAX >> 1, 3]);
        counters.add(a, 7); // around
        assert_eq!(
            (counters.sums(), counters.pending(), counters.drain()),
            ([5, 3], [7, 0], [7, 0])
        );
        assert_eq!((counters.pending(), counters.drain()), ([0; 2], [0; 2]));
    }

    #[test]
    fn counters_without_counts_or_slots_work() {
        assert_eq!(Counters::<0, 4>::new().drain(), []);
        let counters = Counters::<2, 0>::new();
        counters.inc(Which::all()[1]);
        counters.local().inc(Which::all()[0]);
        assert_eq!(counters.drain(), [1, 1]);
    }
}
