//! What a job runs on.
//!
//! The job itself is written against these traits once. [`LockFree`] is this crate; the baselines are what the
//! standard library and crossbeam offer for the same things, and use nothing of this crate. The traits know
//! neither the job nor the format of its log.
//!
//! The largest part is the *transport*: it brings the frames of many writers into one order, and to the one
//! flusher. What it does before and after that is the same for all: a writer hands it a record, and gets a ticket
//! to wait for; the flusher gets bytes that can be written as they are, and the lengths of the frames in them.

mod channel;
#[cfg(test)]
mod contract;
mod frames;
mod lock_free;
mod locked;

pub use self::channel::Channel;
pub use self::frames::Frames;
pub use self::lock_free::LockFree;
pub use self::locked::Locked;

use bytemuck::NoUninit;
use std::ops::Range;
use std::time::Duration;

/// A set of primitives.
pub trait Primitives: 'static {
    const NAME: &'static str;

    type Writer<F: Framed>: Writer<F>;
    type Flusher<F: Framed>: Flusher;
    type Position: Position;
    type Numbers: Numbers;
    type Count: Count;
    type SnapshotCell<T: NoUninit + Send>: SnapshotCell<T>;

    /// A transport, whose first record gets the number `first`. It is closed when its flusher, or its last writer,
    /// is dropped.
    fn transport<F: Framed>(shape: Shape, first: u64) -> (Vec<Self::Writer<F>>, Self::Flusher<F>);
}

/// What a transport is for.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub room: Room,
    pub writers: usize,
    /// The records that a writer appends in one step, at the most.
    pub together: usize,
}

/// What there is room for between the writers and the disk.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub bytes: usize,
    pub records: usize,
}

/// A record that knows how it is framed.
pub trait Framed: Copy + Send {
    /// How long its frame is. At least one byte.
    fn frame_len(&self) -> usize;
    /// Does what can be done before the number is known. A transport where other writers wait while one frames its
    /// records calls it before that.
    fn prepare(&mut self);
    /// Writes its frame, of exactly that length.
    fn write_to(&self, number: u64, out: &mut impl Sink);
    /// Writes a frame of `length` bytes for a record that was given up.
    fn write_filler(number: u64, length: usize, out: &mut impl Sink);
}

/// Where a frame is written to.
pub trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// One writer's end of a transport.
pub trait Writer<F>: Send {
    /// Appends records, at least one, in one step, if there is room for all. Returns the ticket of the last.
    fn try_append(&mut self, records: &mut [F]) -> Result<u64, TryAppendError>;
    /// Appends records, at least one, in one step; blocks until there is room. Returns the ticket of the last.
    fn append(&mut self, records: &mut [F]) -> Result<u64, Closed>;
    /// This writer's records with a ticket up to here are durable.
    fn durable(&self) -> u64;
    /// Blocks until the record with this ticket is durable, and returns [`durable`](Self::durable).
    fn wait_durable(&self, ticket: u64) -> Result<u64, Closed>;
    /// Begins to append the record, and gives up. What is appended as a whole has no such state, and does nothing.
    fn give_up(&mut self, _record: &F) {}
}

/// Why a record was not appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryAppendError {
    Full,
    Closed,
}

/// The flusher's end of a transport.
pub trait Flusher: Send {
    /// Blocks until there is a frame. Returns `false` when no more will come.
    fn wait(&mut self) -> bool;
    /// The frames that follow, some of those that are there, within the limit if one record is; blocks until there is
    /// one. Nothing, when no more will come.
    fn next_batch(&mut self, limit: Room) -> Option<impl Batch>;
}

/// Frames, one after another, that the flusher makes durable.
pub trait Batch {
    /// Their bytes, in two parts: frames may lie across the border.
    fn slices(&self) -> [&[u8]; 2];
    /// The lengths of the frames, in order.
    fn lengths(&self) -> impl Iterator<Item = u64>;
    /// Their bytes are not needed any more, and all of them are durable.
    fn release(self);
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
