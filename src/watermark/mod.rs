//! Positions that only move forward, and threads that wait for them.
//!
//! | | |
//! | --- | --- |
//! | [`Watermark`] | the durable, committed or applied position of a log: those that know it advance to it |
//! | [`Frontier`] | the same, where ranges complete out of order: the position up to which none is missing |
//!
//! The state of a watermark is one number; waiters are in a queue, sorted by the position that each waits for. A
//! frontier is a watermark, and a slot for each position of its window.
//!
//! # Why no wake-up is lost
//!
//! ```text
//! waiter                                 advancer
//!   S1  enters the queue                   N1  position := greater (ADVANCE)
//!   S2  fence BLOCK                        N2  fence NOTIFY_AFTER_RMW
//!   S3  position reached?                  N3  first waiter's position reached?
//! ```
//!
//! The two fences are in one order, so one of the two threads sees the other: either N3 finds the waiter and the
//! advancer wakes it, or S3 finds the position reached and the waiter does not block. (`src/wait/queue.rs` has the
//! proof in detail.) Hand-written watermarks often get this wrong: with release and acquire alone, both threads
//! may read old values.
//!
//! # Why no waiter is woken needlessly
//!
//! The queue is sorted, and an advancer takes out only the waiters at the front whose position is reached.
//! If the position of the first is not reached yet, the advance does not even take the queue's lock.
//!
//! # The frontier
//!
//! Slot `s % W` (`W` is the window) holds the end of the last range that began at `s`, `s + W`, `s + 2W`... A
//! completer of `start..end`, a range of 1 to `W` positions:
//!
//! ```text
//!   C1  position at end - W or later? (ROOM)     if not, waits or says so: nothing is stored yet
//!   C2  slot := max(slot, end) (RECORD)
//!   C3  fence RECORDED
//!   C4  at := position (FROM)                    beyond the first one by W: ends
//!   C5  follows the slots from there (FOLLOW)    while each has a range that begins where the last ended
//!   C6  position := the end of that run          (ADVANCE), and to C4, unless it ended at a gap
//!   C7  wakes the waiters that it has reached
//! ```
//!
//! ## What a slot says
//!
//! Let all positions before `s` be complete, and let a completer read `e` in the slot of `s`.
//!
//! 1. *Of an earlier lap*: the range began at `s - W` or before, and is no longer than `W`. So `e <= s`. A slot
//!    that was never used holds zero.
//! 2. *Of a later lap*: the range began at `s + W` or later, and is not empty. So `e > s + W`.
//! 3. *Of this lap*: the range is `s..e`, and `s < e <= s + W`.
//!
//! The three are disjoint, and nothing in them wraps: a whole end tells the lap, without a tag, for all 2^64
//! positions. In the third case `s..e` *is* complete, and stays so. So C6 may be late by any number of laps: it
//! moves the position to where it is true to be, and a maximum does not go back.
//!
//! ## Why none is left behind
//!
//! Claim: when all ranges in front of `r` were completed, and these calls have returned, the position is at `r` or
//! beyond, whatever completers of later ranges do or do not do.
//!
//! 4. Suppose that it is at `q < r`, and stays. It is the end of a range, so a range begins there. Of the completers
//!    of this range and of all in front of it, let `Z` be the one whose fence (C3) is the last in the one order of
//!    all fences. What the others have recorded (C2) comes before fences that precede `Z`'s. So each slot that `Z`
//!    reads in C5 has what they recorded there, or something newer.
//! 5. What `Z` reads in C4 is `q` or less. If `Z` finds each range (case 3), it follows them over `q`. Case 1 is
//!    excluded by step 4.
//! 6. In case 2, the completer of the later lap saw in C1 that the position was beyond `s`, and recorded its range
//!    after that. `Z` has read what it recorded, by an acquire, so the next C4 of `Z` returns that position or a
//!    later one: `Z` goes on from there, nearer to `q`.
//! 7. `Z` ends early when its position is `W` beyond what it read in the first C4. All ranges that were recorded
//!    before its fence end there or earlier, because their completers read in C1 what was not newer.
//!
//! So `Z` moves the position over `q`, which contradicts. Without the fence in step 4, two completers that finish
//! at the same time can each miss what the other has recorded: the position then stays behind until a third comes.
//! Link buffers without it are in use; a thread that polls hides it there.
//!
//! ## Why what was done is seen
//!
//! 8. C2 releases what its completer did, and an advancer that follows the range acquires that in C5. C6 releases
//!    it, and each C6 is a read-modify-write, so each later position publishes all that earlier ones did. A thread
//!    that reads a position (`GET`, FROM) acquires it, whichever completer moved the position over the range.
//!
//! ## What a completer does for others, and when it is stopped
//!
//! 9. A slot is written by maxima alone, and the position is too: no step waits for another completer. One that
//!    stops before C2 keeps back its range and what is behind it. One that stops between C2 and C6 may keep back
//!    the same (it may be the `Z` of step 4), until another completes a range after that.
//! 10. C6 comes after each sixteenth of the window, and C4 reads what others have reached. So advancers that run
//!     beside each other follow the same ranges only within one of these parts.
//! 11. Wakers run last (C7). One that panics, blocks, or completes ranges itself finds the position where it belongs.
//!
//! ## Misuse
//!
//! 12. A range that is completed a second time finds its own end in its slot, or that of a later lap, which a
//!     maximum does not change. A range that overlaps others either takes the position over the others' positions
//!     before they are complete, or begins where the position never stops, and is lost in part. Slots of ranges
//!     that overlap none are only ever written by their own completers, or by smaller ends of earlier laps.

mod complete;
mod error;
mod frontier;
mod frontier_error;
mod links;
mod wait;
#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod watermark;

pub use self::complete::CompleteFuture;
pub use self::error::{Closed, WaitTimeoutError};
#[cfg(feature = "alloc")]
pub use self::frontier::HeapFrontier;
pub use self::frontier::{Frontier, FrontierOn};
pub use self::frontier_error::{CompleteError, CompleteTimeoutError, TryCompleteError};
#[cfg(feature = "alloc")]
pub use self::links::Heap;
pub use self::links::{InPlace, Links};
pub use self::wait::WaitFuture;
pub use self::watermark::Watermark;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 3] =
        [frontier::SITES, links::SITES, watermark::SITES];
}
