//! Numbers that are handed out once and grow.

use super::Exhausted;
use super::end::{END, at_most_end};
use crate::atomic::Atomic;
use crate::sys;
use core::fmt;
use core::ops::Range;

sites! {
    /// One variable hands out the numbers, so each goes out once. It publishes nothing: a thread that
    /// passes a number on passes on what belongs to it.
    CLAIM: Relaxed;
    /// Takes back what CLAIM has added beyond the last number. It publishes nothing.
    SATURATE: Relaxed;
    /// As CLAIM, for several numbers.
    RESERVE: Relaxed;
    /// A load to see whether there are enough. They only become fewer, so an old value that says no is right;
    /// for one that does not, RESERVE decides.
    RESERVE_LOOK: Relaxed;
    /// Moves the same variable past a number. It publishes nothing.
    OBSERVE: Relaxed;
    /// An estimate.
    PEEK: Relaxed;
}

/// Unique, strictly growing numbers: offsets, serial numbers, ids that never repeat.
///
/// # Examples
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
/// *Progress*: [`next`](Self::next) is wait-free: one atomic addition, and after the last number one more step.
/// [`reserve`](Self::reserve), [`observe`](Self::observe) and [`advance_to`](Self::advance_to) are lock-free. A number that was handed out and is
/// not used is a gap, and holds up no thread here.
///
/// *Ordering*: none. A number publishes no other memory, and what is done with two numbers after they
/// were handed out may happen in the other order: sent to a queue, 6 may come before 5. For a number whose readers
/// must see what was done before it was reached, take a [`Watermark`](crate::watermark::Watermark).
/// Where one number is both, handed out to writers and the limit of what readers may see, it is an
/// [`Atomic<u64>`](crate::atomic::Atomic): `fetch_add(1, AcqRel)`, `fetch_max(seen, AcqRel)` and `load(Acquire)`. That has no
/// end, and its caller checks for one.
///
/// *Exactness*: no number is handed out twice, in whatever threads. Numbers grow in the order in
/// which they are handed out. [`peek`](Self::peek) is an estimate.
///
/// *Overflow*: the last number is 2^63 - 1, so that numbers fit signed columns too. After it every call
/// returns [`Exhausted`]; numbers never start again at zero.
///
/// *Memory*: eight bytes.
#[doc(alias("id", "serial number", "lsn", "seqno", "offset", "IdAllocator"))]
pub struct Sequence {
    /// Beyond the end by the additions of calls that find no number and have not taken them back yet. There is as much
    /// room for them as there are numbers.
    next: Atomic<u64>,
}

impl Sequence {
    sys::const_fn! {
        /// Creates a sequence whose first number is `first`.
        #[must_use]
        pub const fn starting_at(first: u64) -> Self {
            Self { next: Atomic::new(at_most_end(first)) } // above, additions have their room
        }
    }

    /// Returns the next number.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there is none. This is exact and final.
    #[inline]
    pub fn next(&self) -> Result<u64, Exhausted> {
        let number = self.next.fetch_add(1, CLAIM);
        if number < END { Ok(number) } else { Err(self.saturate()) }
    }

    /// Takes the additions back that found no number.
    #[cold]
    fn saturate(&self) -> Exhausted {
        self.next.fetch_min(END, SATURATE);
        Exhausted
    }

    /// Returns the next `count` numbers, which are consecutive.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there are fewer. This is exact and final for that `count`. No number is used up
    /// then, and a smaller `count` may still be available.
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

    /// Skips all numbers up to and including `seen`: for recovery, which finds numbers in the log.
    ///
    /// A number that was passed already changes nothing. After `observe(2^63 - 1)` the sequence is exhausted.
    pub fn observe(&self, seen: u64) {
        self.advance_to(seen.saturating_add(1));
    }

    /// Skips all numbers below `next`, as [`observe`](Self::observe) does for a last number.
    ///
    /// Where there is a first free number and not a last used one: after an empty log, `advance_to(0)` skips none.
    /// After `advance_to(2^63)` or more the sequence is exhausted.
    #[doc(alias("fetch_max", "set"))]
    pub fn advance_to(&self, next: u64) {
        self.next.fetch_max(at_most_end(next), OBSERVE);
    }

    /// Begins again at `next`, which may be a number that was handed out already: after a log was cut, by its only
    /// owner.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::sequence::Sequence;
    /// let mut offsets = Sequence::starting_at(100);
    /// assert_eq!(offsets.reserve(50), Ok(100..150));
    /// offsets.reset(120); // the log was cut there
    /// assert_eq!(offsets.next(), Ok(120));
    /// ```
    #[doc(alias("truncate", "set"))]
    pub fn reset(&mut self, next: u64) {
        *self = Self::starting_at(next);
    }

    /// Returns what [`next`](Self::next) would return if no other call came in between; 2^63 if there is none.
    ///
    /// It was exact at some moment during the call; by its return it is a lower bound.
    #[doc(alias = "get")]
    #[must_use]
    pub fn peek(&self) -> u64 {
        at_most_end(self.next.load(PEEK))
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
        f.debug_struct("Sequence").field("next", &self.peek()).finish()
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

    /// Additions of calls that stopped before they took them back hide the end from no other call.
    #[test]
    fn additions_beyond_the_end_are_no_numbers() {
        let sequence = Sequence::starting_at(END - 1);
        assert_eq!(sequence.next.fetch_add(1_000_000, CLAIM), END - 1);
        assert_eq!((sequence.reserve(1), sequence.reserve(0)), (Err(Exhausted), Ok(END..END)));
        assert_eq!(sequence.peek(), END);
        assert_eq!(sequence.next(), Err(Exhausted));
        assert_eq!(sequence.next.into_inner(), END, "and the next call takes them back");
    }

    #[test]
    fn start_beyond_the_end_is_exhausted() {
        let sequence = Sequence::starting_at(u64::MAX);
        assert_eq!((sequence.next(), sequence.next()), (Err(Exhausted), Err(Exhausted)));
    }

    #[test]
    fn reset_begins_at_any_number() {
        let mut sequence = Sequence::starting_at(END);
        for first in [0, END - 1] {
            sequence.reset(first);
            assert_eq!(sequence.next(), Ok(first));
        }
        sequence.reset(u64::MAX);
        assert_eq!(sequence.next(), Err(Exhausted));
    }

    #[test]
    fn numbers_below_an_advance_are_skipped() {
        let sequence = Sequence::starting_at(3);
        sequence.advance_to(0);
        assert_eq!(sequence.next(), Ok(3));
        sequence.advance_to(9);
        assert_eq!(sequence.next(), Ok(9));
        sequence.advance_to(u64::MAX);
        assert_eq!(sequence.peek(), END);
    }
}
