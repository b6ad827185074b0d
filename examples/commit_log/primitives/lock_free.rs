//! This crate.

use super::{
    Closed, Count, LocalCount, Numbers, Permit, Position, Primitives, Receiver, Semaphore, Sender,
    Sent, SnapshotCell, TryAcquireError, WaitTimeoutError,
};
use bytemuck::NoUninit;
use latchfree::counter::{Counter, Local};
use latchfree::mpsc::{self, TrySendError};
use latchfree::semaphore;
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

    type Sender<T: Send> = mpsc::Sender<T>;
    type Receiver<T: Send> = mpsc::Receiver<T>;
    type Position = Watermark;
    type Numbers = Sequence;
    type Semaphore = semaphore::Semaphore;
    type Count = Counter<SLOTS>;
    type SnapshotCell<T: NoUninit + Send> = SeqLock<T>;

    fn queue<T: Send>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
        mpsc::bounded(capacity)
    }
}

impl<T: Send> Sender<T> for mpsc::Sender<T> {
    #[inline]
    fn send(&self, value: T) -> Result<Sent, T> {
        match self.try_send(value) {
            Ok(_) => Ok(Sent::Immediately),
            Err(TrySendError::Closed(value)) => Err(value),
            Err(TrySendError::Full(value)) => match self.send(value) {
                Ok(_) => Ok(Sent::AfterWaiting),
                Err(error) => Err(error.into_inner()),
            },
        }
    }
}

impl<T: Send> Receiver<T> for mpsc::Receiver<T> {
    fn receive(&mut self, batch: &mut Vec<T>, max: usize) -> bool {
        self.recv_many(batch, max).is_ok()
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

/// What to say to a caller that asks for more than there is.
const TOO_MANY: &str = "more permits were asked for than there are at all";

impl Semaphore for semaphore::Semaphore {
    type Permit<'a> = semaphore::Permit<'a>;

    fn new(limit: u64) -> Self {
        Self::new(limit)
    }

    fn try_acquire(&self, count: u64) -> Result<semaphore::Permit<'_>, TryAcquireError> {
        self.try_acquire(count).map_err(|error| match error {
            semaphore::TryAcquireError::NoPermits => TryAcquireError::NoPermits,
            semaphore::TryAcquireError::Closed => TryAcquireError::Closed,
            semaphore::TryAcquireError::TooMany => panic!("{TOO_MANY}"),
        })
    }

    fn acquire(&self, count: u64) -> Result<semaphore::Permit<'_>, Closed> {
        self.acquire(count).map_err(|error| match error {
            semaphore::AcquireError::Closed => Closed,
            semaphore::AcquireError::TooMany => panic!("{TOO_MANY}"),
        })
    }

    fn close(&self) {
        self.close();
    }
}

impl Permit for semaphore::Permit<'_> {
    fn merge(&mut self, other: Self) {
        self.merge(other).expect("they are of one semaphore");
    }

    fn split(&mut self, count: u64) -> Option<Self> {
        self.split(count)
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
