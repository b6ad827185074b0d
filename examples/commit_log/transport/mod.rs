//! What a job runs on: a queue, a position to wait for, counters, and a place for a snapshot.
//!
//! The job itself is written against these traits once. [`LockFree`] is this crate; the baselines
//! are what the standard library and crossbeam offer for the same things.

mod channel;
#[cfg(test)]
mod contract;
mod lock_free;
mod mutex;

pub use self::channel::Channel;
pub use self::lock_free::LockFree;
pub use self::mutex::Mutexes;

use crate::format::frame::Record;
use crate::run::snapshot::Snapshot;
use latchfree::watermark::{Closed, WaitTimeoutError};
use std::time::Duration;

/// A set of things to run on.
pub trait Transport: 'static {
    const NAME: &'static str;

    type Sender<'a>: Sender<'a>;
    type Receiver<'a>: Receiver<'a>;
    type Position: Position;
    type Count: Count;
    type Board: Board;

    /// A bounded queue. It is closed when its receiver, or its last sender, is dropped.
    fn queue<'a>(capacity: usize) -> (Self::Sender<'a>, Self::Receiver<'a>);
}

/// The writers' end of the queue.
pub trait Sender<'a>: Clone + Send {
    /// Pushes a record, sleeping while the queue is full; gives it back if the queue is closed.
    fn send(&self, record: Record<'a>) -> Result<Sent, Record<'a>>;
}

/// How a record got into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    AtOnce,
    AfterWaiting,
}

/// The committer's end of the queue.
pub trait Receiver<'a>: Send {
    /// Takes what is there, about `max` records, into the empty `batch`; sleeps until there is
    /// something. Returns `false` when nothing more will come.
    fn receive(&mut self, batch: &mut Vec<Record<'a>>, max: usize) -> bool;
}

/// A position that only moves forward, on which threads wait.
pub trait Position: Send + Sync {
    fn new(position: u64) -> Self;
    fn advance_to(&self, position: u64);
    fn get(&self) -> u64;
    fn wait_for(&self, at_least: u64) -> Result<u64, Closed>;
    fn wait_for_timeout(&self, at_least: u64, timeout: Duration) -> Result<u64, WaitTimeoutError>;
    /// Ends all waits for positions that are not reached.
    fn close(&self);
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

/// A place where the committer leaves its newest snapshot for others.
pub trait Board: Sync {
    fn new(snapshot: Snapshot) -> Self;
    fn publish(&self, snapshot: Snapshot);
    fn read(&self) -> Snapshot;
}
