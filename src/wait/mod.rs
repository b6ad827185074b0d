//! Waiting: how threads and tasks block until another thread changes something.
//!
//! | | |
//! | --- | --- |
//! | [`Event`] | what is waited for: a client of this layer implements it |
//! | [`WaitQueue`] | the waiters of one event, and the proof that no wake-up is lost ([`queue`]) |
//! | [`Wait`] | one wait, the future that all others are made of ([`future`]) |
//! | [`block`] | threads as waiters: `block_on` |
//! | [`lock`] | the lock of a queue, for which notifiers never block |
//!
//! A waiter is always a [`Waker`](core::task::Waker), so the same code is for a thread (whose waker unparks it)
//! and for a task of any executor. Only the one consumer of an `mpsc` queue waits in another way: it leaves its
//! waker in the queue's own words, so that a send to a consumer that is awake costs nothing (`mpsc::queue`).
//!
//! # The protocol
//!
//! A waiter enters the queue, *then* checks the event once more; a notifier changes the event, *then* checks
//! for waiters. That is the store-buffering pattern, in which both sides may read the old value unless each
//! has a sequentially consistent fence between its two steps: BLOCK in [`Wait`], NOTIFY in [`WaitQueue`].
//!
//! Notifiers never block. A queue has a lock, which waiters take when they enter and leave. A notifier that finds
//! it taken leaves a request pending, and the holder notifies in its place. So a notifier may be an interrupt
//! handler.
//!
//! # Priorities
//!
//! Where one piece of code interrupts another on one processor (interrupt handlers, executors that preempt each
//! other, signal handlers), waiting has more restrictions than waking:
//!
//! - Waiters take a queue's lock when they enter and leave. Without `std` that is a spin lock: a future that is polled
//!   or dropped in a handler, while the code that it interrupted has the lock, spins indefinitely. So all that
//!   wait in one queue are polled and dropped at one priority: the senders of one queue, the waiters of one
//!   watermark, those of one semaphore. With the feature `critical-section` the lock is a critical
//!   section, and they may be polled and dropped at any priority.
//! - With `std` the lock is the system's, and no signal handler polls or drops such a future.
//! - The task that receives from a queue takes no lock, but must not have a higher priority than a producer that it
//!   can interrupt: it would find the producer's slot stalled, wake itself, and run again before the producer
//!   does. There, call `try_recv` from a timer, or at the end of the interrupt that the producer belongs to.

#[cfg(feature = "std")]
pub(crate) mod block;
#[cfg(test)]
mod count;
mod event;
mod future;
mod lock;
mod queue;

#[cfg(test)]
pub(crate) use self::count::Count;
pub(crate) use self::event::{Event, Token, Want};
pub(crate) use self::future::{State, Wait};
pub(crate) use self::queue::{NOTIFY, WaitQueue};

crate::sys::loom_only! {
    pub(crate) use self::lock::SpinLock;
    #[cfg(feature = "std")]
    pub(crate) use self::lock::with_spin_lock;

    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 5] =
        [block::SITES, future::SITES, lock::SITES, lock::SPIN_SITES, queue::SITES];
}
