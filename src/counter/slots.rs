//! The striped sum under [`Counter`](super::Counter): the owner of a slot adds without a lock prefix.
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
//! caller promises it. A thread that finds another owner named adds to the shared slot with a
//! read-modify-write instead. Either way no add is lost.
//!
//! # Why the sum is exact
//!
//! Each slot only grows (modulo 2^64), so a load of it that happens after an add counts that add.
//! When a slot changes hands, the new owner's first load must see the old owner's last store, or
//! it would add to a stale count and undo the difference: CLAIM and RELEASE are for that.

use crate::atomic::Atomic;
use crate::sys;
use crossbeam_utils::CachePadded;

sites! {
    /// Takes a free slot: pairs with RELEASE, so that the new owner adds to the last count of the
    /// old one. Relaxed, the load in `Slot::add` could read an older count, and the store after it
    /// would take back what came between.
    CLAIM: Acquire, pairs(RELEASE);
    /// The slot is taken: the add goes to the shared slot, which needs no order.
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
    /// Adds to the shared slot: read-modify-writes of one variable, which need no order to add up.
    SHARED: Relaxed;
    /// A sum is no snapshot; each slot's own coherence makes it count what happened before.
    SUM: Relaxed;
    /// As SUM, for the shared slot.
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

/// A count with the name of its only writer.
pub(super) struct Slot {
    owner: Atomic<u32>,
    count: Atomic<u64>,
}

impl Slot {
    sys::const_fn! {
        const fn new() -> Self {
            Self { owner: Atomic::new(Owner::FREE.0), count: Atomic::new(0) }
        }
    }

    /// Adds without a read-modify-write. Exact only for the owner.
    #[inline(always)]
    pub(super) fn add(&self, n: u64) {
        self.count.store(self.count.load(COUNT).wrapping_add(n), COUNTED);
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

    /// Gives the slot back, its count with it.
    pub(super) fn release(&self) {
        self.owner.store(Owner::FREE.0, RELEASE);
    }
}

/// `N` owned slots and a shared one, each on cache lines of its own.
pub(super) struct Slots<const N: usize> {
    owned: [CachePadded<Slot>; N],
    shared: CachePadded<Atomic<u64>>,
}

impl<const N: usize> Slots<N> {
    sys::const_fn! {
        pub(super) const fn new() -> Self {
            Self {
                owned: sys::array![CachePadded::new(Slot::new()); N],
                shared: CachePadded::new(Atomic::new(0)),
            }
        }
    }

    /// Claims a free slot for a handle: the last one, because threads and workers are numbered from the first.
    pub(super) fn claim_any(&self) -> Option<&Slot> {
        self.owned.iter().rev().map(|slot| &**slot).find(|slot| slot.claim(Owner::HANDLE))
    }

    /// Returns slot `index`, if `owner` has it or can claim it.
    #[inline]
    pub(super) fn owned(&self, index: usize, owner: Owner) -> Option<&Slot> {
        let slot = self.owned.get(index)?;
        (slot.is_owned_by(owner) || slot.claim(owner)).then_some(slot)
    }

    /// Adds through the slot of this thread, if there is one for it.
    #[inline]
    pub(super) fn add_by_thread(&self, n: u64) {
        #[cfg(feature = "std")]
        let slot =
            super::thread_id::current().and_then(|id| self.owned(id as usize, Owner::thread(id)));
        #[cfg(not(feature = "std"))]
        let slot = None;
        self.add(slot, n);
    }

    /// Adds to `slot`, or to the shared one if there is none.
    #[inline(always)]
    pub(super) fn add(&self, slot: Option<&Slot>, n: u64) {
        match slot {
            Some(slot) => slot.add(n),
            None => self.add_shared(n),
        }
    }

    /// Adds to the shared slot: for any number of threads, and for handlers that interrupt one.
    #[cold]
    pub(super) fn add_shared(&self, n: u64) {
        self.shared.fetch_add(n, SHARED);
    }

    /// Returns everything added so far, modulo 2^64.
    pub(super) fn sum(&self) -> u64 {
        let owned = self.owned.iter().map(|slot| slot.count.load(SUM));
        owned.fold(self.shared.load(SUM_SHARED), u64::wrapping_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners<const N: usize>(slots: &Slots<N>) -> [u32; N] {
        core::array::from_fn(|i| slots.owned[i].owner.load(MINE))
    }

    #[test]
    fn a_slot_has_one_owner_until_it_is_released() {
        let slots = Slots::<2>::new();
        let slot = slots.owned(1, Owner::WORKER).unwrap();
        assert!(slots.owned(1, Owner::HANDLE).is_none());
        assert!(core::ptr::eq(slots.owned(1, Owner::WORKER).unwrap(), slot));
        slot.add(5);
        slot.release();
        let next = slots.owned(1, Owner::HANDLE).unwrap();
        assert!(core::ptr::eq(next, slot) && slots.owned(1, Owner::WORKER).is_none());
        next.add(1);
        assert_eq!((slots.sum(), slots.owned(2, Owner::WORKER).is_none()), (6, true));
    }

    #[test]
    fn handles_take_the_last_free_slot() {
        let slots = Slots::<3>::new();
        assert!(slots.owned(1, Owner::WORKER).is_some());
        let (last, first) = (slots.claim_any().unwrap(), slots.claim_any().unwrap());
        assert!(slots.claim_any().is_none());
        assert_eq!(owners(&slots), [Owner::HANDLE.0, Owner::WORKER.0, Owner::HANDLE.0]);
        last.release();
        assert_eq!(owners(&slots)[2], Owner::FREE.0);
        assert!(core::ptr::eq(slots.claim_any().unwrap(), last));
        first.release();
        assert_eq!(owners(&slots)[0], Owner::FREE.0);
    }

    #[test]
    fn add_without_slot_goes_to_shared_one() {
        let slots = Slots::<1>::new();
        slots.add(None, 3);
        slots.add(slots.claim_any(), 4);
        slots.add(slots.claim_any(), 5);
        assert_eq!((slots.shared.load(SUM_SHARED), slots.owned[0].count.load(SUM)), (8, 4));
        slots.add(None, u64::MAX);
        assert_eq!(slots.sum(), 11);
    }

    /// The next thread with the number finds the slot its own, and a thread with another does not.
    #[cfg(feature = "std")]
    #[test]
    fn threads_own_the_slot_of_their_number() {
        let slots = Slots::<2>::new();
        let names = [Owner::FREE, Owner::HANDLE, Owner::WORKER, Owner::thread(0), Owner::thread(1)];
        assert!((0..5).all(|i| (0..i).all(|j| names[i] != names[j])));
        assert!(slots.owned(0, Owner::thread(0)).is_some());
        assert!(slots.owned(0, Owner::thread(0)).is_some());
        assert!(slots.owned(0, Owner::thread(1)).is_none());

        let Some(id) = crate::counter::thread_id::current() else { return };
        let slots = Slots::<64>::new();
        slots.add_by_thread(7);
        let own = slots.owned(id as usize, Owner::thread(id)).map(|slot| slot.count.load(SUM));
        assert_eq!(own, (id < 64).then_some(7));
    }

    #[test]
    fn neighbours_share_no_cache_line() {
        let slots = Slots::<2>::new();
        let at = |i: usize| core::ptr::from_ref(&*slots.owned[i]).addr();
        assert_eq!(at(1) - at(0), size_of::<CachePadded<u8>>());
    }
}
