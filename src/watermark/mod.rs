//! Positions that only move forward, and threads that wait for them.
//!
//! [`Watermark`] is the durable, committed or applied position of a log. Its state is one number;
//! waiters are in a queue, sorted by the position that each waits for.
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
