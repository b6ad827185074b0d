//! The queue on the heap.

use super::queue::{Queue, Slots};
use super::slot::Slot;
use super::storage::{Bounded, Sealed, SealedBounded, Storage};
use super::ticket::Ticket;
use super::{Consumer, Producer};
use crate::sys::Arc;
use alloc::boxed::Box;
use core::fmt;

/// A queue on the heap, as the handles of [`bounded`] share it.
pub struct Heap<T>(Arc<Queue<T, HeapSlots<T>>>);

/// The sending half of [`bounded`]; clone it for more producers.
pub type Sender<T> = Producer<Heap<T>>;

/// The receiving half of [`bounded`].
pub type Receiver<T> = Consumer<Heap<T>>;

/// Creates a channel for up to `capacity` values at a time, any number from one.
///
/// # Examples
///
/// ```
/// use latchfree::mpsc::{self, TryRecvError};
///
/// let (sender, mut receiver) = mpsc::bounded(3);
/// let another = sender.clone();
/// sender.try_send("of one thread")?;
/// another.try_send("of another")?;
/// drop((sender, another));
/// assert_eq!(receiver.try_recv(), Ok("of one thread")); // with `std`, `recv` blocks
/// assert_eq!(receiver.try_recv(), Ok("of another"));
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
/// # Ok::<(), mpsc::TrySendError<&str>>(())
/// ```
///
/// With a capacity of one, a single [`send_async`](Sender::send_async) that was woken and is not polled keeps all
/// other waiters blocked, because it has the only slot. With a larger capacity, it keeps one slot of several.
///
/// # Panics
///
/// If `capacity` is zero, or its slots are more bytes than `isize::MAX`. If there is not that much memory, the
/// process aborts, as for every collection of `alloc`.
///
/// # Leaks
///
/// A value that holds a `Sender` of its own queue, and is still on its way in when the `Receiver` is dropped,
/// keeps the queue alive, and itself in it.
#[must_use]
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    bounded_starting_at(capacity, 0)
}

/// Creates a channel as [`bounded`] does, whose first value has `position`: for the queue of a recovered log.
///
/// # Panics
///
/// As [`bounded`], and if `position` is not below 2^62.
///
/// # Examples
///
/// ```
/// let (sender, mut receiver) = latchfree::mpsc::bounded_starting_at(8, 500);
/// assert_eq!(sender.try_send("the 501st record"), Ok(500));
/// ```
#[must_use]
pub fn bounded_starting_at<T>(capacity: usize, position: u64) -> (Sender<T>, Receiver<T>) {
    assert!(position < 1 << 62, "positions have 62 bits");
    assert!(capacity > 0, "a queue needs a capacity of at least one");
    let slots = capacity.checked_next_power_of_two().expect("capacity overflow");
    let slots = HeapSlots { slots: (0..slots).map(|_| Slot::new()).collect(), capacity };
    let heap = Heap(Arc::new(Queue::new(slots, capacity, 1, Ticket::at(position))));
    (Producer::first(heap.clone()), Consumer::only(heap))
}

/// A power of two of slots, of which `capacity` are in use at a time.
pub(super) struct HeapSlots<T> {
    slots: Box<[Slot<T>]>,
    capacity: usize,
}

impl<T> Slots<T> for HeapSlots<T> {
    #[inline(always)]
    fn slots(&self) -> &[Slot<T>] {
        &self.slots
    }

    #[inline(always)]
    fn capacity(&self) -> usize {
        self.capacity
    }
}

impl<T> Storage for Heap<T> {
    type Value = T;
}

impl<T> Bounded for Heap<T> {}

impl<T> SealedBounded for Heap<T> {
    type Room = Queue<T, HeapSlots<T>>;

    fn room(&self) -> &Self::Room {
        &self.0
    }
}

impl<T> Sealed<T> for Heap<T> {
    type Queue = Queue<T, HeapSlots<T>>;

    #[inline(always)]
    fn queue(&self) -> &Self::Queue {
        &self.0
    }
}

impl<T> Clone for Heap<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Heap<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Heap")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mpsc::{TryRecvError, TrySendError};
    use std::format;

    #[test]
    fn any_capacity_is_kept() {
        for capacity in 1..40 {
            let (sender, mut receiver) = bounded_starting_at(capacity, (1 << 62) - 10);
            assert_eq!(sender.try_send_many(0..100).unwrap_err().sent(), capacity);
            assert_eq!(sender.try_send(7), Err(TrySendError::Full(7)));
            assert!(receiver.drain(99).eq(0..capacity));
            assert_eq!((sender.capacity(), receiver.len()), (capacity, 0));
        }
    }

    #[test]
    fn last_handle_frees_the_memory() {
        let value = std::sync::Arc::new(());
        let (sender, receiver) = bounded(3);
        let another = sender.clone();
        another.try_send_many([(); 2].map(|()| std::sync::Arc::clone(&value))).unwrap();
        assert_eq!(std::sync::Arc::strong_count(&value), 3);
        drop(receiver);
        assert_eq!(std::sync::Arc::strong_count(&value), 1);
        assert!(sender.try_send(value).is_err_and(|error| error.is_closed()));
    }

    #[test]
    fn the_last_sender_closes() {
        let (sender, mut receiver) = bounded(1);
        let another = sender.clone();
        another.try_send(5).unwrap();
        drop(sender);
        assert!(!receiver.is_closed());
        drop(another);
        assert!(receiver.is_closed());
        assert_eq!(receiver.try_recv(), Ok(5));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
        assert_eq!(format!("{receiver:?}"), "Consumer { len: 0, capacity: 1 }");
    }
}
