//! Sequence locks: values that many read and few write, where readers write nothing at all.
//!
//! A writer makes a sequence number odd, writes the value, and makes it even again. A reader copies
//! the value between two looks at the number, and keeps the copy if both were the same even number.
//!
//! Many threads write to a [`SeqLock`], one at a time. All writes to a [`SeqCell`] are those of one handle, and need
//! no read-modify-write. A [`SeqLatch`] has two copies, so that a reader does not wait for a writer that has
//! stopped. A [`SeqCount`] is the protocol alone, for data that lie elsewhere.
//!
//! ```text
//! writer                                         reader
//!   W1  sequence: even -> odd   (WRITE_LOCK)       R1  s := sequence     (READ_OPEN)
//!   W2  fence                   (WRITE_MARK)           odd? then busy
//!   W3  words := value          (WRITE_WORDS)      R2  copy := words     (READ_WORDS)
//!   W4  sequence := even + 2    (WRITE_CLOSE)      R3  fence             (READ_CHECK)
//!                                                  R4  s = sequence?     (READ_RECHECK)
//!                                                      no? then busy
//! ```
//!
//! # Why a copy that is kept is whole
//!
//! 1. *No word is from a later write.* Let R1 read the even number `s`, and R4 read `s` again. Suppose that some
//!    word in R2 came from the write that began by storing the odd number `s' > s`. That word was stored (W3)
//!    after the release fence W2 and read (R2) before the acquire fence R3, so the fences synchronise: W1 happens
//!    before R4, and R4 reads `s'` or later. But it read `s`.
//! 2. *No word is from an earlier write.* R1 is an acquire load of what W4 stored with release, so all
//!    words of the write that stored `s` happen before R2. The words of earlier writes precede them in
//!    each word's modification order, because writers exclude each other: W1 of a [`SeqLock`] acquires what the
//!    previous W4 released. The writes of a [`SeqCell`] are in the order in which its [`SeqWriter`] is used: each
//!    borrows it exclusively, and of two such handles the second was claimed (CLAIM) after the first was given
//!    back (GIVE_BACK). So there W1 is a plain store.
//!
//! The words must be atomic: only because R2 *reads* a word that W3 stored do the fences
//! synchronise, and a plain read that races is undefined behaviour whatever comes after. They are
//! copied by relaxed atomics, one machine word at a time, which compile to the loads and stores
//! of a plain copy.
//!
//! # Why a version publishes
//!
//! [`version`](SeqCount::version) counts the writes that have ended. During the next write it derives
//! their number from the odd value. So the operation that makes the sequence odd must continue the release of the
//! previous W4: a read-modify-write does (W1 of [`SeqLock`]), a plain store has to be a release itself (that of
//! [`SeqCount`] and [`SeqCell`], and both switches of [`SeqLatch`]).
//!
//! # When an attempt fails
//!
//! [`Busy`] is exact: at some moment during the call a write was in progress, or one began. An attempt that
//! happens after the end of all writes never fails. This is coherence: the sequence is one
//! word, and no load of it returns an older value than one that happened before.
//!
//! # What does not work, although published code has it
//!
//! An acquire load in place of R3 and R4; W1 with acquire-release, or sequentially consistent, in
//! place of W2. Both order the wrong side. `loom-tests/tests/controls.rs` has them, and loom finds
//! the torn value.
//!
//! # Sources
//!
//! H. Boehm, *Can seqlocks get along with programming language memory models?*, MSPC 2012;
//! Linux `include/linux/seqlock.h`.

mod cell;
mod count;
mod error;
mod latch;
mod lock;
mod writer;

pub use self::cell::SeqCell;
pub use self::count::{ReadToken, SeqCount, SeqWrite};
pub use self::error::{Busy, WriterTaken};
pub use self::latch::SeqLatch;
pub use self::lock::SeqLock;
pub use self::writer::SeqWriter;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 4] =
        [cell::SITES, count::SITES, latch::SITES, lock::SITES];
}
