//! What is still in use: by how many, by any, and how old it is.
//!
//! | | |
//! | --- | --- |
//! | [`RefCount`] | the count inside an object that several threads share, for code that manages the object's memory itself: buffers of a cache, segments of a log. The last owner frees it |
//! | [`Gate`] | operations that enter and leave; a closer lets none in any more, and waits for the last one |
//! | [`Pins`] | readers that pin the position at which they read; a thread that reclaims asks for the oldest one |
//!
//! # Why the last owner sees all
//!
//! 1. An owner releases its reference by a read-modify-write with release (DEC).
//! 2. Everything else that changes the count is a read-modify-write too, so the release sequence of each DEC
//!    reaches to the last one. (After a misuse a plain store overwrites the count; but then no `dec` finds 1.)
//! 3. The owner whose `dec` finds 1 reads from all of these release sequences, and its acquire fence (LAST) orders
//!    what all owners did before what it does next.
//!
//! A thread without a reference may create one only by a compare-and-swap (FIND): a load and then an addition
//! could revive an object that was freed in between.
//!
//! # Why none is inside an idle gate
//!
//! ```text
//!  open, n inside --- close ---> closed, n inside --- the last one leaves ---> idle
//!       ^  |                          ^  |
//!       '--' enter, leave             '--' leave
//! ```
//!
//! 4. One word says how many are inside and whether the gate is closed. An entry is one addition to it (ENTER), and what
//!    that returns says whether it came before the close. So each entry is before the close, and counted by it, or
//!    is refused.
//! 5. The close (CLOSE) moves the number of those inside, in the same step, to where entries do not reach. What an entry
//!    that is refused has added is no part of the number, and is left there: it neither keeps the gate from becoming idle nor
//!    wakes a waiter, and there is nothing to take back.
//! 6. Each that leaves a closed gate subtracts from that number once (LEAVE_CLOSED). None adds to it, so zero is final.
//! 7. All changes of the word are read-modify-writes. So a thread that finds it idle (IDLE) reads from the release
//!    sequences of the close and of each LEAVE, and all that was done inside happened before. [`Gate::reopen`] has the
//!    gate alone.
//! 8. The one whose read-modify-write makes the gate idle notifies after it; a waiter enters the queue, and then checks
//!    once more. (`src/wait/queue.rs` says why neither misses the other.)
//!
//! # Why nothing that is pinned is reclaimed
//!
//! ```text
//! reader                                    thread that reclaims
//!   P1  first := position                     R1  current := position
//!   P2  slot := first (PIN)                   R2  fence SCAN
//!   P3  fence PINNED                          R3  oldest := min(current, all slots)
//!   P4  pinned := position                    R4  fence SCANNED
//!   P5  slot := pinned, if it is later        R5  reclaims what only positions below oldest need
//!       (ADVANCE)
//!   P6  reads what belongs to pinned
//!   P7  slot := nothing (UNPIN)
//! ```
//!
//! Claim: a reader that has pinned `p` in P4 and not ended it yet can read what belongs to `p`: no R5 that happens
//! concurrently, or has happened, had `oldest > p`. The position only grows.
//!
//! 9. The two fences are in one order. If R2 is first, P4 reads what R1 has read, or something later: `p >= current >=
//!    oldest`.
//! 10. If P3 is first, R3 reads from this slot what P2 has stored, or something later. If the pin has not ended, that is
//!     `first` or `p`, and neither is above `p`: so `oldest <= p`.
//! 11. If R3 reads something later from the slot, the pin has ended, or has moved on, and the reader is finished with `p`. Each
//!     store to the slot is a release, and so is handing the slot to another reader (GIVE_BACK, CLAIM): so R4 orders
//!     what the reader has done before what R5 does.
//! 12. [`Pinned::advance`] repeats P4 and P5 with `p` in the slot, in the place of `first`. For as long as `p` holds, no
//!     `oldest` is above it, so what belongs to the later position is there too, without a fence.
//!
//! With one load of the position (P1), step 9 would be about a load before the fence: a reader that stops between P1 and
//! P2 could pin what was reclaimed meanwhile. Without either fence, P4 may read an old position and R3 an empty slot; x86
//! does that, and tests rarely show it. Where the two fences are asymmetric (`src/sys/asymmetric.rs`), the reader's is
//! somewhere within R2, and the order is that of these moments.

#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
mod error;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
mod gate;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
mod pins;
mod ref_count;

#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub use self::error::Closed;
#[cfg(all(
    feature = "alloc",
    target_has_atomic = "ptr",
    any(target_has_atomic = "64", feature = "portable-atomic")
))]
pub use self::gate::OwnedEntered;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub use self::gate::{Entered, Gate, IdleFuture};
#[cfg(all(
    feature = "alloc",
    target_has_atomic = "ptr",
    any(target_has_atomic = "64", feature = "portable-atomic")
))]
pub use self::pins::OwnedPinned;
#[cfg(any(target_has_atomic = "64", feature = "portable-atomic"))]
pub use self::pins::{Pinned, Pins, Reader};
pub use self::ref_count::RefCount;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 4] =
        [gate::SITES, pins::SITES, pins::SLOT_SITES, ref_count::SITES];
}
