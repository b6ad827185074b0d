//! Values of 64 bytes that many read and few write.

use arc_swap::ArcSwap;
use std::sync::{Arc, Mutex, RwLock};

/// The value of each cell.
pub type Value = [u64; 8];

/// A cell: a value and its synchronization.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// Creates a cell with `value` in it.
    fn new(value: Value) -> Self;
    /// Returns a copy of the value.
    fn read(&self) -> Value;
    /// Returns what replaces the value. Only one at a time is asked for.
    fn writer(&self) -> impl FnMut(Value) + Send;
}

/// Writes an adapter whose three methods are one expression each.
macro_rules! peer {
    ($(#[$doc:meta])* $peer:ident($inner:ty), $name:literal,
     new $new:expr, read $read:expr, write $write:expr $(,)?) => {
        $(#[$doc])*
        pub struct $peer($inner);

        impl Peer for $peer {
            const NAME: &'static str = $name;

            fn new(value: Value) -> Self {
                let new: fn(Value) -> $inner = $new;
                Self(new(value))
            }
            #[inline]
            fn read(&self) -> Value {
                let read: fn(&$inner) -> Value = $read;
                read(&self.0)
            }
            #[inline]
            fn writer(&self) -> impl FnMut(Value) + Send {
                let write: fn(&$inner, Value) = $write;
                move |value| write(&self.0, value)
            }
        }
    };
}

peer! {
    /// Ours.
    SeqLock(latchfree::seqlock::SeqLock<Value>), "latchfree SeqLock",
    new latchfree::seqlock::SeqLock::new, read |lock| lock.read(), write |lock, value| lock.write(value),
}

/// Ours, written through the one handle.
pub struct SeqCell(latchfree::seqlock::SeqCell<Value>);

impl Peer for SeqCell {
    const NAME: &'static str = "latchfree SeqCell";

    fn new(value: Value) -> Self {
        Self(latchfree::seqlock::SeqCell::new(value))
    }
    #[inline]
    fn read(&self) -> Value {
        self.0.read()
    }
    #[inline]
    fn writer(&self) -> impl FnMut(Value) + Send {
        let mut writer = self.0.writer().expect("there is one at a time");
        move |value| writer.write(value)
    }
}

peer! {
    /// Ours, in two copies.
    SeqLatch(latchfree::seqlock::SeqLatch<Value>), "latchfree SeqLatch",
    new latchfree::seqlock::SeqLatch::new, read |latch| latch.read(), write |latch, value| latch.write(value),
}
peer! {
    /// The crate of that name: volatile copies and a mutex for writers.
    SeqlockCrate(seqlock::SeqLock<Value>), "seqlock 0.2",
    new seqlock::SeqLock::new, read |lock| lock.read(), write |lock, value| *lock.lock_write() = value,
}
peer! {
    /// Crossbeam's: one of 67 sequence locks for all cells.
    AtomicCell(crossbeam_utils::atomic::AtomicCell<Value>), "crossbeam AtomicCell",
    new crossbeam_utils::atomic::AtomicCell::new, read |cell| cell.load(), write |cell, value| cell.store(value),
}
peer! {
    /// A new allocation a write.
    Swap(ArcSwap<Value>), "arc-swap",
    new |value| ArcSwap::from_pointee(value), read |swap| **swap.load(), write |swap, value| swap.store(Arc::new(value)),
}
peer! {
    /// parking_lot's read-write lock.
    ParkingLot(parking_lot::RwLock<Value>), "parking_lot RwLock",
    new parking_lot::RwLock::new, read |lock| *lock.read(), write |lock, value| *lock.write() = value,
}
peer! {
    /// std's read-write lock.
    StdRwLock(RwLock<Value>), "std RwLock",
    new RwLock::new, read |lock| *lock.read().unwrap(), write |lock, value| *lock.write().unwrap() = value,
}
peer! {
    /// std's mutex.
    StdMutex(Mutex<Value>), "std Mutex",
    new Mutex::new, read |lock| *lock.lock().unwrap(), write |lock, value| *lock.lock().unwrap() = value,
}
