//! How many users an object has, and which of them is the last.
//!
//! [`RefCount`] is the count inside an object that several threads hold on to, for those who manage its memory
//! themselves: buffers of a cache, segments of a log.
//!
//! # Why the last owner sees all
//!
//! An owner lets go by a read-modify-write with release, and everything else that changes the count is a
//! read-modify-write too, so the release sequence of each `dec` reaches to the last one. The owner whose `dec`
//! finds 1 reads from the end of all of them, and its acquire fence orders what all owners did before what it
//! does next. (After a misuse the count is overwritten by a plain store; but then no `dec` finds 1.)
//!
//! A thread without a reference may make one only by comparing: an addition that follows a look would bring an
//! object back that was freed in between.
//!
//! # Tests
//!
//! `loom-tests/src/models/refcount.rs` frees an object and lets loom look for uses after it, with a mutant of
//! each ordering site (`loom-tests/RESULTS.md`); `tests/properties/refcount.rs` compares with a number,
//! `tests/stress/refcount.rs` runs it on real threads.

mod ref_count;

pub use self::ref_count::RefCount;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 1] = [ref_count::SITES];
}
