//! Numbers in two parts: an epoch, and a count that starts again in each.

use super::Exhausted;
use crate::atomic::Atomic;
use crate::sys;
use core::fmt;

sites! {
    /// One variable hands out epochs and counts, so each pair goes out once. It publishes nothing.
    CLAIM: Relaxed;
    /// A load of the count; CLAIM decides. That the epoch has no more is exact as of this load.
    CLAIM_LOOK: Relaxed;
    /// Moves the same variable to the next epoch. It publishes nothing.
    BEGIN_EPOCH: Relaxed;
    /// A load of the epoch; BEGIN_EPOCH decides. That this is the last epoch is final.
    EPOCH_LOOK: Relaxed;
    /// Moves the same variable past a number. It publishes nothing.
    OBSERVE: Relaxed;
    /// An estimate.
    PEEK: Relaxed;
}

/// A number of an [`EpochSequence`]; ordered by epoch, then by count.
///
/// As one word, the epoch is the upper half: `to_bits` and `from_bits` are what goes on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochNumber {
    /// The epoch.
    pub epoch: u32,
    /// Zero-based index within the epoch.
    pub count: u32,
}

impl EpochNumber {
    /// Returns both halves in one word.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        (self.epoch as u64) << 32 | self.count as u64
    }

    /// Returns the number of a word from [`to_bits`](Self::to_bits).
    #[must_use]
    pub const fn from_bits(word: u64) -> Self {
        Self { epoch: (word >> 32) as u32, count: word as u32 }
    }
}

/// Unique, strictly growing numbers in epochs: the zxid of ZooKeeper, a term and an index.
///
/// The count never runs over into the epoch, which would look like a new leader's epoch
/// (ZOOKEEPER-1277). When it is used up, [`next`](Self::next) fails until a call of
/// [`next_epoch`](Self::next_epoch).
///
/// # Examples
///
/// ```
/// use latchfree::sequence::{EpochNumber, EpochSequence};
///
/// let zxids = EpochSequence::starting_at(EpochNumber { epoch: 7, count: 0 });
/// assert_eq!(zxids.next(), Ok(EpochNumber { epoch: 7, count: 0 }));
/// assert_eq!(zxids.next()?.to_bits(), 0x0000_0007_0000_0001);
/// assert_eq!(zxids.next_epoch(), Ok(8)); // elected
/// assert_eq!(zxids.next(), Ok(EpochNumber { epoch: 8, count: 0 }));
/// # Ok::<(), latchfree::sequence::Exhausted>(())
/// ```
///
/// # Guarantees
///
/// *Progress*: all methods are lock-free, [`peek`](Self::peek) is wait-free.
///
/// *Ordering*: none. A number publishes no other memory.
///
/// *Exactness*: no number is handed out twice. [`peek`](Self::peek) is an estimate.
///
/// *Overflow*: the last count of an epoch is 2^32 - 2, the last epoch 2^32 - 1. Beyond these, calls return
/// [`Exhausted`] and change nothing.
///
/// *Memory*: eight bytes.
#[doc(alias("zxid", "term", "ballot"))]
pub struct EpochSequence {
    /// The word of the number that comes next; a count of `u32::MAX` means that none does.
    next: Atomic<u64>,
}

impl EpochSequence {
    sys::const_fn! {
        /// Creates a sequence whose first number is `first`.
        #[must_use]
        pub const fn starting_at(first: EpochNumber) -> Self {
            Self { next: Atomic::new(first.to_bits()) }
        }
    }

    /// Returns the next number of this epoch.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if the epoch has no more. This is exact: it was so at some moment during the call.
    #[inline]
    pub fn next(&self) -> Result<EpochNumber, Exhausted> {
        // Not an unconditional addition: an `observe` could move the count to its end just before it.
        let follow = |word| {
            let has_more = EpochNumber::from_bits(word).count < u32::MAX;
            has_more.then(|| word + 1)
        };
        match self.next.try_update(CLAIM, CLAIM_LOOK, follow) {
            Ok(word) => Ok(EpochNumber::from_bits(word)),
            Err(_) => Err(Exhausted),
        }
    }

    /// Begins the next epoch, and returns it. Its first number has the count zero.
    ///
    /// Of two threads that call it at the same time, each begins an epoch of its own.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if this was the last one. This is exact and final.
    pub fn next_epoch(&self) -> Result<u32, Exhausted> {
        let follow = |word| EpochNumber::from_bits(word).epoch.checked_add(1);
        let first = |epoch| EpochNumber { epoch, count: 0 }.to_bits();
        match self.next.try_update(BEGIN_EPOCH, EPOCH_LOOK, |word| follow(word).map(first)) {
            Ok(before) => follow(before).ok_or(Exhausted),
            Err(_) => Err(Exhausted),
        }
    }

    /// Skips all numbers up to and including `seen`: for recovery, and for numbers that another leader has sent.
    pub fn observe(&self, seen: EpochNumber) {
        // The count after the last one is "none left", so this stays in the epoch.
        let after = EpochNumber { count: seen.count.saturating_add(1), ..seen };
        self.next.fetch_max(after.to_bits(), OBSERVE);
    }

    /// Returns what [`next`](Self::next) would return if no other call came in between. A count of
    /// `u32::MAX` means that it would return none.
    ///
    /// It was exact at some moment during the call; by its return it is a lower bound.
    #[must_use]
    pub fn peek(&self) -> EpochNumber {
        EpochNumber::from_bits(self.next.load(PEEK))
    }
}

/// Shows the number that comes next.
impl fmt::Debug for EpochSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EpochSequence").field("next", &self.peek()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(epoch: u32, count: u32) -> EpochNumber {
        EpochNumber { epoch, count }
    }

    #[test]
    fn epoch_number_bits_keep_its_order() {
        let numbers = [number(0, 0), number(0, u32::MAX), number(1, 0), number(u32::MAX, 7)];
        for pair in numbers.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].to_bits() < pair[1].to_bits());
        }
        assert_eq!(numbers.map(|number| EpochNumber::from_bits(number.to_bits())), numbers);
    }

    #[test]
    fn exhausted_count_does_not_run_into_epoch() {
        let sequence = EpochSequence::starting_at(number(3, u32::MAX - 2));
        assert_eq!(sequence.next(), Ok(number(3, u32::MAX - 2)));
        assert_eq!(sequence.next(), Ok(number(3, u32::MAX - 1)));
        assert_eq!(sequence.next(), Err(Exhausted));
        assert_eq!(sequence.next(), Err(Exhausted));
        assert_eq!(sequence.peek(), number(3, u32::MAX));
        assert_eq!(sequence.next_epoch(), Ok(4));
        assert_eq!(sequence.next(), Ok(number(4, 0)));
    }

    #[test]
    fn epoch_after_the_last_is_refused() {
        let sequence = EpochSequence::starting_at(number(u32::MAX - 1, 9));
        assert_eq!(sequence.next_epoch(), Ok(u32::MAX));
        assert_eq!(sequence.next_epoch(), Err(Exhausted));
        assert_eq!(sequence.next(), Ok(number(u32::MAX, 0)));
    }

    #[test]
    fn observing_only_moves_forward_and_stays_in_the_epoch() {
        let sequence = EpochSequence::starting_at(number(5, 5));
        sequence.observe(number(4, 900));
        assert_eq!(sequence.next(), Ok(number(5, 5)));
        sequence.observe(number(5, 6));
        assert_eq!(sequence.next(), Ok(number(5, 7)));
        sequence.observe(number(6, u32::MAX));
        assert_eq!(sequence.next(), Err(Exhausted));
        assert_eq!(sequence.next_epoch(), Ok(7));
    }
}
