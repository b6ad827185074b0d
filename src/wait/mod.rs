//! How threads and tasks sleep until another thread changes something.
//!
//! A sleeper is always a [`Waker`](core::task::Waker), so that the same code serves a thread (whose
//! waker unparks it, [`thread`]) and a task of an executor. Many sleepers, each waiting for a
//! position of its own, wait in a [`WaitList`]; the one consumer of a queue leaves its waker in the
//! queue itself (`mpsc::queue`).
//!
//! Wakers never wait. A list has a lock, which those who come and go take; a waker that finds it taken
//! leaves its work to the holder ([`lock`]). So a waker may be an interrupt handler.
//!
//! Whoever uses a list must see to it that nobody goes to sleep after the last wake-up: the sleeper
//! enters the list, *then* looks at the condition once more; the waker changes the condition, *then*
//! looks for sleepers. That is the store-buffering pattern, in which both sides may read the old
//! value unless each has a sequentially consistent fence between its two steps. The list has these
//! fences inside ([`list`] proves that they suffice).

mod condition;
mod list;
mod lock;
#[cfg(feature = "std")]
pub(crate) mod thread;

pub(crate) use self::condition::Condition;
pub(crate) use self::list::{WaitList, Waiter, Wish};

#[cfg(latchfree_loom)]
pub(crate) use self::lock::SpinLock;

/// The tables of this family, for the loom tests.
#[cfg(latchfree_loom)]
pub(crate) const SITES: [&[crate::prim::site::SiteInfo]; 3] =
    [list::SITES, lock::SITES, lock::SPIN_SITES];
