//! Numbers that are handed out once and grow.

use super::Exhausted;
use crate::atomic::Atomic;
use crate::sys;
use core::fmt;
use core::ops::Range;

sites! {
    /// One variable hands out the numbers, so each goes out once. It publishes nothing: a thread that
    /// passes a number on passes on what belongs to it.
    TAKE: Relaxed;
    /// A look whether the numbers have run out. They never come back, so an old value that says so is
    /// right; for one that does not, TAKE decides.
    LOOK: Relaxed;
    /// As TAKE, for several numbers.
    RESERVE: Relaxed;
    /// A look whether there are enough. They only become fewer, so an old value that says no is right;
    /// for one that does not, RESERVE decides.
    RESERVE_LOOK: Relaxed;
    /// Moves the same variable past a number. It publishes nothing.
    OBSERVE: Relaxed;
    /// A number for people and for estimates.
    PEEK: Relaxed;
}

/// Unique, strictly growing numbers: offsets, serial numbers, ids that never repeat.
///
/// ```
/// use latchfree::sequence::Sequence;
///
/// static OFFSETS: Sequence = Sequence::starting_at(0);
///
/// OFFSETS.observe(41); // recovery has found a record with this offset
/// assert_eq!(OFFSETS.next(), Ok(42));
/// assert_eq!(OFFSETS.reserve(10), Ok(43..53)); // for a batch
/// ```
///
/// # Guarantees
///
/// *Progress*: [`next`](Self::next) is wait-free: one look, one atomic addition.
/// [`reserve`](Self::reserve) and [`observe`](Self::observe) are lock-free. A number that was drawn and is
/// not used is a gap, and holds up nobody here.
///
/// *Uniqueness*: no number is handed out twice, in whatever threads. Numbers grow in the order in
/// which they are handed out. The last one ever is 2^63 - 1, so that they fit signed columns too:
/// after it, [`Exhausted`] says so, indefinitely, and nothing starts again at zero.
///
/// *Ordering*: none. A number publishes no other memory, and what is done with two numbers after they
/// were drawn may happen in the other order: pushed to a queue, 6 may come before 5.
#[doc(alias("id", "serial number", "lsn", "seqno", "offset", "IdAllocator"))]
pub struct Sequence {
    next: Atomic<u64>,
}

/// No number is this great. There is as much room above it, so that the additions of threads which
/// all looked just before the end do not wrap around.
const END: u64 = 1 << 63;

impl Sequence {
    sys::const_fn! {
        /// Numbers from `first` on.
        #[must_use]
        pub const fn starting_at(first: u64) -> Self {
            Self { next: Atomic::new(first) }
        }
    }

    /// The next number.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there is none left. It is exact, and true ever after.
    #[inline]
    pub fn next(&self) -> Result<u64, Exhausted> {
        if self.next.load(LOOK) >= END {
            return Err(Exhausted);
        }
        let number = self.next.fetch_add(1, TAKE);
        if number < END { Ok(number) } else { Err(Exhausted) }
    }

    /// The next `count` numbers, which follow each other.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there are not that many left. It is exact, and true ever after. None is used up
    /// then: fewer are still available, and none at all always are.
    pub fn reserve(&self, count: u64) -> Result<Range<u64>, Exhausted> {
        if count == 0 {
            let next = self.peek(); // the word itself may be beyond the end
            return Ok(next..next);
        }
        let end = |next: u64| next.checked_add(count).filter(|&end| end <= END);
        match self.next.try_update(RESERVE, RESERVE_LOOK, end) {
            Ok(start) => Ok(start..start + count),
            Err(_) => Err(Exhausted),
        }
    }

    /// Never hands out `seen` or less from now on: for recovery, which finds numbers in the log.
    ///
    /// A number that is behind already changes nothing. After 2^63 - 1 the sequence is exhausted.
    pub fn observe(&self, seen: u64) {
        self.next.fetch_max(seen.saturating_add(1).min(END), OBSERVE);
    }

    /// What [`next`](Self::next) would hand out now, if nobody came in between; 2^63 if nothing.
    ///
    /// It was exact at some moment during the call; by its return it is a lower bound.
    #[doc(alias = "get")]
    #[must_use]
    pub fn peek(&self) -> u64 {
        self.next.load(PEEK).min(END)
    }
}

/// Numbers from zero.
impl Default for Sequence {
    fn default() -> Self {
        Self::starting_at(0)
    }
}

/// Shows the number that comes next.
impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sequence").field("next", &self.next).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_each_other() {
        let sequence = Sequence::default();
        assert_eq!((sequence.next(), sequence.next()), (Ok(0), Ok(1)));
        assert_eq!(sequence.reserve(3), Ok(2..5));
        assert_eq!(sequence.reserve(0), Ok(5..5));
        assert_eq!(sequence.peek(), 5);
    }

    #[test]
    fn observing_only_moves_forward() {
        let sequence = Sequence::starting_at(10);
        sequence.observe(5);
        assert_eq!(sequence.next(), Ok(10));
        sequence.observe(10);
        assert_eq!(sequence.next(), Ok(11));
        sequence.observe(11);
        assert_eq!(sequence.next(), Ok(12));
        sequence.observe(99);
        assert_eq!(sequence.next(), Ok(100));
        sequence.observe(u64::MAX);
        assert_eq!(sequence.next(), Err(Exhausted));
    }

    #[test]
    fn refused_number_uses_nothing_up() {
        let sequence = Sequence::starting_at(END - 4);
        assert_eq!(sequence.reserve(5), Err(Exhausted));
        assert_eq!(sequence.reserve(u64::MAX), Err(Exhausted));
        assert_eq!(sequence.reserve(3), Ok(END - 4..END - 1));
        assert_eq!(sequence.next(), Ok(END - 1));
        assert_eq!((sequence.next(), sequence.next()), (Err(Exhausted), Err(Exhausted)));
        assert_eq!((sequence.reserve(1), sequence.reserve(0)), (Err(Exhausted), Ok(END..END)));
        assert_eq!(sequence.peek(), END);
    }

    /// Threads that looked before the end and add after it get an error, and nothing wraps.
    #[test]
    fn late_additions_do_not_wrap() {
        let sequence = Sequence::starting_at(END - 1);
        assert_eq!(sequence.next.fetch_add(1_000_000, TAKE), END - 1);
        assert_eq!(sequence.next(), Err(Exhausted));
        assert_eq!((sequence.reserve(1), sequence.reserve(0)), (Err(Exhausted), Ok(END..END)));
        assert_eq!(sequence.peek(), END);
    }

    #[test]
    fn start_beyond_the_end_is_exhausted() {
        assert_eq!(Sequence::starting_at(u64::MAX).next(), Err(Exhausted));
    }
}
