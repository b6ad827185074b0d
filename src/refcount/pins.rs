//! The pins.

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod owned;
mod pinned;
mod reader;
mod slot;

use self::slot::Slot;
use crate::atomic::{fence, fence_heavy};
use crate::sys;
use core::fmt;
use crossbeam_utils::CachePadded;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use self::owned::OwnedPinned;
pub use self::pinned::Pinned;
pub use self::reader::Reader;
sys::loom_only! {
    pub(super) use self::slot::SITES as SLOT_SITES;
}

sites! {
    /// Between the load of the current position and the scan of the slots (R2): pairs with the reader's PINNED, which is
    /// between its slot and its own load of the position. Weaker, the scan may miss a reader that has missed the
    /// position.
    pub(super) SCAN: fence(SeqCst), pairs(slot::PINNED);
    /// Behind the scan (R4): pairs with what each slot was last changed by, so that what readers did under pins that are
    /// not there any more is over.
    SCANNED: fence(Acquire), pairs(slot::PIN, slot::ADVANCE, slot::UNPIN);
}

/// The oldest position that a reader still uses: up to there versions can be dropped, segments deleted, nodes freed.
///
/// A position grows: a version that is visible, an epoch, the end of a log. Readers pin the current one for as long as they
/// use what belongs to it, in one of `N` slots. A thread that reclaims asks for the [`oldest`](Self::oldest) one.
///
/// # Examples
///
/// ```
/// use latchfree::refcount::Pins;
/// use latchfree::watermark::Watermark;
///
/// static VISIBLE: Watermark = Watermark::new(7); // the version that new readers see
/// static READERS: Pins<64> = Pins::new();
///
/// // Once a thread:
/// let mut reader = READERS.reader().expect("there are fewer threads than slots");
///
/// // For each read:
/// let snapshot = reader.pin(|| VISIBLE.get());
/// assert_eq!(snapshot.position(), 7);
///
/// // Meanwhile a thread that writes makes version 9 visible, and one that reclaims finds version 7 in use:
/// VISIBLE.advance_to(9);
/// assert_eq!(READERS.oldest(VISIBLE.get()), 7); // what only older versions need can go
///
/// drop(snapshot);
/// assert_eq!(READERS.oldest(VISIBLE.get()), 9);
/// ```
///
/// # Guarantees
///
/// *Progress*: all is wait-free, but for the code of yours that says where the position is. A reader that stops with a pin
/// holds up no other, and keeps what it has pinned from being reclaimed.
///
/// *Ordering*: what a reader did under a pin happens before the return of each [`oldest`](Self::oldest) above its
/// position. A pin orders what its own load of the position does: load it with acquire.
///
/// *Exactness*: what [`oldest`](Self::oldest) returns is at or below each position that is pinned then, or will be, and stays
/// so. It is the oldest one that is pinned, or the current one, except beside a reader that is in the middle of a pin: that
/// one holds the position that it has found first, until it has found which one it pins.
///
/// *Overflow*: all 2^64 positions can be pinned.
///
/// *Memory*: a slot has cache lines of its own, 128 bytes on most processors. No allocation.
///
/// # What it costs
///
/// A pin is two loads of the position, a store and a fence. On Linux with `std` the fence is the reclaimer's: it makes all
/// processors of the process pass one (`membarrier`), which takes microseconds, and the readers' own is
/// nothing once that has been called. So call [`oldest`](Self::oldest) once for much that is to be reclaimed. To
/// [advance](Pinned::advance) a pin takes no fence anywhere.
///
/// Source: the hazard pointers of M. Michael, *Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects*, 2004, with
/// positions in place of the pointers: as these only grow, a reader has to look only once more. Proof and its tests: the
/// [module](super).
#[doc(alias(
    "snapshot",
    "epoch",
    "hazard pointer",
    "oldest reader",
    "reclamation",
    "retire",
    "GC",
    "MVCC"
))]
pub struct Pins<const N: usize> {
    slots: [CachePadded<Slot>; N],
}

impl<const N: usize> Pins<N> {
    sys::const_fn! {
        /// Creates `N` slots, none of them taken.
        #[must_use]
        pub const fn new() -> Self {
            Self { slots: sys::array![CachePadded::new(Slot::new()); N] }
        }
    }

    /// Takes a slot for a reader, which pins in it as often as it likes; `None`, if all are taken. The slot is given
    /// back when the reader is dropped.
    ///
    /// For what lives long: a thread, a connection, a worker. As long as no more than `N` have a slot, or are about to
    /// take one, each gets one: see [`Ids`](crate::sequence::Ids), which does the same.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::refcount::Pins;
    /// let pins = Pins::<1>::new();
    /// let reader = pins.reader().unwrap();
    /// assert!(pins.reader().is_none());
    /// drop(reader);
    /// assert!(pins.reader().is_some());
    /// ```
    #[must_use]
    pub fn reader(&self) -> Option<Reader<'_>> {
        self.slots.iter().find(|slot| slot.claim()).map(|slot| Reader::new(slot))
    }

    /// Takes a slot for one pin, which gives it back; `None`, if all are taken.
    ///
    /// For what begins in one thread and ends in another, a snapshot in the hands of a user. It costs a compare-and-swap and a
    /// store more than [`Reader::pin`], and a load for each slot that is taken.
    ///
    /// `now` returns the current position, as for [`Reader::pin`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::refcount::Pins;
    /// # use latchfree::watermark::Watermark;
    /// let (visible, pins) = (Watermark::new(7), Pins::<2>::new());
    /// let snapshot = pins.pin(|| visible.get()).unwrap();
    /// assert_eq!((snapshot.position(), pins.oldest(9)), (7, 7));
    /// ```
    #[must_use]
    pub fn pin(&self, now: impl FnMut() -> u64) -> Option<Pinned<'_>> {
        let slot = self.slots.iter().find(|slot| slot.claim())?;
        Some(Pinned::new(slot, true, now))
    }

    /// Returns the oldest position that is pinned; `current`, if none older is.
    ///
    /// All that only positions below it need can be reclaimed: no reader uses it any more, nor will one pin such
    /// a position. The result stays true, so it may be kept.
    ///
    /// `current` is the position that readers pin, or what it was earlier: loaded by this thread before the call, or by
    /// another that has passed it on. A greater one than that may be returned although a reader is about to pin an
    /// older one.
    ///
    /// It takes a fence and a load for each slot; the fence takes microseconds where it is the readers' too (see
    /// [above](Self#what-it-costs)). If the system fails to do that, the result is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::refcount::Pins;
    /// let pins = Pins::<8>::new();
    /// assert_eq!(pins.oldest(100), 100);
    /// let [old, new] = [90, 95].map(|position| pins.pin(|| position).unwrap());
    /// assert_eq!(pins.oldest(100), 90);
    /// drop(old);
    /// assert_eq!(pins.oldest(100), 95);
    /// ```
    #[doc(alias("min_active", "low watermark", "horizon", "min_pinned"))]
    #[must_use]
    pub fn oldest(&self, current: u64) -> u64 {
        // R1 was the load of `current`.
        if !fence_heavy(SCAN) {
            return 0; // nothing is ordered, so any position may be pinned
        }
        let pinned = self.slots.iter().map(|slot| slot.scan()); // R3
        let oldest = pinned.fold(current, u64::min);
        fence(SCANNED); // R4
        oldest
    }
}

/// No slot is taken.
impl<const N: usize> Default for Pins<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the slots: positions, as far as they are pinned.
impl<const N: usize> fmt::Debug for Pins<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = self.slots.iter().filter_map(|slot| slot.shown());
        f.write_str("Pins ")?;
        f.debug_list().entries(pinned).finish()
    }
}

#[cfg(test)]
mod tests;
