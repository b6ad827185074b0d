//! The word of a gate: how many are inside, and whether it is closed.

/// ```text
///           63             32  31       30      29          0
/// open    { entries          | 0      | STUCK | 0            }
/// closed  { means nothing    | CLOSED | STUCK | still inside }
/// ```
///
/// An entry adds to the upper half without knowing whether the gate is closed. The close moves the number that are
/// inside to the lower half, where no entry reaches: what those that come later add to the upper half is carried out
/// of the word, and they need not take it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(pub(super) u64);

impl State {
    pub(super) const OPEN: Self = Self(0);
    /// One entry, while the gate is open.
    pub(super) const ENTRY: u64 = 1 << 32;
    /// One of those that were inside when the gate was closed.
    pub(super) const REST: u64 = 1;
    /// There were more entries than fit: the gate is never idle.
    pub(super) const STUCK: u64 = 1 << 30;
    const CLOSED: u64 = 1 << 31;
    /// Entries beyond this are too many. One half of the lower half is left for those that find that out.
    pub(super) const MAX: u64 = (1 << 29) - 1;
    /// The bits of a number of entries above [`MAX`](Self::MAX).
    const TOO_MANY: u64 = !Self::MAX << 32;

    #[inline(always)]
    pub(super) const fn is_closed(self) -> bool {
        self.0 & Self::CLOSED != 0
    }

    #[inline(always)]
    pub(super) const fn is_stuck(self) -> bool {
        self.0 & Self::STUCK != 0
    }

    /// Returns whether another entry is refused, or one too many: one test of the word.
    #[inline(always)]
    pub(super) const fn is_exceptional(self) -> bool {
        self.0 & (Self::CLOSED | Self::TOO_MANY) != 0
    }

    /// Returns whether the gate is closed, and none is inside.
    #[inline(always)]
    pub(super) const fn is_idle(self) -> bool {
        self.0 as u32 == Self::CLOSED as u32
    }

    /// Returns how many are inside; [`MAX`](Self::MAX), if that is not known any more.
    pub(super) const fn inside(self) -> u64 {
        if self.is_stuck() {
            Self::MAX
        } else if self.is_closed() {
            self.0 & (Self::STUCK - 1)
        } else {
            self.0 >> 32
        }
    }

    /// Returns the closed state with the same number inside; `None`, if it is closed.
    pub(super) const fn closed(self) -> Option<Self> {
        if self.is_closed() {
            None
        } else if self.is_stuck() {
            Some(Self(Self::CLOSED | Self::STUCK))
        } else {
            // Each of a few over the maximum is about to set STUCK.
            Some(Self(Self::CLOSED | (self.0 >> 32) & (Self::STUCK - 1)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    const fn open(entries: u64) -> State {
        State(entries * State::ENTRY)
    }

    #[test]
    fn close_moves_number_where_entries_do_not_reach() {
        for inside in [0, 1, 2, State::MAX, State::MAX + 5] {
            let closed = open(inside).closed().unwrap();
            assert_eq!((closed.inside(), closed.is_idle()), (inside, inside == 0));
            assert_eq!(closed.closed(), None);
            for entries in [1, 1000, u64::from(u32::MAX), 1 << 32] {
                let later = State(closed.0.wrapping_add(State::ENTRY.wrapping_mul(entries)));
                assert_eq!((later.inside(), later.is_idle()), (inside, inside == 0));
                assert!(later.is_closed() && !later.is_stuck() && later.is_exceptional());
            }
        }
    }

    #[test]
    fn exceptions_are_closed_or_too_many() {
        for inside in [0, 1, State::MAX] {
            assert!(
                !open(inside).is_exceptional() && open(inside).closed().unwrap().is_exceptional()
            );
        }
        for inside in [State::MAX + 1, State::MAX * 2, u64::from(u32::MAX)] {
            assert!(open(inside).is_exceptional());
        }
    }

    #[test]
    fn stuck_state_is_never_idle() {
        for entries in [0, 1, State::MAX] {
            let stuck = State(open(entries).0 | State::STUCK);
            assert_eq!((stuck.inside(), stuck.is_idle()), (State::MAX, false));
            let closed = stuck.closed().unwrap();
            assert!(closed.is_closed() && closed.is_stuck() && !closed.is_idle());
        }
    }
}
