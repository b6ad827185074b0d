//! Tickets, and the word that hands them out.

/// A position in the one order of all sends.
///
/// Tickets count in steps of four and wrap around at 2^64, so the two lowest bits are free for the
/// [marks](super::slot) of a slot and the flags of a [`Tail`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u64);

impl Ticket {
    const STEP: u64 = 4;
    const LOW_BITS: u64 = Self::STEP - 1;

    /// Returns the ticket at `position`, below 2^62.
    #[inline(always)]
    pub(super) const fn at(position: u64) -> Self {
        Self(position.wrapping_mul(Self::STEP))
    }

    /// Returns the position of this ticket in the order of all sends.
    #[inline(always)]
    pub(super) const fn position(self) -> u64 {
        self.0 / Self::STEP
    }

    /// Returns the ticket as a word, both low bits zero.
    pub(super) const fn to_bits(self) -> u64 {
        self.0
    }

    /// Returns the ticket in a word that has marks or flags in the low bits.
    pub(super) const fn of(word: u64) -> Self {
        Self(word & !Self::LOW_BITS)
    }

    /// Returns the ticket `count` positions later.
    #[inline(always)]
    pub(super) const fn plus(self, count: usize) -> Self {
        Self(self.0.wrapping_add(Self::STEP.wrapping_mul(count as u64)))
    }

    /// Returns the ticket `count` positions earlier.
    #[inline(always)]
    pub(super) const fn minus(self, count: usize) -> Self {
        Self(self.0.wrapping_sub(Self::STEP.wrapping_mul(count as u64)))
    }

    /// Returns how many positions this ticket is after `earlier`; negative if it is before it. Correct as long as
    /// they are less than 2^61 apart.
    #[inline(always)]
    pub(super) const fn since(self, earlier: Self) -> i64 {
        self.0.wrapping_sub(earlier.0) as i64 / Self::STEP as i64
    }

    /// Returns how many positions there are from `next` up to this ticket; zero if `next` is beyond it.
    #[inline(always)]
    pub(super) const fn room_from(self, next: Self) -> usize {
        let room = self.since(next);
        if room > 0 { room as usize } else { 0 }
    }

    /// Returns the index of this ticket's slot among `slots`, a power of two.
    #[inline(always)]
    pub(super) const fn index(self, slots: usize) -> usize {
        (self.0 / Self::STEP) as usize & (slots - 1)
    }
}

/// What the tail word says: `{ next ticket, CLOSED, PARKED }`.
///
/// All three in one word, so that one compare-and-swap claims a slot, finds out that the queue is
/// closed, and learns whether the consumer is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tail(pub(super) u64);

impl Tail {
    /// No send is accepted any more.
    const CLOSED: u64 = 1;
    /// The consumer is parked. Its waker is in the queue, and belongs to the thread that clears this flag.
    const PARKED: u64 = 2;

    /// Returns the tail of an open queue whose consumer is not parked.
    pub(super) const fn open(next: Ticket) -> Self {
        Self(next.to_bits())
    }

    /// Returns the ticket of the next send.
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

    /// Returns whether the queue is open and the consumer not parked.
    #[inline(always)]
    pub(super) const fn has_no_flags(self) -> bool {
        self.0 & Ticket::LOW_BITS == 0
    }

    /// Returns the tail after a claim of `count` slots, which clears PARKED.
    #[inline(always)]
    pub(super) const fn claimed(self, count: usize) -> Self {
        Self::open(self.next().plus(count))
    }

    /// Returns the tail after a close, which clears PARKED.
    pub(super) const fn closed(self) -> Self {
        Self(self.0 & !Self::PARKED | Self::CLOSED)
    }

    /// Returns the tail with the consumer parked.
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
        assert_eq!((parked.parked(), parked.closed().closed()), (parked, parked.closed()));
        assert_eq!(parked.claimed(2), Tail::open(tail.next().plus(2)));
        assert!(parked.closed().is_closed() && !parked.closed().is_parked());
        assert_eq!(parked.closed().next(), tail.next());
        assert_eq!(parked.0 & Tail::AWAKE, tail.0);
    }
}
