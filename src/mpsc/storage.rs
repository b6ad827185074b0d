//! Where a queue lives, and how its handles hold it.

use super::queue::{Queue, Slots};

/// Where a queue lives, as a [`Producer`](super::Producer) or [`Consumer`](super::Consumer) holds it: `&Ring<T, N>`,
/// or [`Heap<T>`](super::Heap).
///
/// Code that is generic over it works with both. It is sealed: no other type implements it, and nothing of the queue
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

/// What the handles of a queue of `T` need.
pub(super) trait Sealed<T> {
    /// The slots of the queue.
    type Slots: Slots<T>;

    /// Returns the queue itself.
    fn queue(&self) -> &Queue<T, Self::Slots>;
}
