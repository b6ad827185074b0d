//! A bounded number in flight.
//!
//! # Why the limit holds
//!
//! One word, the state, says how many permits are available and whether the pool is closed. They
//! are taken by a compare-and-swap of that word that leaves no fewer than none; a resize and a close change
//! the same word. So each acquisition comes before a close or a resize, or it sees it: after their return
//! none succeeds that should not. The limit itself is a second word, for those that ask; it decides nothing
//! but which wishes are for more than there are at all.
//!
//! # Why no waiter waits for ever
//!
//! An acquisition that finds too few enters the list of waiters with the number that it wants, and then does
//! what every thread does that gives permits back: it *serves*, that is, it grants to the waiters from the
//! front as far as the permits reach, taking theirs for them. Each grant runs under the list's lock and
//! reads the state there, so the last of several sees what all of them gave back; and the fences of
//! the list (`src/wait`) see to it that a waiter and a giver that come at the same
//! time do not both overlook the other.
//!
//! Since permits are handed to the waiter at the front, none overtakes it, and a want for many is not
//! starved by wishes for few. A waiter that gives up hands back what it was granted, and serves.

mod acquire;
mod error;
mod permit;
#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod semaphore;
mod state;

pub use self::acquire::AcquireFuture;
pub use self::error::{AcquireError, AcquireTimeoutError, TryAcquireError, Underflow};
pub use self::permit::Permit;
pub use self::semaphore::Semaphore;

/// The tables of this family, for the loom tests.
#[cfg(latchfree_loom)]
pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 1] = [semaphore::SITES];
