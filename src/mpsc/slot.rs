//! One slot of the ring: a value, and the stamp that says of which ticket it is.
//!
//! ```text
//!                    publish                       take
//!   anything older ----------> ticket + PUBLISHED ------> (the same, until the next lap)
//!                    abort
//!                  ----------> ticket + ABORTED
//! ```
//!
//! The consumer never writes a stamp. `head` tells the consumer what it has received, and producers what they
//! may overwrite. A stamp carries the whole ticket, so a stamp of an earlier lap is never mistaken for one of
//! this lap.

use super::ticket::Ticket;
use crate::atomic::Atomic;
use crate::sys::{self, UnsafeCell};
use core::mem::MaybeUninit;

sites! {
    /// Publishes the value: pairs with PEEK. Also hands the consumer's waker cell back, which this
    /// claim may have emptied. Relaxed, the consumer could read the slot before the value is there.
    PUBLISH: Release;
    /// Gives a slot up without a value: pairs with PEEK, for the waker cell.
    ABORT: Release;
    /// Checks whether the value is there: pairs with PUBLISH and ABORT.
    PEEK: Acquire, pairs(PUBLISH, ABORT);
}

const PUBLISHED: u64 = 1;
const ABORTED: u64 = 2;

/// What the consumer finds in a slot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SlotState {
    /// Nothing yet for this ticket.
    Nothing,
    /// The value of this ticket.
    Value,
    /// The producer of this ticket had no value after all.
    Aborted,
}

impl SlotState {
    /// Returns the state of a slot without a value. A function of its own, so that the comparison for a value is one
    /// branch.
    #[cold]
    fn without_value(mark: u64) -> Self {
        if mark == ABORTED { Self::Aborted } else { Self::Nothing }
    }
}

pub(super) struct Slot<T> {
    stamp: Atomic<u64>,
    value: UnsafeCell<MaybeUninit<T>>,
}

impl<T> Slot<T> {
    sys::const_fn! {
        /// Creates a slot that is published for no ticket: the low bits of every mark are not zero.
        pub(super) const fn new() -> Self {
            Self { stamp: Atomic::new(0), value: UnsafeCell::new(MaybeUninit::uninit()) }
        }
    }

    /// Stores the value of `ticket`.
    ///
    /// # Safety
    ///
    /// The caller claimed `ticket` when `head` was less than a lap behind it, saw that `head` by an
    /// acquire, and has neither published nor aborted it.
    #[inline(always)]
    pub(super) unsafe fn publish(&self, ticket: Ticket, value: T) {
        // SAFETY: until the stamp is stored, the slot is the claimer's: the consumer has taken what
        // was in it a lap ago (it is before `head`), and waits for this ticket's stamp.
        self.value.with_mut(|slot| unsafe { (*slot).write(value) });
        self.stamp.store(ticket.to_bits() | PUBLISHED, PUBLISH);
    }

    /// Gives the slot of `ticket` up.
    ///
    /// # Safety
    ///
    /// As for [`publish`](Self::publish).
    pub(super) unsafe fn abort(&self, ticket: Ticket) {
        self.stamp.store(ticket.to_bits() | ABORTED, ABORT);
    }

    /// Returns what the slot has for `ticket`.
    #[inline(always)]
    pub(super) fn peek(&self, ticket: Ticket) -> SlotState {
        match self.stamp.load(PEEK) ^ ticket.to_bits() {
            PUBLISHED => SlotState::Value,
            mark => SlotState::without_value(mark),
        }
    }

    /// Moves the value out.
    ///
    /// # Safety
    ///
    /// [`peek`](Self::peek) found [`SlotState::Value`] for a ticket, whose value is moved out only once
    /// and before `head` passes it.
    #[inline(always)]
    pub(super) unsafe fn take(&self) -> T {
        // SAFETY: published, so initialised and no producer's any more until `head` passes it.
        self.value.with(|slot| unsafe { (*slot).assume_init_read() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slot is used by one ticket after another, a lap apart; each finds its own mark only.
    #[test]
    fn stamp_is_for_one_ticket_only() {
        for first in [0, u64::MAX >> 2].map(Ticket::at) {
            let slot = Slot::new();
            let laps = [0, 4, 8].map(|ahead| first.plus(ahead));
            assert!(laps.iter().all(|&ticket| slot.peek(ticket) == SlotState::Nothing));
            for (i, &ticket) in laps.iter().enumerate() {
                // SAFETY: no other thread is here, and what was in the slot was taken out.
                unsafe { slot.publish(ticket, i) };
                assert!(slot.peek(ticket) == SlotState::Value);
                let others = laps.iter().filter(|&&other| other != ticket);
                assert!(others.clone().all(|&other| slot.peek(other) == SlotState::Nothing));
                // SAFETY: a value was found, and is taken once.
                assert_eq!(unsafe { slot.take() }, i);
            }
        }
    }

    #[test]
    fn aborted_slot_has_no_value() {
        let (slot, ticket) = (Slot::<u8>::new(), Ticket::at(16));
        // SAFETY: no other thread is here, and nothing is in the slot.
        unsafe { slot.abort(ticket) };
        assert!(slot.peek(ticket) == SlotState::Aborted);
        assert!(slot.peek(ticket.plus(4)) == SlotState::Nothing);
        // SAFETY: as above.
        unsafe { slot.publish(ticket.plus(4), 7) };
        assert!(
            slot.peek(ticket) == SlotState::Nothing
                && slot.peek(ticket.plus(4)) == SlotState::Value
        );
    }
}
