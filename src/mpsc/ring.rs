//! The queue that lies where you put it.

use super::backing::Hold;
use super::queue::{Queue, Slots};
use super::slot::Slot;
use super::ticket::Ticket;
use super::{AlreadySplit, Consumer, Producer};
use crate::atomic::Atomic;
use crate::prim;
use core::fmt;

sites! {
    /// The first to split wins; the ring itself was shared with the others by other means.
    SPLIT: Relaxed,
}

/// A bounded queue of `N` places inline: no allocator, no `std`, usable in a `static`.
///
/// `N` is a power of two; anything else does not compile. [Split](Self::split) it once, into
/// producers and the one consumer.
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
/// What is in the ring when it is dropped is dropped with it. A `static` never is: there, what was
/// pushed and not received before the consumer was dropped is dropped by the consumer (but for a
/// push that is stalled at that very moment, whose value stays where it is).
pub struct Ring<T, const N: usize> {
    queue: Queue<T, [Slot<T>; N]>,
    split: Atomic<bool>,
}

impl<T, const N: usize> Ring<T, N> {
    prim::const_fn! {
        /// An empty ring.
        #[must_use]
        pub const fn new() -> Self {
            Self::starting_at(0)
        }
    }

    prim::const_fn! {
        /// An empty ring whose tickets start at `word`, for tests to start shortly before the wrap.
        #[doc(hidden)]
        #[must_use]
        pub const fn starting_at(word: u64) -> Self {
            const { assert!(N.is_power_of_two(), "the capacity of a ring is a power of two") };
            let slots = prim::array![Slot::new(); N];
            Self {
                queue: Queue::new(slots, N, 1, Ticket::starting_at(word)),
                split: Atomic::new(false),
            }
        }
    }

    /// A first producer, to be cloned for more, and the consumer.
    ///
    /// # Errors
    ///
    /// [`AlreadySplit`] the second time, and for ever: also after all handles are gone.
    pub fn split(&self) -> Result<(Producer<&Self>, Consumer<&Self>), AlreadySplit> {
        if self.split.swap(true, SPLIT) {
            return Err(AlreadySplit);
        }
        Ok((Producer::first(self), Consumer::only(self)))
    }

    /// How many values it holds at the most: `N`.
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

impl<T, const N: usize> Hold for &Ring<T, N> {
    type Value = T;
    type Slots = [Slot<T>; N];

    #[inline(always)]
    fn queue(&self) -> &Queue<T, [Slot<T>; N]> {
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
