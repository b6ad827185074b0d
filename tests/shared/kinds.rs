//! Queues of each kind, in tests that use all: producers of an unbounded one have the same calls, and never wait.

use latchfree::mpsc::{Consumer, Producer, Ring, Storage};
#[cfg(feature = "alloc")]
use latchfree::mpsc::{Heap, Unbounded};
#[cfg(feature = "std")]
use latchfree::mpsc::{SendError, SendManyError, SendTimeoutError};
#[cfg(feature = "std")]
use std::{ops::Range, time::Duration};

/// A kind of queue.
#[allow(dead_code, reason = "no test uses all")]
pub(crate) trait Kind: Storage {
    /// The capacity that the producer tells; `None` if it is unbounded.
    fn producers_capacity(producer: &Producer<Self>) -> Option<usize>;

    /// The capacity that the consumer tells.
    fn consumers_capacity(consumer: &Consumer<Self>) -> Option<usize>;

    #[cfg(feature = "std")]
    fn send(producer: &Producer<Self>, value: Self::Value) -> Result<u64, SendError<Self::Value>>;

    #[cfg(feature = "std")]
    fn send_timeout(
        producer: &Producer<Self>,
        value: Self::Value,
        timeout: Duration,
    ) -> Result<u64, SendTimeoutError<Self::Value>>;

    #[cfg(feature = "std")]
    fn send_many<I: IntoIterator<Item = Self::Value, IntoIter: ExactSizeIterator>>(
        producer: &Producer<Self>,
        items: I,
    ) -> Result<Range<u64>, SendManyError<I::IntoIter>>;
}

macro_rules! sends {
    () => {
        #[cfg(feature = "std")]
        fn send(
            producer: &Producer<Self>,
            value: Self::Value,
        ) -> Result<u64, SendError<Self::Value>> {
            producer.send(value)
        }

        #[cfg(feature = "std")]
        fn send_many<I: IntoIterator<Item = Self::Value, IntoIter: ExactSizeIterator>>(
            producer: &Producer<Self>,
            items: I,
        ) -> Result<Range<u64>, SendManyError<I::IntoIter>> {
            producer.send_many(items)
        }
    };
}

macro_rules! bounded {
    () => {
        fn producers_capacity(producer: &Producer<Self>) -> Option<usize> {
            Some(producer.capacity())
        }

        fn consumers_capacity(consumer: &Consumer<Self>) -> Option<usize> {
            Some(consumer.capacity())
        }

        #[cfg(feature = "std")]
        fn send_timeout(
            producer: &Producer<Self>,
            value: Self::Value,
            timeout: Duration,
        ) -> Result<u64, SendTimeoutError<Self::Value>> {
            producer.send_timeout(value, timeout)
        }

        sends!();
    };
}

impl<T, const N: usize> Kind for &Ring<T, N> {
    bounded!();
}

#[cfg(feature = "alloc")]
impl<T> Kind for Heap<T> {
    bounded!();
}

#[cfg(feature = "alloc")]
impl<T> Kind for Unbounded<T> {
    fn producers_capacity(_: &Producer<Self>) -> Option<usize> {
        None
    }

    fn consumers_capacity(_: &Consumer<Self>) -> Option<usize> {
        None
    }

    #[cfg(feature = "std")]
    fn send_timeout(
        producer: &Producer<Self>,
        value: Self::Value,
        _: Duration,
    ) -> Result<u64, SendTimeoutError<Self::Value>> {
        Ok(producer.send(value)?)
    }

    sends!();
}
