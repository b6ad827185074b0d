//! How many users an object has, and which of them is the last.
//!
//! [`RefCount`] is the count inside an object that several threads share, for code that manages the object's
//! memory itself: buffers of a cache, segments of a log.
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

mod ref_count;

pub use self::ref_count::RefCount;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 1] = [ref_count::SITES];
}
