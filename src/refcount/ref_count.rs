//! A reference count that cannot be made to wrap.

use crate::atomic::{Atomic, fence};
use crate::sys;
use core::fmt;

sites! {
    /// Another reference: an owner that makes one has one, so the object cannot go away meanwhile. As a
    /// read-modify-write it goes on with the release sequences of the DECs before.
    INC: Relaxed;
    /// Another reference, for a thread that has none: the comparison in it sees that the object has not
    /// gone away. It orders nothing; the finding of the object does. It goes on with release sequences
    /// as INC does.
    FIND: Relaxed;
    /// A look whether there is a reference left; FIND decides. Zero is right for good: a dead object
    /// does not come back.
    FIND_LOOK: Relaxed;
    /// A reference less: pairs with LAST. It publishes what this owner did with the object; relaxed,
    /// the last owner could take the object apart before that is done.
    DEC: Release;
    /// The last reference: pairs with every DEC before, so that all other owners are finished with the
    /// object. They are all before it in one release sequence, because only read-modify-writes follow
    /// a DEC, except after a misuse, when there is no last one.
    LAST: fence(Acquire), pairs(DEC);
    /// Stays where it is indefinitely, after a misuse.
    SATURATE: Relaxed;
    /// A number for people and for estimates.
    GET: Relaxed;
}

/// The number of owners of an object, for intrusive counting: pins on a page, users of a segment.
///
/// Up is relaxed, down is release, and the owner that lets the last one go acquires what all others did.
/// After an overflow (references that were forgotten) or an underflow (one given back twice), the
/// count *saturates*: it stays where it is, and the object is never freed. A leak is the lesser evil.
///
/// ```
/// use latchfree::refcount::RefCount;
///
/// let pins = RefCount::new(1);
/// assert!(pins.inc_if_nonzero()); // found in the cache: pinned, and not on its way out
/// assert!(!pins.dec());
/// assert!(pins.dec()); // the last one: ours to evict
/// assert!(!pins.inc_if_nonzero()); // too late
/// ```
///
/// # Guarantees
///
/// *Progress*: [`inc`](Self::inc) and [`dec`](Self::dec) are wait-free,
/// [`inc_if_nonzero`](Self::inc_if_nonzero) is lock-free. An owner that stops holds up nobody, and
/// keeps the object.
///
/// *Ordering*: what every owner did before its [`dec`](Self::dec) happens before the return of the
/// `dec` that returns `true`. Nothing else orders anything.
///
/// *Size*: four bytes.
///
/// Source: Linux `include/linux/refcount.h`, whose thresholds these are.
#[doc(alias("refcount_t", "Arc", "pin count", "atomic_dec_and_test"))]
pub struct RefCount {
    count: Atomic<u32>,
}

/// Where a saturated count stays: so far from zero and from the maximum that no number of threads
/// that are in the middle of an operation can move it out of the upper half.
const SATURATED: u32 = 0xC000_0000;
/// The greatest count that is one.
const MAX: u32 = u32::MAX / 2;

impl RefCount {
    sys::const_fn! {
        /// A count of `count` references; mostly of one, for the maker of the object.
        #[must_use]
        pub const fn new(count: u32) -> Self {
            Self { count: Atomic::new(count) }
        }
    }

    /// Counts another reference, for an owner that has one.
    ///
    /// From zero it saturates, because then nobody had one: the object is on its way out. Start at 1,
    /// for the maker of the object.
    #[doc(alias("refcount_inc", "get"))]
    #[inline]
    pub fn inc(&self) {
        let old = self.count.fetch_add(1, INC);
        if old == 0 || old >= MAX {
            self.saturate();
        }
    }

    /// Counts another reference, unless there is none: for a thread that has found the object and
    /// does not know whether it is on its way out. Returns whether it was counted.
    ///
    /// The answer is exact: `true` keeps the object until the [`dec`](Self::dec) that belongs to it, and
    /// `false` stays true. It orders nothing: what was done to the object before it was put where it was
    /// found is visible by the finding.
    #[doc(alias("refcount_inc_not_zero", "try_get", "upgrade"))]
    #[inline]
    pub fn inc_if_nonzero(&self) -> bool {
        let another = |count: u32| match count {
            0 => None,
            1..MAX => Some(count + 1),
            _ => Some(SATURATED),
        };
        self.count.try_update(FIND, FIND_LOOK, another).is_ok()
    }

    /// Counts a reference less. Returns whether it was the last: then the object is the caller's.
    #[doc(alias("refcount_dec_and_test", "put"))]
    #[inline]
    #[must_use = "if it was the last reference, the object is yours to free"]
    pub fn dec(&self) -> bool {
        let old = self.count.fetch_sub(1, DEC);
        if old == 1 {
            fence(LAST);
            return true;
        }
        if old == 0 || old > MAX {
            self.saturate();
        }
        false
    }

    /// The number of references now; a number over `u32::MAX / 2` means a misuse.
    ///
    /// It was exact at some moment during the call; by its return it is an estimate, and it orders
    /// nothing. So 1 does not mean that the object is the caller's to change: what other owners did
    /// before they let go may not be visible yet. [`dec`](Self::dec) decides.
    #[must_use]
    pub fn get(&self) -> u32 {
        self.count.load(GET)
    }

    /// Whether the count has saturated: references were forgotten, or given back twice.
    ///
    /// An estimate while other threads are in the middle of the misuse; exact after it.
    #[must_use]
    pub fn is_saturated(&self) -> bool {
        self.get() > MAX
    }

    #[cold]
    fn saturate(&self) {
        self.count.store(SATURATED, SATURATE);
    }
}

/// Shows the number of references.
impl fmt::Debug for RefCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefCount").field("count", &self.count).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_dec_returns_true() {
        let count = RefCount::new(1);
        count.inc();
        assert!(count.inc_if_nonzero());
        assert_eq!(count.get(), 3);
        assert_eq!([count.dec(), count.dec(), count.dec()], [false, false, true]);
        assert!(!count.inc_if_nonzero());
        assert!(!count.is_saturated());
    }

    #[test]
    fn misuse_saturates_and_never_frees() {
        let underflow = RefCount::new(0);
        assert!(!underflow.dec());
        let from_the_dead = RefCount::new(0);
        from_the_dead.inc();
        let overflow = RefCount::new(MAX);
        overflow.inc();
        let overflow_by_finding = RefCount::new(MAX);
        assert!(overflow_by_finding.inc_if_nonzero());
        for count in [underflow, from_the_dead, overflow, overflow_by_finding] {
            assert!(count.is_saturated());
            count.inc();
            assert!(count.inc_if_nonzero());
            assert!(!count.dec() && !count.dec() && !count.dec());
            assert!(count.is_saturated());
        }
    }

    #[test]
    fn max_is_a_valid_count() {
        let count = RefCount::new(MAX - 1);
        count.inc();
        assert!(!count.is_saturated() && !count.dec());
        assert_eq!(count.get(), MAX - 1);
    }
}
