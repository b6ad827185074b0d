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

use super::channel::NoValue;
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

/// Returns why there is no value. A function of its own, so that the comparison for a value is one branch.
#[cold]
fn no_value(mark: u64) -> NoValue {
    if mark == ABORTED { NoValue::Aborted } else { NoValue::Nothing }
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

    /// Moves the value of `ticket` out, if it is there.
    ///
    /// # Safety
    ///
    /// The value of `ticket` is moved out only once, and before `head` passes it.
    #[inline(always)]
    pub(super) unsafe fn receive(&self, ticket: Ticket) -> Result<T, NoValue> {
        match self.stamp.load(PEEK) ^ ticket.to_bits() {
            // SAFETY: published, so initialised and no producer's any more until `head` passes it.
            PUBLISHED => Ok(self.value.with(|slot| unsafe { (*slot).assume_init_read() })),
            mark => Err(no_value(mark)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `ticket` finds. The values of these tests may be moved out any number of times.
    fn find(slot: &Slot<u8>, ticket: Ticket) -> Result<u8, NoValue> {
        // SAFETY: no other thread is here, and copies of a number do no harm.
        unsafe { slot.receive(ticket) }
    }

    /// A slot is used by one ticket after another, a lap apart; each finds its own mark only.
    #[test]
    fn stamp_is_for_one_ticket_only() {
        for first in [0, u64::MAX >> 2].map(Ticket::at) {
            let slot = Slot::new();
            let laps = [0, 4, 8].map(|ahead| first.plus(ahead));
            assert!(laps.iter().all(|&ticket| find(&slot, ticket) == Err(NoValue::Nothing)));
            for (value, &ticket) in (0..).zip(&laps) {
                // SAFETY: no other thread is here, and what was in the slot was taken out.
                unsafe { slot.publish(ticket, value) };
                assert_eq!(find(&slot, ticket), Ok(value));
                let mut others = laps.iter().filter(|&&other| other != ticket);
                assert!(others.all(|&other| find(&slot, other) == Err(NoValue::Nothing)));
            }
        }
    }

    #[test]
    fn aborted_slot_has_no_value() {
        let (slot, ticket) = (Slot::<u8>::new(), Ticket::at(16));
        // SAFETY: no other thread is here, and nothing is in the slot.
        unsafe { slot.abort(ticket) };
        assert_eq!(find(&slot, ticket), Err(NoValue::Aborted));
        assert_eq!(find(&slot, ticket.plus(4)), Err(NoValue::Nothing));
        // SAFETY: as above.
        unsafe { slot.publish(ticket.plus(4), 7) };
        assert_eq!(find(&slot, ticket), Err(NoValue::Nothing));
        assert_eq!(find(&slot, ticket.plus(4)), Ok(7));
    }
}
