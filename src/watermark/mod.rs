//! Positions that only move forward, and threads that wait for them.
//!
//! [`Watermark`] is the durable, committed or applied position of a log. Its state is one number;
//! waiters sit in a list, ordered by the position that each waits for.
//!
//! # Why no wake-up is lost
//!
//! A waiter enters the list, passes a fence, and looks at the position again before it sleeps. An
//! advancer moves the position, passes a fence, and looks at the list. With the fences in one order,
//! one of the two sees the other: either the advancer finds the waiter and wakes it, or the waiter
//! finds the position reached and does not sleep. (The proof in detail: `src/wait/queue.rs`.) This is
//! what hand-written ones get wrong: with release and acquire alone, both may look too early.
//!
//! # Why no waiter is woken for nothing
//!
//! The list is sorted, and an advancer takes out those at the front whose position is reached, no
//! more. If the first is not reached yet, the advance does not even take the list's lock.
//!
//! # Tests
//!
//! `loom-tests/src/models/watermark.rs`, with a mutant of every site of `watermark` and of the
//! list; without either fence a waiter sleeps for ever, which loom reports as a deadlock.
//! `tests/stress/watermark.rs` counts the wake-ups.

mod error;

mod wait;
#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod watermark;

pub use self::error::{Closed, WaitTimeoutError};
pub use self::wait::WaitFuture;
pub use self::watermark::Watermark;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 1] = [watermark::SITES];
}
