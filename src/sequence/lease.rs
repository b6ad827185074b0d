//! Numbers below a bound that was made durable.

use super::BoundReached;
use super::end::at_most_end;
use crate::atomic::Atomic;
use crate::sys;
use core::fmt;
use core::ops::Range;

sites! {
    /// Hands numbers out. It publishes the bound under which its caller saw them, to CLAIM_LOOK: relaxed, another
    /// caller could see that they are gone and not yet the bound, and be refused although no number was missing.
    CLAIM: Release;
    /// The next number, before the bound is read: see CLAIM.
    CLAIM_LOOK: Acquire, pairs(CLAIM);
    /// The bound. Pairs with EXTEND: a number below it happens after what made the bound durable. Relaxed, a
    /// thread could use the number and not see that.
    BOUND: Acquire, pairs(EXTEND);
    /// Raises the bound, and publishes what was done to make it durable. A read-modify-write, so that one that comes
    /// between does not hide the former from BOUND.
    EXTEND: Release;
    /// An estimate.
    PEEK: Relaxed;
    /// An estimate.
    BOUND_LOOK: Relaxed;
}

/// Unique, strictly growing numbers below a bound that was made durable: no number comes again after a crash.
///
/// A number that leaves the process before it is durable itself (an id in an answer, a timestamp, a transaction's
/// number) cannot be found by recovery. So a bound above it is made durable first, which costs one
/// write for many numbers, and a restart begins at the bound. Numbers between the last one in use and the bound are
/// left out then.
///
/// # Examples
///
/// ```
/// use latchfree::sequence::{BoundReached, Lease};
/// use std::sync::Mutex;
///
/// struct Ids {
///     lease: Lease,
///     file: Mutex<u64>, // stands for the file with the durable bound
/// }
///
/// impl Ids {
///     fn recover(durable: u64) -> Self {
///         Self { lease: Lease::starting_at(durable), file: Mutex::new(durable) }
///     }
///
///     fn next(&self) -> u64 {
///         loop {
///             match self.lease.next() {
///                 Ok(id) => return id,
///                 Err(BoundReached) => self.extend(),
///             }
///         }
///     }
///
///     /// Also for a thread that runs ahead: when few numbers remain.
///     fn extend(&self) {
///         let mut file = self.file.lock().unwrap();
///         if self.lease.remaining() == 0 {
///             *file += 1000; // written and synced
///             self.lease.extend_to(*file);
///         }
///     }
/// }
///
/// let ids = Ids::recover(0);
/// assert_eq!((ids.next(), ids.next()), (0, 1));
/// let durable = *ids.file.lock().unwrap(); // here it crashes
/// assert_eq!(Ids::recover(durable).next(), 1000);
/// ```
///
/// # Guarantees
///
/// *Progress*: [`next`](Self::next), [`reserve`](Self::reserve) and [`extend_to`](Self::extend_to) are lock-free. A
/// thread that stops while it makes a bound durable keeps no other from the numbers below the last bound. Above it
/// they are refused until any thread has extended it.
///
/// *Ordering*: what was done before the [`extend_to`](Self::extend_to) that first raised the bound above a number
/// happens before the return of the call that hands the number out. Otherwise none, as of a
/// [`Sequence`](super::Sequence).
///
/// *Exactness*: no number is handed out twice, and none that is not below the bound. A refusal is exact: there were
/// not that many numbers at some moment of the call. [`peek`](Self::peek), [`bound`](Self::bound) and
/// [`remaining`](Self::remaining) are estimates.
///
/// *Overflow*: the bound is never above 2^63, so the last number is 2^63 - 1. With that bound, [`BoundReached`] is
/// final.
///
/// *Memory*: sixteen bytes.
#[doc(alias("hi/lo", "timestamp oracle", "TSO", "high water", "IdAllocator"))]
pub struct Lease {
    /// Never above the bound.
    next: Atomic<u64>,
    bound: Atomic<u64>,
}

impl Lease {
    sys::const_fn! {
        /// Creates a lease whose first number is `durable`, the bound that recovery has found; or zero, if there is
        /// none. It has no numbers until it is extended.
        #[must_use]
        pub const fn starting_at(durable: u64) -> Self {
            let first = at_most_end(durable);
            Self { next: Atomic::new(first), bound: Atomic::new(first) }
        }
    }

    /// Returns the next number.
    ///
    /// # Errors
    ///
    /// [`BoundReached`], if it is not below the bound. This is exact.
    #[inline]
    pub fn next(&self) -> Result<u64, BoundReached> {
        self.claim(1)
    }

    /// Returns the next `count` numbers, which are consecutive.
    ///
    /// # Errors
    ///
    /// [`BoundReached`], if not all of them are below the bound. This is exact. No number is used up then, and a
    /// smaller `count` may still be available.
    pub fn reserve(&self, count: u64) -> Result<Range<u64>, BoundReached> {
        self.claim(count).map(|first| first..first + count)
    }

    #[inline]
    fn claim(&self, count: u64) -> Result<u64, BoundReached> {
        // First the number and then the bound: the bound only grows, and is at least what it was when the number
        // became the next one. So a number that is not below it was not.
        let end = |next: u64| next.checked_add(count).filter(|&end| end <= self.bound.load(BOUND));
        self.next.try_update(CLAIM, CLAIM_LOOK, end).map_err(|_| BoundReached)
    }

    /// Raises the bound to `durable`, which is durable by now; a bound that was reached already changes nothing.
    ///
    /// The caller has to have made it durable: a number below it may be in use the moment this is called.
    /// If several threads do so at a time, they take care that what is durable does not go back.
    pub fn extend_to(&self, durable: u64) {
        self.bound.fetch_max(at_most_end(durable), EXTEND);
    }

    /// Returns the bound: all numbers are below it.
    ///
    /// By its return it is a lower bound.
    #[must_use]
    pub fn bound(&self) -> u64 {
        self.bound.load(BOUND_LOOK)
    }

    /// Returns what [`next`](Self::next) would return if no other call came in between; the bound, if that would be
    /// refused.
    ///
    /// By its return it is a lower bound.
    #[doc(alias = "get")]
    #[must_use]
    pub fn peek(&self) -> u64 {
        self.next.load(PEEK)
    }

    /// Returns how many numbers are left below the bound; an estimate, for a thread that extends the lease before it
    /// is used up.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        let next = self.peek();
        self.bound().saturating_sub(next)
    }
}

/// A lease of numbers from zero, none of them yet.
impl Default for Lease {
    fn default() -> Self {
        Self::starting_at(0)
    }
}

/// Shows the number that comes next, and the bound.
impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lease = f.debug_struct("Lease");
        lease.field("next", &self.peek()).field("bound", &self.bound()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::end::END;

    #[test]
    fn numbers_are_refused_at_the_bound_until_it_is_raised() {
        let lease = Lease::starting_at(10);
        assert_eq!((lease.next(), lease.reserve(1)), (Err(BoundReached), Err(BoundReached)));
        assert_eq!(lease.reserve(0), Ok(10..10));
        lease.extend_to(13);
        assert_eq!((lease.next(), lease.remaining()), (Ok(10), 2));
        assert_eq!(
            (lease.reserve(3), lease.reserve(u64::MAX)),
            (Err(BoundReached), Err(BoundReached))
        );
        assert_eq!((lease.reserve(2), lease.next()), (Ok(11..13), Err(BoundReached)));
        assert_eq!((lease.peek(), lease.bound(), lease.remaining()), (13, 13, 0));
        lease.extend_to(14);
        assert_eq!(lease.next(), Ok(13));
    }

    #[test]
    fn bound_only_moves_forward() {
        let lease = Lease::default();
        lease.extend_to(5);
        lease.extend_to(3);
        assert_eq!((lease.bound(), lease.reserve(5)), (5, Ok(0..5)));
    }

    #[test]
    fn numbers_end_where_they_no_longer_fit_signed_columns() {
        let lease = Lease::starting_at(END - 1);
        lease.extend_to(u64::MAX);
        assert_eq!(
            (lease.bound(), lease.next(), lease.next()),
            (END, Ok(END - 1), Err(BoundReached))
        );
        let lease = Lease::starting_at(u64::MAX);
        lease.extend_to(u64::MAX);
        assert_eq!((lease.next(), lease.peek()), (Err(BoundReached), END));
    }
}
