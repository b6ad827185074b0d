//! The index of one of several counts.

/// One of the `K` counts of a [`Counters`](super::Counters): an index below `K`.
///
/// A constant that is too large does not compile, and no method of `Counters` has to check an index again.
///
/// # Examples
///
/// An enum gives the counts their names:
///
/// ```
/// use latchfree::counter::{Counters, Which};
///
/// #[derive(Clone, Copy)]
/// enum Reads {
///     Cached,
///     FromDisk,
///     Bytes,
/// }
///
/// const READS: usize = Reads::Bytes as usize + 1;
///
/// impl From<Reads> for Which<READS> {
///     fn from(count: Reads) -> Self {
///         // Not `None`: the compiler knows which numbers an enum can have, and removes the check.
///         Which::new(count as usize).unwrap()
///     }
/// }
///
/// static COUNTS: Counters<READS, 8> = Counters::new();
/// COUNTS.inc(Reads::FromDisk);
/// COUNTS.add(Reads::Bytes, 4096);
/// assert_eq!(COUNTS.sum(Reads::Cached), 0);
/// assert_eq!(COUNTS.sums()[Reads::Bytes as usize], 4096);
/// ```
///
/// So do constants, which are checked when they are compiled:
///
/// ```
/// # use latchfree::counter::{Counters, Which};
/// const HITS: Which<2> = Which::new(0).unwrap();
/// const MISSES: Which<2> = Which::new(1).unwrap();
///
/// let cache = Counters::<2, 8>::new();
/// cache.inc(if cfg!(test) { HITS } else { MISSES });
/// ```
///
/// ```compile_fail,E0080
/// # use latchfree::counter::Which;
/// const BEYOND: Which<2> = Which::new(2).unwrap();
/// # let _ = BEYOND;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Which<const K: usize>(usize);

impl<const K: usize> Which<K> {
    /// Returns the count at `index`, or `None` if that is not below `K`.
    #[must_use]
    #[inline]
    pub const fn new(index: usize) -> Option<Self> {
        if index < K { Some(Self(index)) } else { None }
    }

    /// Returns its index, which is below `K`: where it is in an array of [`sums`](super::Counters::sums).
    #[must_use]
    #[inline]
    pub const fn index(self) -> usize {
        // SAFETY: `new`, `all` and `ONLY` make no other.
        unsafe { core::hint::assert_unchecked(self.0 < K) };
        self.0
    }

    /// Returns all of them, in order.
    #[must_use]
    #[inline]
    pub fn all() -> [Self; K] {
        core::array::from_fn(Self)
    }
}

impl Which<1> {
    /// The only count of a slot that has one.
    pub(super) const ONLY: Self = Self(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_below_the_number_of_counts_are_all() {
        assert_eq!(
            [0, 1, 2, 3, usize::MAX].map(Which::<3>::new).map(|which| which.is_some()),
            [true, true, true, false, false]
        );
        assert_eq!(Which::<3>::all().map(Which::index), [0, 1, 2]);
        assert_eq!(Which::<3>::all().map(Some), [0, 1, 2].map(Which::new));
        assert_eq!((Which::<0>::new(0), Which::<0>::all()), (None, []));
        assert_eq!(Which::new(0), Some(Which::ONLY));
    }
}
