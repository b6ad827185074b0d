//! The set of primitives that a job runs on.
//!
//! The job itself is written against these traits once. [`LockFree`] is this crate; the baselines are what the
//! standard library and crossbeam offer for the same things, and use nothing of this crate. The traits know
//! neither the job nor the format of its log.

mod channel;
#[cfg(test)]
mod contract;
mod lock_free;
mod locked;

pub use self::channel::Channel;
pub use self::lock_free::LockFree;
pub use self::locked::Locked;

use bytemuck::NoUninit;
use std::ops::Range;
use std::time::Duration;

/// A set of primitives.
pub trait Primitives: 'static {
    const NAME: &'static str;

    type Sender<T: Send>: Sender<T>;
    type Receiver<T: Send>: Receiver<T>;
    type Position: Position;
    type Numbers: Numbers;
    type Semaphore: Semaphore;
    type Count: Count;
    type SnapshotCell<T: NoUninit + Send>: SnapshotCell<T>;

    /// A bounded queue. It is closed when its receiver, or its last sender, is dropped.
    fn queue<T: Send>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>);
}

/// The producers' end of a queue.
pub trait Sender<T>: Clone + Send {
    /// Sends a value, blocking while the queue is full; gives it back if the queue is closed.
    fn send(&self, value: T) -> Result<Sent, T>;
}

/// How a value got into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Immediately,
    AfterWaiting,
}

/// The consumer's end of a queue.
pub trait Receiver<T>: Send {
    /// Receives what is there, about `max` values, into the empty `batch`; blocks until there is
    /// something. Returns `false` when nothing more will come.
    fn receive(&mut self, batch: &mut Vec<T>, max: usize) -> bool;
}

/// A position that only moves forward, on which threads wait.
pub trait Position: Send + Sync {
    fn new(position: u64) -> Self;
    fn advance_to(&self, position: u64);
    fn get(&self) -> u64;
    /// Blocks until the position is `at_least` that, and returns it.
    fn wait_for(&self, at_least: u64) -> Result<u64, Closed>;
    fn wait_for_timeout(&self, at_least: u64, timeout: Duration) -> Result<u64, WaitTimeoutError>;
    /// Ends all waits for positions that are not reached.
    fn close(&self);
}

/// The primitive was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// Why a wait with a time limit ended without its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitTimeoutError {
    Timeout,
    Closed,
}

/// Numbers that are handed out once.
pub trait Numbers: Send + Sync {
    fn starting_at(first: u64) -> Self;
    /// Hands out the next `count` numbers.
    fn reserve(&self, count: u64) -> Range<u64>;
    /// Hands out nothing below `first` from now on.
    fn skip_to(&self, first: u64);
}

/// A bounded number of permits.
pub trait Semaphore: Send + Sync {
    type Permit<'a>: Permit
    where
        Self: 'a;

    fn new(limit: u64) -> Self;
    /// Takes `count` permits, not more than there are at all, if they are available.
    fn try_acquire(&self, count: u64) -> Result<Self::Permit<'_>, TryAcquireError>;
    /// Takes `count` permits, not more than there are at all; blocks until they are available.
    fn acquire(&self, count: u64) -> Result<Self::Permit<'_>, Closed>;
    /// Grants no permits any more.
    fn close(&self);
}

/// Permits that are in use. They are given back when dropped.
pub trait Permit: Send + Sized {
    /// Adds the permits of `other`, which are of the same semaphore.
    fn merge(&mut self, other: Self);
    /// Splits `count` of them off; `None` if there are fewer.
    fn split(&mut self, count: u64) -> Option<Self>;
}

/// Why no permits were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    NoPermits,
    Closed,
}

/// A statistics counter.
pub trait Count: Default + Sync {
    type Local<'a>: LocalCount
    where
        Self: 'a;

    /// One thread's way to add.
    fn local(&self) -> Self::Local<'_>;
    fn sum(&self) -> u64;
}

/// One thread's way to add to a counter.
pub trait LocalCount: Send {
    fn add(&self, n: u64);
}

/// A value that one thread replaces as a whole, and others read.
pub trait SnapshotCell<T>: Sync {
    fn new(snapshot: T) -> Self;
    fn publish(&self, snapshot: T);
    fn read(&self) -> T;
}
