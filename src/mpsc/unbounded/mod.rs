//! The queue without a capacity: blocks of slots, which producers link and use again.
//!
//! ```text
//!        oldest        current                            blocks[k & 1]     blocks[(k + 1) & 1]
//!          v              v                                    v                    v
//!     [ received ]->[ received | values ]->[ values ]->[ values | free ]        [ free ]
//!                              ^                               ^
//!                             head                            tail
//! ```
//!
//! Tickets, the close, and the way in which the consumer parks are those of the [family](super). The tickets are cut
//! into blocks: block `k` has the slots of the `SLOTS` tickets from `k * SLOTS` on. Producers need no room and never
//! wait, but they need to know where the block of their ticket is. A slot has a state instead of a stamp
//! (`group.rs`), because a block is cleared before it is used again.
//!
//! # Why a claim knows its block
//!
//! 9. *Two words name two blocks.* While the tail is in block `k`, `blocks[k & 1]` names that block. The other word
//!    names block `k - 1`, until a producer links block `k + 1` there. Only after that is the claim made that brings the
//!    tail into block `k + 1`, and block `k + 2` is linked only by a producer that has found the tail there.
//! 10. *The claim is the proof.* A producer reads the tail, in block `k`, then a word, and then claims. The word is not
//!     older than the tail: CLAIM_LOOK has acquired the claim that brought the tail into block `k`, and the producer
//!     of that claim had read the word that names block `k`. Nor is it newer, if the claim succeeds: a producer
//!     that links a later block has acquired this claim, because all changes of the tail are read-modify-writes, and a
//!     load does not see what is stored after it. So the word was the right one if the claim succeeds, and its
//!     pointer is not followed before.
//! 11. *A claim keeps its block.* The consumer does not pass a ticket that is neither published nor given up, and it
//!     returns only blocks whose tickets it has passed.
//!
//! # Why each block is linked once
//!
//! 12. *A bit tells whether it is linked.* While the tail is in block `k`, the other word can name only `k - 1` or
//!     `k + 1`. The lowest bit of the address tells them apart: it is that of `k / 2`. As in step 10, a claim that
//!     succeeds has read the word that belongs to the tail.
//! 13. *Linking is a compare-and-swap from the name of block `k - 1` to that of block `k + 1`*, and fails if another
//!     producer was faster. It must not succeed late, when the same block has come back to the same word as block
//!     `k + 3`. Therefore a producer counts itself (LINK_BEGINS), passes a fence (LINK_FENCE), and links only if the tail
//!     still is in block `k`. The consumer returns block `k - 1` only when it has finished block `k`, has passed a
//!     fence (RETURN_FENCE), and then finds no producer counted. One of the fences comes first. If it is the
//!     consumer's, the producer finds the tail in a later block, and does not link. If it is the producer's, the
//!     consumer finds it counted, and keeps the block until the end of a later one.
//! 14. *The consumer's way.* The claim that has the last ticket of a block writes into it where the next block is, and
//!     then publishes. The consumer reads that when it has received there.
//!
//! # Progress
//!
//! A producer that stops between its claim and the publication holds up the consumer, as in the ring, and no other
//! producer. One that stops before it links a block holds up nobody: every producer that needs the block links
//! one itself. One that stops while it is counted (four instructions) keeps the consumer from returning blocks: until it
//! goes on, the queue takes new memory for all values. The allocator may have locks.
//!
//! # Memory
//!
//! A queue at rest has at most three blocks: that of the tail, the last that was finished, and a spare one. What the
//! consumer returns beyond the spare one is freed, so that a burst gives its memory back as it is received. While the
//! values in the queue fit into one block, nothing is allocated.
//!
//! # Sources
//!
//! Blocks of slots that are linked by producers and used again are those of tokio's channel and of crossbeam's
//! `SegQueue`. There, producers follow pointers, and the consumer finds out whether they still do; that a claim
//! proves a pointer right before it is followed is this crate's own.

mod block;
mod group;
mod queue;
mod spare;
#[cfg(test)]
mod tests;

use self::block::Block;
use self::queue::BlockQueue;
use super::storage::{Sealed, Storage};
use super::ticket::Ticket;
use super::{Consumer, Producer, SendError, SendManyError, TrySendError, TrySendManyError};
use crate::sys::Arc;
use core::fmt;
use core::ops::Range;

/// A queue without a capacity, as the handles of [`unbounded`] share it.
pub struct Unbounded<T>(Arc<BlockQueue<T>>);

/// The sending half of [`unbounded`]; clone it for more producers.
pub type UnboundedSender<T> = Producer<Unbounded<T>>;

/// The receiving half of [`unbounded`].
pub type UnboundedReceiver<T> = Consumer<Unbounded<T>>;

/// Creates a channel without a capacity: a send never waits, and fails only if the queue is closed or there is no
/// memory.
///
/// Use it where the number of values is bounded by something else: by the number of requests in flight, for
/// instance. Where nothing bounds it, and producers are faster than the consumer, the queue grows until there is no
/// memory left; a [`bounded`](super::bounded) queue makes them wait instead.
///
/// # Guarantees
///
/// *Progress*: sends are lock-free, but for the allocator, which may have locks. One send in 64 links a block of slots
/// for those that follow; if it stops there, the others do that themselves. (If it stops within four of its
/// instructions, the consumer returns no memory until it goes on.) Because of the allocator, do not send in a signal or
/// interrupt handler.
///
/// *Memory*: in blocks of 64 slots, at rest up to three of them. What a burst takes beyond that is freed as it is
/// received. While the values in the queue fit into one block, nothing is allocated or freed. The last slot of a
/// block is used only when the next block is there.
///
/// *Ordering*, *order*, *exactness*, *acceptance*: as [`Producer`] and [`Consumer`] say.
///
/// *Cost*: a send is one compare-and-swap and two stores; a receive has neither a locked instruction nor a fence, but
/// one of each at the end of a block.
///
/// # Examples
///
/// ```
/// use latchfree::mpsc::{self, TryRecvError};
///
/// let (sender, mut receiver) = mpsc::unbounded();
/// for n in 0..1000 {
///     assert_eq!(sender.send(n), Ok(n)); // its position
/// }
/// drop(sender);
/// assert_eq!(receiver.drain(usize::MAX).sum::<u64>(), 499_500);
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
/// ```
///
/// If there is no memory for the first block, the process aborts, as for every collection of `alloc`.
///
/// # Leaks
///
/// A value that holds an `UnboundedSender` of its own queue, and is still on its way in when the receiver is
/// dropped, keeps the queue alive, and itself in it.
#[must_use]
pub fn unbounded<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    unbounded_starting_at(0)
}

/// Creates a channel as [`unbounded`] does, whose first value has `position`: for the queue of a recovered log.
///
/// # Panics
///
/// If `position` is not below 2^62.
///
/// # Examples
///
/// ```
/// let (sender, mut receiver) = latchfree::mpsc::unbounded_starting_at(500);
/// assert_eq!(sender.send("the 501st record"), Ok(500));
/// ```
#[must_use]
pub fn unbounded_starting_at<T>(position: u64) -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    assert!(position < 1 << 62, "positions have 62 bits");
    let queue = Unbounded(Arc::new(BlockQueue::new(Ticket::at(position))));
    (Producer::first(queue.clone()), Consumer::only(queue))
}

impl<T> Producer<Unbounded<T>> {
    /// Sends `value`. Returns its position. Never waits.
    ///
    /// If there is no memory for more values, the process aborts, as for every collection of `alloc`.
    /// [`try_send`](Self::try_send) gives the value back instead.
    ///
    /// # Errors
    ///
    /// [`SendError`] has the value, if the queue is closed or the consumer gone.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = latchfree::mpsc::unbounded();
    /// assert_eq!(sender.send("a record"), Ok(0));
    /// drop(receiver);
    /// assert_eq!(sender.send("another").unwrap_err().into_inner(), "another");
    /// ```
    #[inline]
    pub fn send(&self, value: T) -> Result<u64, SendError<T>> {
        match self.try_send(value) {
            Ok(position) => Ok(position),
            Err(TrySendError::Closed(value)) => Err(SendError(value)),
            Err(TrySendError::Full(_)) => Block::<T>::out_of_memory(),
        }
    }

    /// Sends all of `items`. Returns the range from the position of the first value to that behind the last; values
    /// of other producers may lie in between. Never waits.
    ///
    /// The iterator is used as by [`try_send_many`](Self::try_send_many). If there is no memory for more values, the
    /// process aborts.
    ///
    /// # Errors
    ///
    /// [`SendManyError`] has the rest of the iterator, if the queue is closed or the consumer gone.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = latchfree::mpsc::unbounded();
    /// assert_eq!(sender.send_many([1, 2, 3]).ok(), Some(0..3));
    /// assert!(receiver.drain(9).eq([1, 2, 3]));
    /// ```
    pub fn send_many<I>(&self, items: I) -> Result<Range<u64>, SendManyError<I::IntoIter>>
    where
        I: IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
    {
        match self.try_send_many(items) {
            Ok(positions) => Ok(positions),
            Err(TrySendManyError::Closed { unsent, sent }) => Err(SendManyError { unsent, sent }),
            Err(TrySendManyError::Full { .. }) => Block::<T>::out_of_memory(),
        }
    }
}

impl<T> Storage for Unbounded<T> {
    type Value = T;
}

impl<T> Sealed<T> for Unbounded<T> {
    type Queue = BlockQueue<T>;

    #[inline(always)]
    fn queue(&self) -> &BlockQueue<T> {
        &self.0
    }
}

impl<T> Clone for Unbounded<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Unbounded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unbounded")
    }
}

crate::sys::loom_only! {
    /// The tables of this folder.
    pub(super) const SITES: [&[crate::atomic::site::SiteInfo]; 3] =
        [group::SITES, queue::SITES, spare::SITES];
}
