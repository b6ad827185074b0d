//! The striped sums under [`Counter`](super::Counter) and [`Counters`](super::Counters): the owner of a slot adds
//! without a lock prefix. A slot has `K` counts, of which a counter has one.
//!
//! # Which thread may add to a slot
//!
//! ```text
//!               claim (CAS)                       next thread with the id: nothing to do
//!   FREE ------------------------> HANDLE         THREAD(id) ---.
//!    ^                               |                 ^  `-----'
//!    '---- release (handle drops) ---'                 |
//!   FREE ------------------------> WORKER        FREE -' claim (CAS)
//! ```
//!
//! Invariant: at any time at most one thread is between the load and the store of an owned add to a
//! slot. Exactly one owner is named in the slot, and an owner is one thread at a time:
//! a handle is not `Sync`; a thread id belongs to one thread until that exits; for a worker id the
//! caller promises it. A thread that finds another owner named adds to a shared slot with a
//! read-modify-write instead. Either way no add is lost.
//!
//! There are several shared slots, so that threads without a slot of their own do not all meet on one cache line:
//! threads and workers are spread over them by their numbers, handles in turn. Which of them an add goes to makes no
//! difference to the sum.
//!
//! # Why the sum is exact
//!
//! Each count of a slot only grows (modulo 2^64), so a load of it that happens after an add counts that add.
//! When a slot changes hands, the new owner's first load must see the old owner's last store, or
//! it would add to a stale count and undo the difference: CLAIM and RELEASE are for that.

use super::Which;
use crate::atomic::Atomic;
use crate::sys;
use crossbeam_utils::CachePadded;

sites! {
    /// Takes a free slot: pairs with RELEASE, so that the new owner adds to the last count of the
    /// old one. Relaxed, the load in `Stripe::add` could read an older count, and the store after it
    /// would take back what came between.
    CLAIM: Acquire, pairs(RELEASE);
    /// The slot is taken: the add goes to a shared slot, which needs no order.
    CLAIM_TAKEN: Relaxed;
    /// Gives a slot back: pairs with CLAIM. It publishes the count; relaxed, the count could become
    /// visible after the slot is free.
    RELEASE: Release;
    /// A load to see whether the slot is free; CLAIM decides.
    CLAIM_LOOK: Relaxed;
    /// Checks whether the slot is still owned. Only the owner itself ever writes its name there, or removes it.
    MINE: Relaxed;
    /// The owner's load of the count: no other thread stores to it while it is owned, and CLAIM has ordered
    /// it after the stores of the previous owner.
    COUNT: Relaxed;
    /// The owner's store of the count; RELEASE publishes it to the next owner.
    COUNTED: Relaxed;
    /// Adds to a shared slot: read-modify-writes of one variable, which need no order to add up.
    SHARED: Relaxed;
    /// Counts the handles without a slot, for their turns. It says nothing else.
    TURN: Relaxed;
    /// A sum is no snapshot; each slot's own coherence makes it count what happened before.
    SUM: Relaxed;
    /// As SUM, for a shared slot.
    SUM_SHARED: Relaxed;
}

/// The owner of a slot, as the number in its owner word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner(u32);

impl Owner {
    const FREE: Self = Self(0);
    /// A handle, until it is dropped.
    pub(super) const HANDLE: Self = Self(1);
    /// The worker of that number, permanently.
    pub(super) const WORKER: Self = Self(2);

    /// Returns the owner for a thread with that id, and later the next thread with the same id.
    #[cfg(feature = "std")]
    pub(super) const fn thread(id: u32) -> Self {
        Self(3 + id)
    }
}

/// A slot: `K` counts, one after the other, with the name of their only writer.
pub(super) struct Stripe<const K: usize> {
    owner: Atomic<u32>,
    counts: [Atomic<u64>; K],
}

impl<const K: usize> Stripe<K> {
    sys::const_fn! {
        const fn new() -> Self {
            Self { owner: Atomic::new(Owner::FREE.0), counts: sys::array![Atomic::new(0); K] }
        }
    }

    /// Adds without a read-modify-write. Exact only for the owner.
    #[inline(always)]
    fn add(&self, which: Which<K>, n: u64) {
        let count = &self.counts[which.index()];
        count.store(count.load(COUNT).wrapping_add(n), COUNTED);
    }

    fn count(&self, which: Which<K>) -> u64 {
        self.counts[which.index()].load(SUM)
    }

    /// Returns whether the slot names `owner`, which is the caller.
    #[inline(always)]
    fn is_owned_by(&self, owner: Owner) -> bool {
        self.owner.load(MINE) == owner.0
    }

    /// Names `owner` in a free slot. Returns whether the slot was free.
    fn claim(&self, owner: Owner) -> bool {
        self.owner.load(CLAIM_LOOK) == Owner::FREE.0
            && self.owner.compare_exchange(Owner::FREE.0, owner.0, CLAIM, CLAIM_TAKEN).is_ok()
    }

    /// Gives the slot back, its counts with it.
    fn release(&self) {
        self.owner.store(Owner::FREE.0, RELEASE);
    }
}

/// How many shared slots there are, a power of two.
const SHARED_SLOTS: usize = sys::cfg_loom!(2 else 4);

/// A slot that all of those may add to which have none of their own.
struct Shared<const K: usize> {
    /// How many handles have come to have none. Used in the first of the shared slots.
    handles: Atomic<u32>,
    counts: [Atomic<u64>; K],
}

impl<const K: usize> Shared<K> {
    sys::const_fn! {
        const fn new() -> Self {
            Self { handles: Atomic::new(0), counts: sys::array![Atomic::new(0); K] }
        }
    }

    #[cold]
    #[inline]
    fn add(&self, which: Which<K>, n: u64) {
        self.counts[which.index()].fetch_add(n, SHARED);
    }

    fn count(&self, which: Which<K>) -> u64 {
        self.counts[which.index()].load(SUM_SHARED)
    }
}

/// Where the adds of a handle, a worker or a thread go, wherever the slots lie: to its own slot if it has one, and
/// else to a shared one.
pub(super) struct Target<'a, const K: usize> {
    shared: &'a Shared<K>,
    own: Option<&'a Stripe<K>>,
}

impl<const K: usize> Target<'_, K> {
    #[inline(always)]
    pub(super) fn add(&self, which: Which<K>, n: u64) {
        match self.own {
            Some(stripe) => stripe.add(which, n),
            None => self.shared.add(which, n),
        }
    }

    #[inline]
    pub(super) fn owns_slot(&self) -> bool {
        self.own.is_some()
    }

    /// Gives the slot back, if there is one: nothing is added here after that.
    pub(super) fn release(&self) {
        if let Some(stripe) = self.own {
            stripe.release();
        }
    }
}

/// Owned slots and shared ones, each on cache lines of its own. `S` is a list of [`Stripe`]s.
pub(super) struct Stripes<S, const K: usize> {
    owned: S,
    shared: SharedSlots<K>,
}

type SharedSlots<const K: usize> = [CachePadded<Shared<K>>; SHARED_SLOTS];

/// `N` owned slots in place, of `K` counts each.
pub(super) type Inline<const N: usize, const K: usize = 1> =
    Stripes<[CachePadded<Stripe<K>>; N], K>;

/// Owned slots on the heap, of one count each.
#[cfg(feature = "alloc")]
pub(super) type Boxed = Stripes<alloc::boxed::Box<[CachePadded<Stripe<1>>]>, 1>;

impl<const N: usize, const K: usize> Inline<N, K> {
    sys::const_fn! {
        pub(super) const fn new() -> Self {
            Self {
                owned: sys::array![CachePadded::new(Stripe::new()); N],
                shared: sys::array![CachePadded::new(Shared::new()); SHARED_SLOTS],
            }
        }
    }
}

#[cfg(feature = "alloc")]
impl Boxed {
    /// Allocates that many owned slots.
    pub(super) fn with_slots(slots: usize) -> Self {
        Self {
            owned: (0..slots).map(|_| CachePadded::new(Stripe::new())).collect(),
            shared: sys::array![CachePadded::new(Shared::new()); SHARED_SLOTS],
        }
    }
}

impl<S: AsRef<[CachePadded<Stripe<K>>]>, const K: usize> Stripes<S, K> {
    /// Claims a free slot for a handle: the last one, because threads and workers are numbered from the first.
    pub(super) fn claim_any(&self) -> Target<'_, K> {
        let mut stripes = self.owned.as_ref().iter().rev().map(|stripe| &**stripe);
        match stripes.find(|stripe| stripe.claim(Owner::HANDLE)) {
            Some(own) => self.target(Some(own), 0),
            None => self.target(None, self.shared[0].handles.fetch_add(1, TURN) as usize),
        }
    }

    /// Returns slot `index`, if `owner` has it or can claim it.
    #[inline]
    pub(super) fn owned(&self, index: usize, owner: Owner) -> Target<'_, K> {
        let stripe = self.owned.as_ref().get(index).map(|stripe| &**stripe);
        self.target(stripe.filter(|stripe| stripe.is_owned_by(owner) || stripe.claim(owner)), index)
    }

    /// Returns the slot of this thread, if there is one for it. Not to be kept: a thread gives its number back while
    /// its last destructors still run.
    #[inline]
    pub(super) fn of_thread(&self) -> Target<'_, K> {
        #[cfg(feature = "std")]
        if let Some(id) = super::thread_id::current() {
            return self.owned(id as usize, Owner::thread(id));
        }
        self.target(None, 0)
    }

    /// Adds to the first shared slot: for any number of threads, and for handlers that interrupt one.
    #[inline]
    pub(super) fn add_shared(&self, which: Which<K>, n: u64) {
        self.shared[0].add(which, n);
    }

    /// Returns everything added to one count so far, modulo 2^64.
    pub(super) fn sum(&self, which: Which<K>) -> u64 {
        let owned = self.owned.as_ref().iter().map(|stripe| stripe.count(which));
        let shared = self.shared.iter().map(|slot| slot.count(which));
        owned.chain(shared).fold(0, u64::wrapping_add)
    }

    /// Returns the sum of each count, slot after slot: each cache line is read once.
    pub(super) fn sums(&self) -> [u64; K] {
        fn add<const K: usize>(sums: &mut [u64; K], count: impl Fn(Which<K>) -> u64) {
            for (sum, which) in sums.iter_mut().zip(Which::all()) {
                *sum = sum.wrapping_add(count(which));
            }
        }
        let mut sums = [0; K];
        self.owned.as_ref().iter().for_each(|stripe| add(&mut sums, |which| stripe.count(which)));
        self.shared.iter().for_each(|slot| add(&mut sums, |which| slot.count(which)));
        sums
    }

    /// Returns how many owned slots there are.
    #[cfg(feature = "alloc")]
    pub(super) fn slots(&self) -> usize {
        self.owned.as_ref().len()
    }

    /// Without a slot of its own, the owner with that number adds to one of the shared slots.
    #[inline(always)]
    fn target<'a>(&'a self, own: Option<&'a Stripe<K>>, number: usize) -> Target<'a, K> {
        Target { shared: &self.shared[number % SHARED_SLOTS], own }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONLY: Which<1> = Which::ONLY;

    fn owners<const N: usize>(stripes: &Inline<N>) -> [u32; N] {
        core::array::from_fn(|i| stripes.owned[i].owner.load(MINE))
    }

    fn is_stripe(target: &Target<'_, 1>, stripe: &Stripe<1>) -> bool {
        target.own.is_some_and(|own| core::ptr::eq(own, stripe))
    }

    #[test]
    fn a_slot_has_one_owner_until_it_is_released() {
        let stripes = Inline::<2>::new();
        let first = stripes.owned(1, Owner::WORKER);
        assert!(!stripes.owned(1, Owner::HANDLE).owns_slot());
        assert!(is_stripe(&first, &stripes.owned[1]));
        assert!(is_stripe(&stripes.owned(1, Owner::WORKER), &stripes.owned[1]));
        first.add(ONLY, 5);
        first.release();
        let next = stripes.owned(1, Owner::HANDLE);
        assert!(is_stripe(&next, &stripes.owned[1]));
        assert!(!stripes.owned(1, Owner::WORKER).owns_slot());
        next.add(ONLY, 1);
        assert_eq!((stripes.sum(ONLY), stripes.owned(2, Owner::WORKER).owns_slot()), (6, false));
    }

    #[test]
    fn handles_take_the_last_free_slot() {
        let stripes = Inline::<3>::new();
        assert!(stripes.owned(1, Owner::WORKER).owns_slot());
        let (last, first) = (stripes.claim_any(), stripes.claim_any());
        assert!(!stripes.claim_any().owns_slot());
        assert_eq!(owners(&stripes), [Owner::HANDLE.0, Owner::WORKER.0, Owner::HANDLE.0]);
        last.release();
        assert_eq!(owners(&stripes)[2], Owner::FREE.0);
        assert!(is_stripe(&stripes.claim_any(), &stripes.owned[2]));
        first.release();
        assert_eq!(owners(&stripes)[0], Owner::FREE.0);
    }

    #[test]
    fn add_without_slot_goes_to_shared_one() {
        let stripes = Inline::<1>::new();
        stripes.add_shared(ONLY, 3);
        stripes.claim_any().add(ONLY, 4);
        stripes.claim_any().add(ONLY, 5);
        assert_eq!((stripes.shared[0].count(ONLY), stripes.owned[0].count(ONLY)), (8, 4));
        stripes.add_shared(ONLY, u64::MAX);
        assert_eq!(stripes.sum(ONLY), 11);
    }

    /// Workers, threads and handles beyond the slots meet in fours, not all of them.
    #[test]
    fn owners_without_slot_are_spread_over_shared_ones() {
        let stripes = Inline::<1>::new();
        let shared = || stripes.shared.each_ref().map(|slot| slot.count(ONLY));
        let all = |n: u64| [n; SHARED_SLOTS];
        for worker in 1..=SHARED_SLOTS {
            stripes.owned(worker, Owner::WORKER).add(ONLY, 1);
        }
        assert_eq!(shared(), all(1));
        let own = stripes.claim_any();
        let handles = all(0).map(|_| stripes.claim_any());
        handles.iter().for_each(|handle| handle.add(ONLY, 1));
        assert_eq!((shared(), own.owns_slot()), (all(2), true));
        let mut sums = stripes.sums();
        assert_eq!(
            (sums[0], stripes.sum(ONLY)),
            (2 * SHARED_SLOTS as u64, 2 * SHARED_SLOTS as u64)
        );
        own.add(ONLY, 1);
        sums = stripes.sums();
        assert_eq!((sums[0], stripes.sum(ONLY)), (2 * SHARED_SLOTS as u64 + 1, sums[0]));
    }

    /// The next thread with the number finds the slot its own, and a thread with another does not.
    #[cfg(feature = "std")]
    #[test]
    fn threads_own_the_slot_of_their_number() {
        let stripes = Inline::<2>::new();
        let names = [Owner::FREE, Owner::HANDLE, Owner::WORKER, Owner::thread(0), Owner::thread(1)];
        assert!((0..5).all(|i| (0..i).all(|j| names[i] != names[j])));
        assert!(stripes.owned(0, Owner::thread(0)).owns_slot());
        assert!(stripes.owned(0, Owner::thread(0)).owns_slot());
        assert!(!stripes.owned(0, Owner::thread(1)).owns_slot());

        let Some(id) = crate::counter::thread_id::current() else { return };
        let stripes = Inline::<64>::new();
        stripes.of_thread().add(ONLY, 7);
        let own = stripes.owned(id as usize, Owner::thread(id)).own;
        let count = own.map(|stripe| stripe.count(ONLY));
        assert_eq!(count, (id < 64).then_some(7));
    }

    fn neighbours_are_apart<S: AsRef<[CachePadded<Stripe<K>>]>, const K: usize>(
        stripes: &Stripes<S, K>,
        lines: usize,
    ) {
        let at = |i: usize| core::ptr::from_ref(&*stripes.owned.as_ref()[i]).addr();
        assert_eq!(at(1) - at(0), lines * size_of::<CachePadded<u8>>());
        assert_eq!(at(0) % align_of::<CachePadded<u8>>(), 0);
    }

    #[test]
    fn neighbours_share_no_cache_line() {
        neighbours_are_apart(&Inline::<2>::new(), 1);
        #[cfg(feature = "alloc")]
        neighbours_are_apart(&Boxed::with_slots(2), 1);
        // Counts lie one after the other, with the owner before or behind them.
        let words_a_line = size_of::<CachePadded<u8>>() / size_of::<u64>();
        neighbours_are_apart(&Inline::<2, 33>::new(), 34usize.div_ceil(words_a_line));
        assert!(size_of::<Stripe<33>>() <= 34 * size_of::<u64>());
    }
}
