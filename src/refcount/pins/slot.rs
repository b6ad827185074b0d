//! A reader's slot.
//!
//! The proof, in numbered steps, is in the [family's documentation](crate::refcount). Comments here repeat the numbers.

use crate::atomic::{Atomic, fence_light};
use crate::sys;

sites! {
    /// A load to see whether the slot is free; CLAIM decides. If it is not: pairs with the CLAIM of its reader, so that the
    /// slot which that one had before is found free. Relaxed, both could seem to be taken, and this reader be
    /// refused although there was one for each.
    CLAIM_LOOK: Acquire, pairs(CLAIM);
    /// Takes the slot: pairs with GIVE_BACK, so that this reader's pins come after those of the last one. Without acquire,
    /// PIN could be undone by the last reader's UNPIN, and a scan that reads PIN would not see that the last reader's
    /// pins are over. Without release, see CLAIM_LOOK.
    CLAIM: AcqRel, pairs(GIVE_BACK);
    /// Another has taken it meanwhile: as CLAIM_LOOK.
    CLAIM_TAKEN: Acquire, pairs(CLAIM);
    /// Gives the slot back: pairs with CLAIM, and publishes the last UNPIN.
    GIVE_BACK: Release;
    /// Pins a position (P2): pairs with SCANNED. What this reader, or the last one of this slot, did under earlier pins is
    /// over for a scan that finds this one in their place.
    pub(super) PIN: Release;
    /// Between the slot and the load of the position (P3): pairs with SCAN. Weaker, a reader may pin a position that was
    /// current once, when a scan that has not seen the pin returns a later one.
    pub(super) PINNED: fence(SeqCst), pairs(super::SCAN);
    /// Moves the pin to a later position (P5): pairs with SCANNED. What the reader did under the earlier position is over.
    pub(super) ADVANCE: Release;
    /// Ends the pin: pairs with SCANNED. What the reader did under it is over.
    pub(super) UNPIN: Release;
    /// Reads a slot (R3). The fences SCAN and SCANNED order it.
    READ: Relaxed;
    /// For a reader of the debug output.
    SHOW: Relaxed;
}

/// Nothing is pinned. A pin of that last position holds back nothing either: no scan returns more.
const NOTHING: u64 = u64::MAX;

/// What is pinned in it, by which only its owner changes it, and whether it has one.
pub(super) struct Slot {
    position: Atomic<u64>,
    taken: Atomic<bool>,
}

impl Slot {
    sys::const_fn! {
        /// Creates a free slot.
        pub(super) const fn new() -> Self {
            Self { position: Atomic::new(NOTHING), taken: Atomic::new(false) }
        }
    }

    /// Takes the slot, if it is free. Returns whether it was.
    pub(super) fn claim(&self) -> bool {
        !self.taken.load(CLAIM_LOOK)
            && self.taken.compare_exchange(false, true, CLAIM, CLAIM_TAKEN).is_ok()
    }

    /// Gives the slot back. Nothing is pinned in it, or what was is forgotten.
    pub(super) fn release(&self) {
        self.unpin();
        self.taken.store(false, GIVE_BACK);
    }

    /// Pins `position`, which was the current one at some time (P2, P3). It holds from the next load of the current
    /// position on, for what that returns.
    #[inline(always)]
    pub(super) fn pin(&self, position: u64) {
        self.position.store(position, PIN);
        fence_light(PINNED);
    }

    /// Moves the pin from an earlier position that holds to `position`, which was current while that held (P5).
    #[inline(always)]
    pub(super) fn advance(&self, position: u64) {
        self.position.store(position, ADVANCE);
    }

    #[inline(always)]
    pub(super) fn unpin(&self) {
        self.position.store(NOTHING, UNPIN);
    }

    /// Returns what is pinned (R3), or a position after which none is.
    #[inline(always)]
    pub(super) fn scan(&self) -> u64 {
        self.position.load(READ)
    }

    /// Returns what is pinned, if there is anything.
    pub(super) fn shown(&self) -> Option<u64> {
        Some(self.position.load(SHOW)).filter(|&position| position != NOTHING)
    }
}
