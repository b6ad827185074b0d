//! Eight slots side by side: their states in one word's room, then their values.
//!
//! ```text
//!          publish
//!   EMPTY ---------> PUBLISHED      (the value was moved out when the consumer has passed it)
//!          abort
//!         ---------> ABORTED
//!
//!   all:  clear, by the consumer, before the block is used again
//! ```
//!
//! A state is a byte and no ticket, as the ring's stamps are, because a block is nobody's when it is cleared. So
//! that is nine bytes for a value of eight, on one or two cache lines for eight of them, where slots with stamps take
//! sixteen each: a queue that grows is as fast as its memory.

use crate::atomic::Atomic;
use crate::mpsc::channel::NoValue;
use crate::sys::{self, UnsafeCell};
use core::mem::MaybeUninit;

sites! {
    /// Publishes the value, and what the claim has written into the block: pairs with PEEK. Also hands the consumer's
    /// waker cell back, which this claim may have emptied. Relaxed, the consumer could read the slot before the value
    /// is there.
    PUBLISH: Release;
    /// Gives a slot up without a value: pairs with PEEK, for the rest.
    ABORT: Release;
    /// Checks whether the value is there: pairs with PUBLISH and ABORT.
    PEEK: Acquire, pairs(PUBLISH, ABORT);
    /// Empties the slot for its next use. Spare's PUT and TAKE, and the link of the block, order it.
    CLEAR: Relaxed;
}

/// How many slots are in a group.
pub(super) const GROUP: usize = sys::cfg_loom!(2 else 8);

const EMPTY: u8 = 0;
const PUBLISHED: u8 = 1;
const ABORTED: u8 = 2;

/// The slots of `GROUP` consecutive tickets.
pub(super) struct Group<T> {
    states: [Atomic<u8>; GROUP],
    values: [UnsafeCell<MaybeUninit<T>>; GROUP],
}

impl<T> Group<T> {
    /// Makes a group of raw memory, without moving it there.
    ///
    /// # Safety
    ///
    /// The memory is that of a group, and nobody else's.
    pub(super) unsafe fn initialise(group: *mut Self) {
        for index in 0..GROUP {
            // SAFETY: the caller's promise.
            unsafe {
                (&raw mut (*group).states[index]).write(Atomic::new(EMPTY));
                (&raw mut (*group).values[index]).write(UnsafeCell::new(MaybeUninit::uninit()));
            }
        }
    }

    /// Empties all slots. What was in them was moved out.
    ///
    /// # Safety
    ///
    /// Nobody else has the group.
    pub(super) unsafe fn clear(&self) {
        self.states.iter().for_each(|state| state.store(EMPTY, CLEAR));
        // Under loom, this checks that nobody else has it.
        self.values.iter().for_each(|value| value.with_mut(|_| ()));
    }

    /// Stores a value.
    ///
    /// # Safety
    ///
    /// The caller has claimed the ticket of this slot, and has neither published nor aborted it.
    #[inline(always)]
    pub(super) unsafe fn publish(&self, index: usize, value: T) {
        // SAFETY: until the state is stored, the slot is the claimer's: the consumer waits for it.
        self.values[index].with_mut(|slot| unsafe { (*slot).write(value) });
        self.states[index].store(PUBLISHED, PUBLISH);
    }

    /// Gives a slot up.
    ///
    /// # Safety
    ///
    /// As for [`publish`](Self::publish).
    pub(super) unsafe fn abort(&self, index: usize) {
        self.states[index].store(ABORTED, ABORT);
    }

    /// Moves the value of a slot out, if it is there.
    ///
    /// # Safety
    ///
    /// It is moved out only once, and before the block is used again.
    #[inline(always)]
    pub(super) unsafe fn receive(&self, index: usize) -> Result<T, NoValue> {
        match self.states[index].load(PEEK) {
            // SAFETY: published, so initialised, and no producer's any more until the block is used again.
            PUBLISHED => Ok(self.values[index].with(|slot| unsafe { (*slot).assume_init_read() })),
            state => Err(no_value(state)),
        }
    }
}

/// Returns why there is no value. A function of its own, so that the comparison for a value is one branch.
#[cold]
fn no_value(state: u8) -> NoValue {
    if state == ABORTED { NoValue::Aborted } else { NoValue::Nothing }
}
