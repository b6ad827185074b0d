//! Numbers that never repeat: identifiers, offsets, serial numbers of mutations.
//!
//! [`Sequence`] hands out one number, or a range, with one atomic addition. [`EpochSequence`] has an epoch in
//! the upper half and a count in the lower, as ZooKeeper's zxid: the count never runs over into the epoch. The numbers
//! of a [`Lease`] are below a bound that was made durable, so that none comes again after a crash; those of a
//! [`Clock`] are timestamps, not behind a wall clock. [`Ids`] are the exception: small numbers that are given back, and
//! then handed out again.
//!
//! # Why no number is handed out twice
//!
//! All numbers come from one word that only grows, by read-modify-writes, which are in one order. A number is
//! handed out by the one read-modify-write that moves the word past it. At the end the word does not move any
//! more, or moves by additions that their calls take back: above the end there is room for 2^63 of them at a time,
//! and there are never so many threads, so it never wraps around.
//!
//! A number says nothing about memory: no operation here orders any other. Publish what belongs to a number
//! by other means, a [`Watermark`](crate::watermark::Watermark) for instance.
//!
//! # Why no number of a lease is above its bound, and each refusal is exact
//!
//! The bound only grows (EXTEND), and a claim reads it (BOUND) before it moves the next number up to it at most: so it
//! was at least that when the numbers went out, and what made it durable happened before. A claim reads the next
//! number first (CLAIM_LOOK), from the claim that made it the next (CLAIM), and with it sees at least the bound which
//! that one saw: so a bound that is too low was so while this was the next number.
//!
//! # Why an id is below the number of those that want one
//!
//! A caller of [`Ids::acquire`] tries the ids from 0 on. Say that it is *at* `i` when it is about to try `i` or holds `i`,
//! and let no more than `k` be anywhere, at any time.
//!
//! 1. It goes on from `i` to `i + 1` when it finds `i` taken: another holds `i` at that moment, and is not beyond `i`.
//! 2. So if no more than `k - i` are at `i` or beyond, then no more than `k - i - 1` are beyond `i`, now that it has gone
//!    on. Others only leave. At 0 or beyond are no more than `k`. So none comes to `k`.
//!
//! 3. These moments have to be in one order for both callers. A caller that finds `i` taken (CLAIM_LOOK, CLAIM_TAKEN)
//!    acquires what the claim of its holder has released (CLAIM): among that is what the holder has given back and found
//!    taken before. With relaxed loads it could find the holder at two ids, one of which that has left.
//!
//! What the last holder of an id did happens before what the next one does: GIVE_BACK, CLAIM.

mod clock;
mod end;
mod epoch_sequence;
mod error;
mod id;
mod ids;
mod lease;
#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod sequence;

pub use self::clock::Clock;
pub use self::epoch_sequence::{EpochNumber, EpochSequence};
pub use self::error::{BoundReached, Exhausted};
pub use self::id::Id;
pub use self::ids::Ids;
pub use self::lease::Lease;
pub use self::sequence::Sequence;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 6] =
        [clock::SITES, epoch_sequence::SITES, id::SITES, ids::SITES, lease::SITES, sequence::SITES];
}
