//! Where a queue lives, and how its handles hold it.

use super::queue::{Queue, Slots};

/// How a [`Producer`](super::Producer) or [`Consumer`](super::Consumer) holds its queue: as
/// `&Ring<T, N>` or as [`Heap<T>`](super::Heap). Sealed.
pub trait Backing: Clone + Hold<Value = <Self as Backing>::Item> {
    /// The values of the queue.
    type Item;
}

/// The private half of [`Backing`].
pub trait Hold {
    /// The same as [`Backing::Item`].
    type Value;
    /// The slots of the queue.
    type Slots: Slots<Self::Value>;

    /// Returns the queue itself.
    fn queue(&self) -> &Queue<Self::Value, Self::Slots>;
}

impl<B: Hold + Clone> Backing for B {
    type Item = B::Value;
}
