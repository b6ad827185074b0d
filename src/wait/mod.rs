//! How threads and tasks wait until another thread changes something.
//!
//! A waiter is always a [`Waker`](core::task::Waker), so that the same code serves a thread (whose
//! waker unparks it, [`thread`]) and a task of an executor. Many waiters, each waiting for a
//! position of its own, wait in a [`WaitList`]; the one consumer of a queue leaves its waker in the
//! queue itself (`mpsc::queue`).
//!
//! Wakers never wait. A list has a lock, which waiters take when they come and go; a waker that finds it
//! taken leaves its work to the holder ([`lock`]). So a waker may be an interrupt handler.
//!
//! The user of a list must see to it that no waiter blocks after the last wake-up: the waiter
//! enters the list, *then* looks at the condition once more; the waker changes the condition, *then*
//! looks for waiters. That is the store-buffering pattern, in which both sides may read the old
//! value unless each has a sequentially consistent fence between its two steps. The list has these
//! fences inside ([`list`] proves that they suffice).

mod condition;
mod list;
mod lock;
#[cfg(feature = "std")]
pub(crate) mod thread;

pub(crate) use self::condition::{Condition, Token};
pub(crate) use self::list::{WaitList, Waiter, Want};

crate::sys::loom_only! {
    pub(crate) use self::lock::SpinLock;

    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 4] =
        [list::SITES, lock::SITES, lock::SPIN_SITES, thread::SITES];
}
