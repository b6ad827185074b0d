//! A bounded number in flight.
//!
//! # Why the limit holds
//!
//! One word, the `state`, says how many permits are available and whether the semaphore is closed.
//!
//! 1. Permits are taken by a compare-and-swap of that word, which leaves no fewer than none (ACQUIRE).
//! 2. A resize and a close change the same word. So each acquisition comes before them, or sees them: after they
//!    have returned, no acquisition succeeds that should fail.
//! 3. The limit itself is a second word, for methods that report it. It decides only which waiters want more
//!    permits than there are at all.
//!
//! # Why no waiter blocks indefinitely
//!
//! 4. An acquisition that finds too few permits enters the queue of waiters with the number that it wants. Then it
//!    *notifies*, as every thread does that releases permits: it takes permits for the waiters from the
//!    front and grants them, as far as the permits reach.
//! 5. Each grant runs under the queue's lock and reads the state there, so the last of several notifiers sees what
//!    all of them have released. The fences of the queue (`src/wait/queue.rs`) ensure that a waiter and
//!    a releasing thread that come at the same time do not both miss each other.
//! 6. Permits go to the waiter at the front, so none overtakes it, and requests for few permits do not starve a
//!    request for many. A waiter that is cancelled returns what it was granted, and notifies.

mod acquire;
mod error;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod owned;
mod permit;
#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod semaphore;
mod state;

pub use self::acquire::AcquireFuture;
pub use self::error::{AcquireError, AcquireTimeoutError, TryAcquireError, Underflow};
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use self::owned::OwnedPermit;
pub use self::permit::Permit;
pub use self::semaphore::Semaphore;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 1] = [semaphore::SITES];
}
