//! This crate.

mod buffer;

use self::buffer::{BufferFlusher, BufferWriter};
use super::{
    Closed, Count, Framed, LocalCount, Numbers, Position, Primitives, Shape, SnapshotCell,
    WaitTimeoutError,
};
use bytemuck::NoUninit;
use latchfree::counter::{Counter, Local};
use latchfree::seqlock::SeqLock;
use latchfree::sequence::Sequence;
use latchfree::watermark::{self, Watermark};
use std::ops::Range;
use std::time::Duration;

pub struct LockFree;

/// Threads that count at a time without a locked instruction.
const SLOTS: usize = 16;

impl Primitives for LockFree {
    const NAME: &'static str = "latchfree";

    type Writer<F: Framed> = BufferWriter;
    type Flusher<F: Framed> = BufferFlusher<F>;
    type Position = Watermark;
    type Numbers = Sequence;
    type Count = Counter<SLOTS>;
    type SnapshotCell<T: NoUninit + Send> = SeqLock<T>;

    fn transport<F: Framed>(shape: Shape, first: u64) -> (Vec<BufferWriter>, BufferFlusher<F>) {
        buffer::transport(shape, first)
    }
}

impl Position for Watermark {
    fn new(position: u64) -> Self {
        Self::new(position)
    }

    fn advance_to(&self, position: u64) {
        self.advance_to(position);
    }

    #[inline]
    fn get(&self) -> u64 {
        self.get()
    }

    fn wait_for(&self, at_least: u64) -> Result<u64, Closed> {
        self.wait_for(at_least).map_err(|watermark::Closed| Closed)
    }

    fn wait_for_timeout(&self, at_least: u64, timeout: Duration) -> Result<u64, WaitTimeoutError> {
        self.wait_for_timeout(at_least, timeout).map_err(|error| match error {
            watermark::WaitTimeoutError::Timeout => WaitTimeoutError::Timeout,
            watermark::WaitTimeoutError::Closed => WaitTimeoutError::Closed,
        })
    }

    fn close(&self) {
        self.close();
    }
}

impl Numbers for Sequence {
    fn starting_at(first: u64) -> Self {
        Self::starting_at(first)
    }

    /// None, when the sequence is exhausted.
    fn reserve(&self, count: u64) -> Range<u64> {
        self.reserve(count).unwrap_or_default()
    }

    fn skip_to(&self, first: u64) {
        if let Some(last_skipped) = first.checked_sub(1) {
            self.observe(last_skipped);
        }
    }
}

impl Count for Counter<SLOTS> {
    type Local<'a> = Local<'a, u64>;

    fn local(&self) -> Local<'_, u64> {
        self.local()
    }

    fn sum(&self) -> u64 {
        self.sum()
    }
}

impl LocalCount for Local<'_, u64> {
    #[inline]
    fn add(&self, n: u64) {
        self.add(n);
    }
}

impl<T: NoUninit + Send> SnapshotCell<T> for SeqLock<T> {
    fn new(snapshot: T) -> Self {
        Self::new(snapshot)
    }

    fn publish(&self, snapshot: T) {
        self.write(snapshot);
    }

    fn read(&self) -> T {
        self.read()
    }
}
