//! The queue that lies where you put it.

use super::channel::Channel;
use super::queue::{Queue, Slots};
use super::slot::Slot;
use super::storage::{Bounded, Sealed, SealedBounded, Storage};
use super::ticket::Ticket;
use super::{AlreadySplit, Consumer, Producer};
use crate::atomic::Atomic;
use crate::sys;
use core::fmt;

sites! {
    /// The first thread to split wins; how the ring came to be shared has ordered everything else.
    SPLIT: Relaxed;
}

/// A bounded queue of `N` slots inline: no allocator, no `std`, usable in a `static`.
///
/// `N` is a power of two; anything else does not compile. [Split](Self::split) it once, into
/// producers and the one consumer.
///
/// # Examples
///
/// ```
/// use latchfree::mpsc::Ring;
///
/// static EVENTS: Ring<u32, 64> = Ring::new();
///
/// let (producer, mut consumer) = EVENTS.split()?;
/// let another = producer.clone(); // for an interrupt handler, say
/// producer.try_send(1)?;
/// another.try_send(2)?;
/// assert_eq!((consumer.try_recv(), consumer.try_recv()), (Ok(1), Ok(2)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail
/// # use latchfree::mpsc::Ring;
/// static EVENTS: Ring<u32, 48> = Ring::new(); // 48 is not a power of two
/// ```
///
/// Values that are in the ring when it is dropped are dropped with it. A `static` is never dropped: there, the
/// consumer, when it is dropped, drops the values that were sent and not received (except a value whose send
/// is stalled at that moment, which stays where it is).
pub struct Ring<T, const N: usize> {
    queue: Queue<T, [Slot<T>; N]>,
    split: Atomic<bool>,
}

impl<T, const N: usize> Ring<T, N> {
    sys::const_fn! {
        /// Creates an empty ring.
        #[must_use]
        pub const fn new() -> Self {
            Self::starting_at(0)
        }
    }

    sys::const_fn! {
        /// Creates an empty ring whose first value has `position`: for the queue of a log that was recovered.
        ///
        /// # Panics
        ///
        /// If `position` is not below 2^62; in a `static`, that does not compile.
        #[must_use]
        pub const fn starting_at(position: u64) -> Self {
            assert!(position < 1 << 62, "positions have 62 bits");
            const { assert!(N.is_power_of_two(), "the capacity of a ring is a power of two") };
            let slots = sys::array![Slot::new(); N];
            Self {
                queue: Queue::new(slots, N, 1, Ticket::at(position)),
                split: Atomic::new(false),
            }
        }
    }

    /// Returns a first producer, to be cloned for more, and the consumer.
    ///
    /// # Errors
    ///
    /// [`AlreadySplit`] from the second call on, also after all handles are gone.
    pub fn split(&self) -> Result<(Producer<&Self>, Consumer<&Self>), AlreadySplit> {
        if self.split.swap(true, SPLIT) {
            return Err(AlreadySplit);
        }
        Ok((Producer::first(self), Consumer::only(self)))
    }

    /// Returns a first producer and the consumer, any number of times: the ring is borrowed exclusively, so all
    /// earlier handles are gone.
    ///
    /// Opens the ring again if it was closed. Drops the values that forgotten handles have left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::Ring;
    /// let mut ring = Ring::<u32, 4>::new();
    /// for round in 0..3 {
    ///     let (producer, mut consumer) = ring.split_mut();
    ///     producer.try_send(round)?;
    ///     assert_eq!(consumer.try_recv(), Ok(round));
    /// }
    /// # Ok::<(), latchfree::mpsc::TrySendError<u32>>(())
    /// ```
    pub fn split_mut(&mut self) -> (Producer<&Self>, Consumer<&Self>) {
        self.queue.reset();
        self.split.store(true, SPLIT);
        (Producer::first(&*self), Consumer::only(&*self))
    }

    /// Returns how many values the ring holds at the most: `N`.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        N
    }
}

impl<T, const N: usize> Slots<T> for [Slot<T>; N] {
    #[inline(always)]
    fn slots(&self) -> &[Slot<T>] {
        self
    }

    #[inline(always)]
    fn capacity(&self) -> usize {
        N
    }
}

impl<T, const N: usize> Storage for &Ring<T, N> {
    type Value = T;
}

impl<T, const N: usize> Bounded for &Ring<T, N> {}

impl<T, const N: usize> SealedBounded for &Ring<T, N> {
    type Room = Queue<T, [Slot<T>; N]>;

    fn room(&self) -> &Self::Room {
        &self.queue
    }
}

impl<T, const N: usize> Sealed<T> for &Ring<T, N> {
    type Queue = Queue<T, [Slot<T>; N]>;

    #[inline(always)]
    fn queue(&self) -> &Self::Queue {
        &self.queue
    }
}

impl<T, const N: usize> Default for Ring<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> fmt::Debug for Ring<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (len, capacity) = (self.queue.len(), N);
        f.debug_struct("Ring").field("len", &len).field("capacity", &capacity).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mpsc::TrySendError;
    use std::format;

    #[test]
    fn shared_ring_is_split_once() {
        let ring = Ring::<u8, 2>::default();
        let handles = ring.split().unwrap();
        assert_eq!(ring.split().unwrap_err(), AlreadySplit);
        drop(handles);
        assert_eq!(ring.split().unwrap_err(), AlreadySplit);
    }

    /// Values that forgotten handles left go, and the next handles find an open and empty ring.
    #[test]
    fn split_mut_begins_anew() {
        let value = std::rc::Rc::new(());
        let mut ring = Ring::<_, 2>::new();
        for round in 0..3 {
            let (producer, consumer) = ring.split_mut();
            assert_eq!((producer.is_closed(), consumer.position()), (false, 2 * round));
            assert_eq!(producer.try_send(std::rc::Rc::clone(&value)), Ok(2 * round));
            assert!(producer.try_send(std::rc::Rc::clone(&value)).is_ok());
            assert!(producer.try_send(std::rc::Rc::clone(&value)).is_err_and(|e| e.is_full()));
            core::mem::forget((producer, consumer));
        }
        assert_eq!(std::rc::Rc::strong_count(&value), 3);
        assert_eq!(ring.split().unwrap_err(), AlreadySplit);
        drop(ring.split_mut());
        assert_eq!(std::rc::Rc::strong_count(&value), 1);
    }

    #[test]
    fn ring_holds_its_capacity() {
        static RING: Ring<u16, 1> = Ring::starting_at((1 << 62) - 1);
        let (producer, mut consumer) = RING.split().unwrap();
        assert_eq!((RING.capacity(), producer.capacity(), consumer.capacity()), (1, 1, 1));
        assert_eq!(Ring::<u16, 8>::new().capacity(), 8);
        for value in 0..5 {
            assert!(producer.try_send(value).is_ok());
            assert_eq!(producer.try_send(99), Err(TrySendError::Full(99)));
            assert_eq!(format!("{RING:?}"), "Ring { len: 1, capacity: 1 }");
            assert_eq!(consumer.try_recv(), Ok(value));
        }
    }

    /// No producer is stopped between claim and publication, so all values are dropped with the ring.
    #[test]
    fn dropped_ring_drops_its_values() {
        let value = std::rc::Rc::new(());
        let ring = Ring::<_, 4>::starting_at((1 << 62) - 2);
        let (producer, consumer) = ring.split().unwrap();
        core::mem::forget(consumer);
        for _ in 0..3 {
            producer.try_send(std::rc::Rc::clone(&value)).unwrap();
        }
        drop(producer);
        assert_eq!(std::rc::Rc::strong_count(&value), 4);
        drop(ring);
        assert_eq!(std::rc::Rc::strong_count(&value), 1);
    }

    #[test]
    fn handles_go_to_other_threads() {
        fn goes<T: Send>(_: &T) {}
        let ring = Ring::<core::cell::Cell<u8>, 2>::new();
        let (producer, consumer) = ring.split().unwrap();
        goes(&(producer, consumer));
    }
}
