//! Values of some words that many read and few write.

use arc_swap::ArcSwap;
use std::sync::{Arc, Mutex, RwLock};

/// A cell: a value of that many words, and its synchronization.
pub trait Peer<const WORDS: usize>: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// Creates a cell with `value` in it.
    fn new(value: [u64; WORDS]) -> Self;
    /// Returns a copy of the value.
    fn read(&self) -> [u64; WORDS];
    /// Returns what replaces the value. Only one at a time is asked for, unless the peer is [`Shared`].
    fn writer(&self) -> impl FnMut([u64; WORDS]) + Send;
}

/// A cell that several threads may write.
pub trait Shared<const WORDS: usize>: Peer<WORDS> {}

/// Writes an adapter whose three methods are one expression each.
macro_rules! peer {
    ($(#[$doc:meta])* $peer:ident($inner:ty), $name:literal,
     new $new:expr, read $read:expr, write $write:expr $(,)?) => {
        $(#[$doc])*
        pub struct $peer<const N: usize>($inner);

        impl<const N: usize> Peer<N> for $peer<N> {
            const NAME: &'static str = $name;

            fn new(value: [u64; N]) -> Self {
                let new: fn([u64; N]) -> $inner = $new;
                Self(new(value))
            }
            #[inline]
            fn read(&self) -> [u64; N] {
                let read: fn(&$inner) -> [u64; N] = $read;
                read(&self.0)
            }
            #[inline]
            fn writer(&self) -> impl FnMut([u64; N]) + Send {
                let write: fn(&$inner, [u64; N]) = $write;
                move |value| write(&self.0, value)
            }
        }

        impl<const N: usize> Shared<N> for $peer<N> {}
    };
}

peer! {
    /// Ours.
    SeqLock(latchfree::seqlock::SeqLock<[u64; N]>), "latchfree SeqLock",
    new latchfree::seqlock::SeqLock::new, read |lock| lock.read(), write |lock, value| lock.write(value),
}

/// Ours, written through the one handle.
pub struct SeqCell<const N: usize>(latchfree::seqlock::SeqCell<[u64; N]>);

impl<const N: usize> Peer<N> for SeqCell<N> {
    const NAME: &'static str = "latchfree SeqCell";

    fn new(value: [u64; N]) -> Self {
        Self(latchfree::seqlock::SeqCell::new(value))
    }
    #[inline]
    fn read(&self) -> [u64; N] {
        self.0.read()
    }
    #[inline]
    fn writer(&self) -> impl FnMut([u64; N]) + Send {
        let mut writer = self.0.writer().expect("there is one at a time");
        move |value| writer.write(value)
    }
}

peer! {
    /// Ours, in two copies.
    SeqLatch(latchfree::seqlock::SeqLatch<[u64; N]>), "latchfree SeqLatch",
    new latchfree::seqlock::SeqLatch::new, read |latch| latch.read(), write |latch, value| latch.write(value),
}
peer! {
    /// The crate of that name: volatile copies and a mutex for writers.
    SeqlockCrate(seqlock::SeqLock<[u64; N]>), "seqlock 0.2",
    new seqlock::SeqLock::new, read |lock| lock.read(), write |lock, value| *lock.lock_write() = value,
}
peer! {
    /// Crossbeam's: the machine's atomics for a word, and one of 67 sequence locks for all larger cells.
    AtomicCell(crossbeam_utils::atomic::AtomicCell<[u64; N]>), "crossbeam AtomicCell",
    new crossbeam_utils::atomic::AtomicCell::new, read |cell| cell.load(), write |cell, value| cell.store(value),
}
peer! {
    /// A new allocation a write.
    Swap(ArcSwap<[u64; N]>), "arc-swap",
    new |value| ArcSwap::from_pointee(value), read |swap| **swap.load(), write |swap, value| swap.store(Arc::new(value)),
}
peer! {
    /// parking_lot's read-write lock.
    ParkingLot(parking_lot::RwLock<[u64; N]>), "parking_lot RwLock",
    new parking_lot::RwLock::new, read |lock| *lock.read(), write |lock, value| *lock.write() = value,
}
peer! {
    /// std's read-write lock.
    StdRwLock(RwLock<[u64; N]>), "std RwLock",
    new RwLock::new, read |lock| *lock.read().unwrap(), write |lock, value| *lock.write().unwrap() = value,
}
peer! {
    /// std's mutex.
    StdMutex(Mutex<[u64; N]>), "std Mutex",
    new Mutex::new, read |lock| *lock.lock().unwrap(), write |lock, value| *lock.lock().unwrap() = value,
}
