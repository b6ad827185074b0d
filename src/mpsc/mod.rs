//! Queues.
mod backing;
mod consumer;
mod error;
#[cfg(feature = "alloc")]
mod heap;
mod producer;
mod queue;
mod ring;
mod slot;
mod ticket;

pub use self::backing::Backing;
pub use self::consumer::Consumer;
pub use self::error::{
    AlreadySplit, RecvError, RecvTimeoutError, SendError, SendManyError, TryRecvError, TrySendError,
};
#[doc(hidden)]
#[cfg(feature = "alloc")]
pub use self::heap::bounded_starting_at;
#[cfg(feature = "alloc")]
pub use self::heap::{Heap, Receiver, Sender, bounded};
pub use self::producer::Producer;
pub use self::ring::Ring;

/// The tables of this family, for the loom tests.
#[cfg(latchfree_loom)]
pub(crate) const SITES: [&[crate::prim::site::SiteInfo]; 3] =
    [queue::SITES, ring::SITES, slot::SITES];
