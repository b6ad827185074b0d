//! Ids that come again.

use super::Id;
use super::id::GIVE_BACK;
use crate::atomic::Atomic;
use crate::sys;
use core::fmt;

sites! {
    /// A load to see whether an id is free; CLAIM decides. If it is not: pairs with the CLAIM of its holder, so that the id
    /// which that one had before is found free. Relaxed, both could seem to be taken, and this caller be
    /// refused although there was one for each.
    CLAIM_LOOK: Acquire, pairs(CLAIM);
    /// Takes an id: pairs with GIVE_BACK, so that what the last holder did with it is over. Without acquire, its last
    /// store to what the id stands for could undo the first one of this holder. Without release, see CLAIM_LOOK.
    CLAIM: AcqRel, pairs(GIVE_BACK);
    /// Another has taken it meanwhile: as CLAIM_LOOK.
    CLAIM_TAKEN: Acquire, pairs(CLAIM);
    /// Counts those that are taken; an estimate.
    COUNT: Relaxed;
}

/// Small ids that are given back: the lowest free one of `0..N`, for as long as it is held.
///
/// An index into an array of slots, for workers, readers or connections that come and go: while few are there,
/// the ids are low, so that a scan over those in use is short. (The other members of this family never hand out a number
/// twice. A [`Lease`](super::Lease) is something else: it is of numbers, all below a durable bound.)
///
/// # Examples
///
/// ```
/// use latchfree::counter::Counter;
/// use latchfree::sequence::Ids;
///
/// static WORKERS: Ids<8> = Ids::new();
/// static BYTES: Counter<8> = Counter::new();
///
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| {
///             let id = WORKERS.acquire().expect("no more than eight at a time");
///             let bytes = BYTES.with_slot(id.get()); // a slot that is this thread's alone
///             (0..1000).for_each(|_| bytes.add(512));
///         }); // the next thread can have the id, and goes on with the slot
///     }
/// });
/// assert_eq!(BYTES.sum(), 4 * 1000 * 512);
/// ```
///
/// # Guarantees
///
/// *Progress*: all is wait-free: [`acquire`](Self::acquire) takes a step for each id up to the one that it gets. A
/// holder that stops keeps its id, and nothing else.
///
/// *Ordering*: what a holder did before it gave an id back happens before the return of the
/// [`acquire`](Self::acquire) that gets it next.
///
/// *Exactness*: no id has two holders. As long as no more than `k` hold one or are acquiring one, at any time, each gets one
/// below `k`: so with up to `N` of them none is refused. A refusal says that there were more than `N`.
/// [`in_use`](Self::in_use) is an estimate.
///
/// *Memory*: one byte an id.
///
/// Source: M. Moir and J. Anderson, *Wait-free algorithms for fast, long-lived renaming*, 1995: a scan of test-and-set
/// bits. Proof and its tests: the [module](super).
#[doc(alias("renaming", "slot allocator", "thread id", "index pool", "bitmap", "slab"))]
pub struct Ids<const N: usize> {
    taken: [Atomic<bool>; N],
}

impl<const N: usize> Ids<N> {
    sys::const_fn! {
        /// Creates the ids `0..N`, all of them free.
        #[must_use]
        pub const fn new() -> Self {
            Self { taken: sys::array![Atomic::new(false); N] }
        }
    }

    /// Takes the lowest free id, which is given back when the result is dropped; `None`, if there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::sequence::Ids;
    /// let ids = Ids::<2>::new();
    /// let (first, second) = (ids.acquire().unwrap(), ids.acquire().unwrap());
    /// assert_eq!((first.get(), second.get()), (0, 1));
    /// assert!(ids.acquire().is_none());
    /// drop(first);
    /// assert_eq!(ids.acquire().unwrap().get(), 0);
    /// ```
    #[doc(alias("take", "claim", "alloc"))]
    #[must_use = "dropped at once, another can have it"]
    pub fn acquire(&self) -> Option<Id<'_>> {
        let claim = |taken: &Atomic<bool>| {
            !taken.load(CLAIM_LOOK)
                && taken.compare_exchange(false, true, CLAIM, CLAIM_TAKEN).is_ok()
        };
        let free = (0..).zip(&self.taken).find(|(_, taken)| claim(taken));
        free.map(|(id, taken)| Id::new(id, taken))
    }

    /// Returns how many ids are taken; an estimate.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.taken.iter().filter(|taken| taken.load(COUNT)).count()
    }
}

/// All ids are free.
impl<const N: usize> Default for Ids<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows how many ids are taken.
impl<const N: usize> fmt::Debug for Ids<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ids").field("in_use", &self.in_use()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_free_id_comes_first() {
        let ids = Ids::<4>::default();
        let mut held = [(); 4].map(|()| ids.acquire());
        assert_eq!(held.each_ref().map(|id| id.as_ref().map(Id::get)), [0, 1, 2, 3].map(Some));
        assert_eq!((ids.acquire().is_none(), ids.in_use()), (true, 4));
        held[2] = None;
        held[1] = None;
        assert_eq!(ids.in_use(), 2);
        let lowest = ids.acquire().unwrap();
        assert_eq!((lowest.get(), ids.acquire().map(|id| id.get())), (1, Some(2)));
        assert!(Ids::<0>::new().acquire().is_none());
    }
}
