//! Where a queue lives, and how its handles hold it.

use super::channel::Channel;
use crate::wait::Event;

/// Where a queue lives, as a [`Producer`](super::Producer) or [`Consumer`](super::Consumer) holds it: `&Ring<T, N>`,
/// [`Heap<T>`](super::Heap), or [`Unbounded<T>`](super::Unbounded).
///
/// Code that is generic over it works with all. It is sealed: no other type implements it, and nothing of the queue
/// can be reached through it.
///
/// # Examples
///
/// ```
/// use latchfree::mpsc::{Producer, Ring, Storage, TrySendError};
///
/// #[derive(Debug, PartialEq)]
/// struct Flushed;
///
/// fn record<S: Storage<Value = Flushed>>(events: &Producer<S>) -> Result<u64, TrySendError<Flushed>> {
///     events.try_send(Flushed)
/// }
///
/// let ring = Ring::<_, 4>::new();
/// let (producer, _consumer) = ring.split()?;
/// assert_eq!(record(&producer), Ok(0));
/// # #[cfg(feature = "alloc")] {
/// let (sender, _receiver) = latchfree::mpsc::bounded(4);
/// assert_eq!(record(&sender), Ok(0));
/// # }
/// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
/// ```
///
/// ```compile_fail,E0277
/// # use latchfree::mpsc::Storage;
/// #[derive(Clone)]
/// struct Mine;
/// impl Storage for Mine {
///     type Value = u32; // Mine is not `Sealed`
/// }
/// ```
///
/// ```compile_fail,E0624
/// # use latchfree::mpsc::Storage;
/// fn reach<S: Storage>(storage: &S) {
///     storage.queue(); // is private
/// }
/// ```
pub trait Storage: Clone + Sealed<<Self as Storage>::Value> {
    /// The values of the queue.
    type Value;
}

/// A [`Storage`] with a capacity: a producer may find it full, and wait for room.
///
/// # Examples
///
/// ```
/// use latchfree::mpsc::{Bounded, Consumer};
///
/// fn is_half_full<S: Bounded>(consumer: &Consumer<S>) -> bool {
///     consumer.len() >= consumer.capacity() / 2
/// }
/// ```
pub trait Bounded: Storage + SealedBounded {}

/// What the handles of a queue of `T` need.
pub(super) trait Sealed<T> {
    /// The queue.
    type Queue: Channel<T>;

    /// Returns the queue itself.
    fn queue(&self) -> &Self::Queue;
}

/// What the handles of a bounded queue need besides.
pub(super) trait SealedBounded {
    /// The queue.
    type Room: Room;

    /// Returns the queue, as something that there may be room in.
    fn room(&self) -> &Self::Room;
}

/// A queue with a capacity: its event is that there is room, or that it is closed.
pub(super) trait Room: Event {
    /// Returns how many values there is room for.
    fn capacity(&self) -> usize;

    /// Returns whether there was a moment of this call at which the queue was open and had no room.
    fn is_full(&self) -> bool;
}
