//! A bounded number in flight.
//!
//! # Why the limit holds, and nobody waits for ever
//!
//! Permits are taken by a compare-and-swap of the number in use that never takes it over the limit.
//! Who gets none enters the list of waiters with the number it wants, and then does what everybody
//! does who gives permits back: it *grants*, that is, it answers the waiters from the front as far
//! as the permits reach, taking theirs for them. Each grant runs under the list's lock and reads the
//! number in use there, so the last of several sees what all of them gave back; and the fences of
//! the list ([`WaitList`](crate::wait)) see to it that a waiter and a giver who come at the same
//! time do not both overlook the other.
//!
//! Since permits are handed to the waiter at the front, none overtakes it, and a wish for many is not
//! starved by wishes for few. A waiter that gives up hands back what it was granted, and grants.

mod acquire;
mod error;
mod permit;
mod pool;

pub use self::acquire::Acquire;
pub use self::error::{AcquireError, AcquireTimeoutError, TryAcquireError, Underflow};
pub use self::permit::Permit;
pub use self::pool::Permits;

#[cfg(latchfree_loom)]
pub(super) use self::pool::SITES;
