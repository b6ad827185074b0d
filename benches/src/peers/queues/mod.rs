//! Bounded queues, used by many producers and one consumer.
//!
//! [`drive`] runs them, the same way for all.

mod async_channels;
pub(super) mod channel;
mod channels;
pub mod drive;
mod limits;
mod ours;
mod rings;

pub use self::async_channels::{Rapidfire, TokioMpsc};
pub use self::channels::{CrossbeamChannel, Crossfire, Flume, Kanal, SyncChannel, ThingBufChannel};
pub use self::limits::{Rtrb, copies, fetch_adds};
pub use self::ours::Latchfree;
pub use self::rings::{ArrayQueue, ConcurrentQueue, NexusQueue, ThingBuf};

use crate::contend::retry;

/// What is sent: a payload that carries a number.
pub trait Value: Copy + Default + Send + Sync + 'static {
    /// Returns a payload that has this number in each of its words.
    fn numbered(number: u64) -> Self;
    /// Returns the sum of all its words, so that none of them is left behind.
    fn sum(&self) -> u64;
}

impl<const WORDS: usize> Value for [u64; WORDS]
where
    [u64; WORDS]: Default,
{
    #[inline]
    fn numbered(number: u64) -> Self {
        [number; WORDS]
    }
    #[inline]
    fn sum(&self) -> u64 {
        self.iter().fold(0, |sum, word| sum.wrapping_add(*word))
    }
}

/// A queue that can be tried. What fails is repeated, with the same back-off for all.
pub trait Peer<T: Value> {
    /// Its name in the record.
    const NAME: &'static str;
    /// The handle of one producer.
    type Producer: Send;
    /// The consumer's side.
    type Consumer: Send;

    /// Creates an empty queue for that many producers.
    fn new(capacity: usize, producers: usize) -> (Vec<Self::Producer>, Self::Consumer);
    /// Sends, if there is room.
    fn try_send(producer: &mut Self::Producer, value: T) -> bool;
    /// Receives, if there is a value.
    fn try_recv(consumer: &mut Self::Consumer) -> Option<T>;
}

/// A queue whose sends wait for room and whose receives wait for a value, in the peer's own way.
pub trait Waiting<T: Value>: Peer<T> {
    /// Sends, and waits for room.
    fn send(producer: &mut Self::Producer, value: T);
    /// Receives, and waits for a value.
    fn recv(consumer: &mut Self::Consumer) -> T;
    /// Sends one after the other.
    #[inline]
    fn send_all(producer: &mut Self::Producer, values: impl Iterator<Item = T>) {
        values.for_each(|value| Self::send(producer, value));
    }
    /// Receives that many, one after the other.
    #[inline]
    fn recv_all(consumer: &mut Self::Consumer, count: u64, mut each: impl FnMut(T)) {
        (0..count).for_each(|_| each(Self::recv(consumer)));
    }
}

/// A queue that receives, and perhaps sends, many values in one step.
pub trait Batching<T: Value>: Peer<T> {
    /// Sends the first of `values`, as many as one step can; returns how many. Peers that send one by one send one.
    #[inline]
    fn try_send_many(producer: &mut Self::Producer, values: &[T]) -> usize {
        values.first().map_or(0, |value| usize::from(Self::try_send(producer, *value)))
    }
    /// Receives about `most`, as many as there are; returns how many. Peers that receive into a vector receive into
    /// `scratch`, which is empty before and after.
    fn try_recv_many(
        consumer: &mut Self::Consumer,
        most: usize,
        scratch: &mut Vec<T>,
        each: impl FnMut(T),
    ) -> usize;
}

/// Gives all values of `scratch` to `each`, and returns how many those were.
fn empty<T>(scratch: &mut Vec<T>, each: impl FnMut(T)) -> usize {
    let count = scratch.len();
    scratch.drain(..).for_each(each);
    count
}

/// Sends one after the other, and repeats what fails.
#[inline]
fn try_send_all<P: Peer<T>, T: Value>(producer: &mut P::Producer, values: impl Iterator<Item = T>) {
    values.for_each(|value| retry(|| P::try_send(producer, value).then_some(())));
}

/// Receives that many one after the other, and repeats what fails.
#[inline]
fn try_recv_all<P: Peer<T>, T: Value>(
    consumer: &mut P::Consumer,
    count: u64,
    mut each: impl FnMut(T),
) {
    (0..count).for_each(|_| each(retry(|| P::try_recv(consumer))));
}
