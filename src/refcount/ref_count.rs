//! A reference count that cannot be made to wrap.

use crate::atomic::{Atomic, fence};
use crate::sys;
use core::fmt;

sites! {
    /// Counts another reference. The caller holds one, so the object cannot be freed concurrently. As a
    /// read-modify-write it continues the release sequences of earlier DECs.
    INC: Relaxed;
    /// Counts another reference, for a thread that has none: the comparison ensures that the object was not
    /// freed. It orders nothing; the way in which the thread has found the object does. It continues release
    /// sequences as INC does.
    FIND: Relaxed;
    /// A load to see whether there is a reference; FIND decides. Zero is final: an object that was freed
    /// does not come back.
    FIND_LOOK: Relaxed;
    /// Counts a reference less: pairs with LAST. It publishes what this owner did with the object; relaxed,
    /// the last owner could free the object before that is done.
    DEC: Release;
    /// The last reference is gone: pairs with every earlier DEC, so that all other owners are finished with the
    /// object. Their release sequences all reach to here, because only read-modify-writes follow
    /// a DEC, except after a misuse, when no DEC is the last.
    LAST: fence(Acquire), pairs(DEC);
    /// After a misuse: the count stays there indefinitely. No thread frees the object, so there is nothing to order.
    SATURATE: Relaxed;
    /// An estimate.
    GET: Relaxed;
}

/// The number of owners of an object, for intrusive counting: pins on a page, users of a segment.
///
/// Counting up is relaxed, counting down is release, and the owner that drops the last reference acquires what all
/// others did. After an overflow (references that were forgotten) or an underflow (one dropped twice), the
/// count *saturates*: it does not change any more, and the object is never freed. A leak is the lesser evil.
///
/// # Examples
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
/// [`inc_if_nonzero`](Self::inc_if_nonzero) is lock-free. An owner that stops holds up no other, and
/// keeps the object.
///
/// *Ordering*: what every owner did before its [`dec`](Self::dec) happens before the return of the
/// `dec` that returns `true`. Nothing else orders anything.
///
/// *Exactness*: [`dec`](Self::dec) and [`inc_if_nonzero`](Self::inc_if_nonzero) are exact; [`get`](Self::get) is an
/// estimate.
///
/// *Overflow*: the count saturates, as above.
///
/// *Memory*: four bytes.
///
/// Source: Linux `include/linux/refcount.h`, whose thresholds these are.
#[doc(alias("refcount_t", "Arc", "pin count", "atomic_dec_and_test"))]
pub struct RefCount {
    count: Atomic<u32>,
}

/// Where a saturated count stays: so far from zero and from the maximum that no number of threads
/// that are in the middle of an operation can move it out of the upper half.
const SATURATED: u32 = 0xC000_0000;
/// The greatest legal count.
const MAX: u32 = u32::MAX / 2;

impl RefCount {
    sys::const_fn! {
        /// Creates a counter with `count` references, usually 1, held by the creator of the object.
        #[must_use]
        pub const fn new(count: u32) -> Self {
            Self { count: Atomic::new(count) }
        }
    }

    /// Counts another reference, for an owner that has one.
    ///
    /// From zero it saturates, because then the caller had none: the object is being freed. Start at 1,
    /// for the creator of the object.
    #[doc(alias("refcount_inc", "get"))]
    #[inline]
    pub fn inc(&self) {
        let old = self.count.fetch_add(1, INC);
        if old == 0 || old >= MAX {
            self.saturate();
        }
    }

    /// Counts another reference, unless there is none: for a thread that has found the object and
    /// does not know whether it is being freed. Returns whether it was counted.
    ///
    /// The result is exact: `true` keeps the object until the matching [`dec`](Self::dec), and
    /// `false` is final. It orders nothing: the load by which the thread has found the object must
    /// make the object's contents visible.
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

    /// Counts a reference less. Returns whether it was the last: then the object belongs to the caller.
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

    /// Returns the number of references; a number over `u32::MAX / 2` means a misuse.
    ///
    /// It was exact at some moment during the call; by its return it is an estimate, and it orders
    /// nothing. So 1 does not mean that the caller may change the object: what other owners did
    /// before they dropped their references may not be visible yet. [`dec`](Self::dec) decides.
    #[must_use]
    pub fn get(&self) -> u32 {
        self.count.load(GET)
    }

    /// Returns whether the count has saturated: references were forgotten, or dropped twice.
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
            // In the middle of its range, so that no number of calls leads back.
            assert_eq!((count.get(), count.is_saturated()), (SATURATED, true));
            count.inc();
            assert!(count.inc_if_nonzero());
            assert!(!count.dec() && !count.dec() && !count.dec());
            assert_eq!(count.get(), SATURATED);
        }
    }

    #[test]
    fn greatest_count_is_legal() {
        let count = RefCount::new(MAX - 1);
        count.inc();
        assert!(!count.is_saturated() && !count.dec());
        assert_eq!(count.get(), MAX - 1);
    }
}
