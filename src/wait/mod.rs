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
//! # Priorities
//!
//! Where one piece of code interrupts another on one processor (interrupt handlers, executors that preempt each
//! other, signal handlers), waiting is not as free as waking:
//!
//! - Waiters take a list's lock when they come and go. Without `std` that is a spin lock: a future that is polled
//!   or dropped in a handler, while the code that it interrupted has the lock, spins indefinitely. So all that
//!   wait on one list are polled and dropped at one priority: the senders of one queue, the waiters of one
//!   watermark, those of one semaphore. With the feature `critical-section` the lock is a critical
//!   section, and they may be polled and dropped at any priority.
//! - With `std` the lock is the system's, and no signal handler polls or drops such a future.
//! - The task that receives from a queue takes no lock, but has not a higher priority than a producer that it can
//!   interrupt: it would find the producer's slot stalled, wake itself, and run again before the producer
//!   does. There, call `try_recv` from a timer, or at the end of the interrupt that the producer belongs to.
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

#[cfg(latchfree_loom)]
pub(crate) use self::lock::SpinLock;

/// The tables of this family, for the loom tests.
#[cfg(latchfree_loom)]
pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 4] =
    [list::SITES, lock::SITES, lock::SPIN_SITES, thread::SITES];
