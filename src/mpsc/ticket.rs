//! Tickets, and the word that hands them out.

/// A place in the one order of all pushes.
///
/// Tickets count in steps of four and wrap around at 2^64, so the two lowest bits are free for the
/// [marks](super::slot) of a slot and the flags of a [`Tail`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u64);

impl Ticket {
    const STEP: u64 = 4;
    const LOW_BITS: u64 = Self::STEP - 1;

    /// The ticket at `position`, below 2^62.
    #[inline(always)]
    pub(super) const fn at(position: u64) -> Self {
        Self(position.wrapping_mul(Self::STEP))
    }

    /// The number of this ticket in the order of all sends.
    #[inline(always)]
    pub(super) const fn position(self) -> u64 {
        self.0 / Self::STEP
    }

    /// The ticket as a word, both low bits zero.
    pub(super) const fn to_bits(self) -> u64 {
        self.0
    }

    /// The ticket in a word with something in the low bits.
    pub(super) const fn of(word: u64) -> Self {
        Self(word & !Self::LOW_BITS)
    }

    /// The ticket `count` places later.
    #[inline(always)]
    pub(super) const fn plus(self, count: usize) -> Self {
        Self(self.0.wrapping_add(Self::STEP.wrapping_mul(count as u64)))
    }

    /// The ticket one place earlier.
    pub(super) const fn minus_one(self) -> Self {
        Self(self.0.wrapping_sub(Self::STEP))
    }

    /// How many places this ticket is after `earlier`; negative if it is before it. Right as long as
    /// they are less than 2^61 apart.
    #[inline(always)]
    pub(super) const fn since(self, earlier: Self) -> i64 {
        self.0.wrapping_sub(earlier.0) as i64 / Self::STEP as i64
    }

    /// How many places there are from `next` up to this ticket; none if `next` is beyond it.
    #[inline(always)]
    pub(super) const fn room_from(self, next: Self) -> usize {
        let room = self.since(next);
        if room > 0 { room as usize } else { 0 }
    }

    /// The slot for this ticket among `slots`, a power of two.
    #[inline(always)]
    pub(super) const fn index(self, slots: usize) -> usize {
        (self.0 / Self::STEP) as usize & (slots - 1)
    }
}

/// What the tail word says: `{ next ticket, CLOSED, PARKED }`.
///
/// All three in one word, so that one compare-and-swap claims a place, finds out that the queue is
/// closed, and learns whether the consumer sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tail(pub(super) u64);

impl Tail {
    /// No push is accepted any more.
    const CLOSED: u64 = 1;
    /// The consumer sleeps; its waker is in the queue, and belongs to who takes this flag away.
    const PARKED: u64 = 2;

    /// An open queue whose consumer is awake.
    pub(super) const fn open(next: Ticket) -> Self {
        Self(next.to_bits())
    }

    /// The ticket of the next push.
    #[inline(always)]
    pub(super) const fn next(self) -> Ticket {
        Ticket::of(self.0)
    }

    #[inline(always)]
    pub(super) const fn is_closed(self) -> bool {
        self.0 & Self::CLOSED != 0
    }

    #[inline(always)]
    pub(super) const fn is_parked(self) -> bool {
        self.0 & Self::PARKED != 0
    }

    /// After a claim of `count` places, which takes PARKED away.
    #[inline(always)]
    pub(super) const fn claimed(self, count: usize) -> Self {
        Self::open(self.next().plus(count))
    }

    /// After a close, which takes PARKED away.
    pub(super) const fn closed(self) -> Self {
        Self(self.0 & !Self::PARKED | Self::CLOSED)
    }

    /// With the consumer asleep.
    pub(super) const fn parked(self) -> Self {
        Self(self.0 | Self::PARKED)
    }

    /// All bits but PARKED.
    pub(super) const AWAKE: u64 = !Self::PARKED;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_are_ordered_across_the_wrap() {
        let before = Ticket::at(u64::MAX >> 2);
        let after = before.plus(3);
        assert_eq!(after.to_bits(), 8);
        assert_eq!((after.since(before), before.since(after)), (3, -3));
        assert_eq!((after.room_from(before), before.room_from(after)), (3, 0));
        assert_eq!((before.index(4), after.index(4)), (3, 2));
    }

    #[test]
    fn flags_leave_the_ticket_alone() {
        let tail = Tail::open(Ticket::at(10));
        assert!(!tail.is_closed() && !tail.is_parked());
        let parked = tail.parked();
        assert!(parked.is_parked() && parked.next() == tail.next());
        assert_eq!(parked.claimed(2), Tail::open(tail.next().plus(2)));
        assert!(parked.closed().is_closed() && !parked.closed().is_parked());
        assert_eq!(parked.closed().next(), tail.next());
        assert_eq!(parked.0 & Tail::AWAKE, tail.0);
    }
}
