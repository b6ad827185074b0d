//! The word that decides: how many permits are available, and whether the semaphore is closed.

/// `{ available, CLOSED }`: a signed number in the upper 63 bits, a flag in the lowest.
///
/// Both in one word, so that one compare-and-swap takes permits and finds out whether the semaphore is closed.
/// The number is negative after a resize, or a charge, that left more permits in use than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(pub(super) u64);

impl State {
    /// The greatest limit, and the most by which a charge may exceed one. The number fits with twice as many fewer
    /// permits (a resize to zero may follow such a charge), or, after a misuse, three times as many.
    pub(super) const MAX: u64 = u64::MAX >> 3;

    pub(super) const CLOSED: u64 = 1;
    const ONE: u64 = 2;

    /// Returns the open state with all of `limit` permits available.
    pub(super) const fn open(limit: u64) -> Self {
        Self(Self::counts(limit))
    }

    /// Returns what `count` permits add to the word, modulo 2^64.
    #[inline(always)]
    pub(super) const fn counts(count: u64) -> u64 {
        count.wrapping_mul(Self::ONE)
    }

    #[inline(always)]
    pub(super) const fn is_closed(self) -> bool {
        self.0 & Self::CLOSED != 0
    }

    /// Returns how many permits are available; negative if too many are in use.
    #[inline(always)]
    pub(super) const fn available(self) -> i64 {
        self.0 as i64 >> 1
    }

    /// Returns the state without `count` permits, if they are available and it is open. Zero permits always are.
    #[inline(always)]
    pub(super) const fn taken(self, count: u64) -> Option<Self> {
        let is_there = count == 0 || (count <= Self::MAX && self.available() >= count as i64);
        if is_there && !self.is_closed() {
            Some(Self(self.0.wrapping_sub(Self::counts(count))))
        } else {
            None
        }
    }

    /// Returns the state without `count` permits, available or not, if it is open and the number fits.
    pub(super) const fn charged(self, count: u64) -> Option<Self> {
        let fits = count <= Self::MAX && self.available() - count as i64 >= -(Self::MAX as i64);
        if fits && !self.is_closed() {
            Some(Self(self.0.wrapping_sub(Self::counts(count))))
        } else {
            None
        }
    }

    /// Returns the state with `count` permits more, if at least that many of `limit` are in use.
    pub(super) const fn returned(self, count: u64, limit: u64) -> Option<Self> {
        if count > self.in_use(limit) {
            return None;
        }
        Some(Self(self.0.wrapping_add(Self::counts(count))))
    }

    /// Returns how many of `limit` are not available; zero if more were returned than were taken.
    pub(super) const fn in_use(self, limit: u64) -> u64 {
        let in_use = limit as i64 - self.available(); // both are near enough to zero
        if in_use > 0 { in_use as u64 } else { 0 }
    }

    /// Returns how many more than `limit` are available, if any.
    pub(super) const fn excess(self, limit: u64) -> Option<u64> {
        let excess = self.available() - limit as i64;
        if excess > 0 { Some(excess as u64) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn taken_permits_are_in_use_until_they_are_returned() {
        for limit in [0, 1, 5, State::MAX] {
            let all = State::open(limit);
            assert_eq!((all.available(), all.in_use(limit)), (limit as i64, 0));
            let none = all.taken(limit).unwrap();
            assert_eq!((none.available(), none.in_use(limit)), (0, limit));
            assert_eq!(
                (none.taken(1), none.taken(u64::MAX), none.taken(0)),
                (None, None, Some(none))
            );
            assert_eq!(none.returned(limit, limit), Some(all));
            assert_eq!((all.returned(1, limit), all.excess(limit)), (None, None));
            if let Some(less) = limit.checked_sub(1) {
                assert_eq!((all.excess(less), all.in_use(less)), (Some(1), 0));
            }
        }
    }

    #[test]
    fn closed_state_counts_and_grants_nothing() {
        let closed = State(State::open(3).taken(2).unwrap().0 | State::CLOSED);
        assert!(closed.is_closed());
        assert_eq!((closed.taken(1), closed.taken(0)), (None, None));
        assert_eq!((closed.available(), closed.in_use(3)), (1, 2));
        let returned = closed.returned(2, 3).unwrap();
        assert!(returned.is_closed() && returned.in_use(3) == 0);
    }

    #[test]
    fn charged_state_has_fewer_than_none_available() {
        let state = State::open(3).charged(5).unwrap();
        assert_eq!((state.available(), state.in_use(3), state.taken(1)), (-2, 5, None));
        assert_eq!(state.returned(5, 3), Some(State::open(3)));
        let least = State::open(0).charged(State::MAX).unwrap();
        assert_eq!(least.available(), -(State::MAX as i64));
        assert_eq!((least.charged(0), least.charged(1)), (Some(least), None));
        assert_eq!(State::open(State::MAX).charged(State::MAX + 1), None);
        assert_eq!(State(State::open(3).0 | State::CLOSED).charged(1), None);
        // A resize from the greatest limit to none comes after the greatest charge.
        let shrunk = State(least.0.wrapping_sub(State::counts(State::MAX)));
        assert_eq!(
            (shrunk.available(), shrunk.in_use(0)),
            (-2 * State::MAX as i64, 2 * State::MAX)
        );
    }

    /// All in use, of which a resize leaves none.
    #[test]
    fn available_goes_below_zero() {
        let state = State::open(State::MAX).taken(State::MAX).unwrap();
        let shrunk = State(state.0.wrapping_sub(State::counts(State::MAX)));
        assert_eq!((shrunk.available(), shrunk.in_use(0)), (-(State::MAX as i64), State::MAX));
        assert_eq!((shrunk.taken(1), shrunk.taken(0)), (None, Some(shrunk)));
        assert_eq!(shrunk.returned(State::MAX, 0).map(State::available), Some(0));
    }
}
