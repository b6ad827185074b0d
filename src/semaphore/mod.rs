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
//!
//! # Barging
//!
//! In a semaphore that is *barging*, a grant takes nothing: it is a *promise*, counted in a third word.
//!
//! 7. A notifier wakes waiters from the front while the permits that are available reach for them and for all promises
//!    before. A waiter that was woken tries to take its permits, as any thread may at any time, and then
//!    its promise ends (GRANT_ENDS), used or not, and it notifies. If it has found too few, it enters the queue
//!    again, and checks again: as in step 4.
//! 8. So, whenever permits are available that reach for the waiter at the front, a waiter was woken that has a promise
//!    and will notify, or a thread is about to notify that has released permits or has ended a promise.
//!    The last of these sees all that the others have done, by the fences and the lock as in step 5.
//!    A waiter is never left for lack of a wake-up; it may be overtaken without end, and nothing is claimed against that.
//!
//! # Waiting for none in use
//!
//! 9. Those that wait until no permit is in use have a queue of their own. Each release and resize notifies there as
//!    well, and under its lock `in_use` decides, which never shows too few. While a resize is in progress it may show
//!    too many: the resize notifies at its end.
//!
//! # A budget that many threads charge often
//!
//! All permits that are available are in one word, whose cache line goes to the thread that acquires. A semaphore that is
//! split among threads would avoid that, and break what a semaphore is used for: it would answer `NoPermits`, and let
//! waiters block, while permits that nobody uses lie in the shares of other threads. To be exact it would have to collect
//! the shares, at the price of a hand-shake with every thread, just when the budget is short. So there is no such type.
//!
//! A thread that charges often can hold a share openly instead. It is in use, for all others to see. What the thread
//! charges is split off and merged again, a subtraction and an addition without an atomic access:
//!
//! ```
//! use latchfree::semaphore::Semaphore;
//!
//! let budget = Semaphore::new(1 << 20);
//! let mut share = budget.try_acquire(4096)?; // this thread's
//! for len in [64, 512, 4096] {
//!     let charged = share.split(len).expect("each is within the share");
//!     // ... `len` bytes are in memory ...
//!     share.merge(charged).expect("of the same budget");
//! }
//! assert_eq!(budget.in_use(), 4096);
//! # Ok::<(), latchfree::semaphore::TryAcquireError>(())
//! ```

mod acquire;
#[cfg(feature = "std")]
mod blocking;
mod error;
mod idle;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod owned;
mod permit;
#[expect(clippy::module_inception, reason = "a file is named after the type in it")]
mod semaphore;
mod state;

pub use self::acquire::AcquireFuture;
pub use self::error::{AcquireError, AcquireTimeoutError, TryAcquireError, Underflow};
pub use self::idle::IdleFuture;
use self::idle::WhenIdle;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use self::owned::OwnedPermit;
pub use self::permit::Permit;
pub use self::semaphore::Semaphore;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 1] = [semaphore::SITES];
}
