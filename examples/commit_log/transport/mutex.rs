//! The baseline of locks: what one writes with the standard library alone.
//!
//! Written with some care, to be a fair opponent: the receiver takes the whole queue in one swap,
//! nobody is notified who does not wait (a notification is a system call), and not under the lock.

use super::{Board, Count, LocalCount, Position, Receiver, Sender, Sent, Transport};
use crate::format::frame::Record;
use crate::run::snapshot::Snapshot;
use crossbeam_utils::CachePadded;
use latchfree::watermark::{Closed, WaitTimeoutError};
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub struct Mutexes;

impl Transport for Mutexes {
    const NAME: &'static str = "mutex and condvar";

    type Sender<'a> = QueueSender<'a>;
    type Receiver<'a> = QueueReceiver<'a>;
    type Position = LockedPosition;
    type Count = CachePadded<AtomicU64>;
    type Board = Mutex<Snapshot>;

    fn queue<'a>(capacity: usize) -> (Self::Sender<'a>, Self::Receiver<'a>) {
        let state = State {
            records: Vec::with_capacity(capacity),
            senders: 1,
            closed: false,
            receiver_sleeps: false,
            sleeping_senders: 0,
        };
        let queue = Arc::new(Queue {
            state: Mutex::new(state),
            capacity,
            filled: Condvar::new(),
            emptied: Condvar::new(),
        });
        (QueueSender(Arc::clone(&queue)), QueueReceiver(queue))
    }
}

/// Nothing panics under these locks, so none is poisoned.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sleep<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

struct Queue<'a> {
    state: Mutex<State<'a>>,
    capacity: usize,
    filled: Condvar,
    emptied: Condvar,
}

struct State<'a> {
    records: Vec<Record<'a>>,
    senders: usize,
    /// The receiver is gone.
    closed: bool,
    receiver_sleeps: bool,
    sleeping_senders: usize,
}

pub struct QueueSender<'a>(Arc<Queue<'a>>);

impl<'a> Sender<'a> for QueueSender<'a> {
    fn send(&self, record: Record<'a>) -> Result<Sent, Record<'a>> {
        let queue = &*self.0;
        let mut sent = Sent::AtOnce;
        let mut state = lock(&queue.state);
        while state.records.len() >= queue.capacity && !state.closed {
            sent = Sent::AfterWaiting;
            state.sleeping_senders += 1;
            state = sleep(&queue.emptied, state);
            state.sleeping_senders -= 1;
        }
        if state.closed {
            return Err(record);
        }
        state.records.push(record);
        let wake = mem::take(&mut state.receiver_sleeps);
        drop(state);
        if wake {
            queue.filled.notify_one();
        }
        Ok(sent)
    }
}

impl Clone for QueueSender<'_> {
    fn clone(&self) -> Self {
        lock(&self.0.state).senders += 1;
        Self(Arc::clone(&self.0))
    }
}

impl Drop for QueueSender<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).senders -= 1;
        self.0.filled.notify_one();
    }
}

pub struct QueueReceiver<'a>(Arc<Queue<'a>>);

impl<'a> Receiver<'a> for QueueReceiver<'a> {
    /// Takes everything, which the queue's capacity bounds.
    fn receive(&mut self, batch: &mut Vec<Record<'a>>, _max: usize) -> bool {
        let queue = &*self.0;
        let mut state = lock(&queue.state);
        while state.records.is_empty() && state.senders > 0 {
            state.receiver_sleeps = true;
            state = sleep(&queue.filled, state);
        }
        mem::swap(&mut state.records, batch);
        let wake = state.sleeping_senders > 0;
        drop(state);
        if wake {
            queue.emptied.notify_all();
        }
        !batch.is_empty()
    }
}

impl Drop for QueueReceiver<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).closed = true;
        self.0.emptied.notify_all();
    }
}

/// A position under a lock.
pub struct LockedPosition {
    state: Mutex<PositionState>,
    moved: Condvar,
}

struct PositionState {
    position: u64,
    closed: bool,
    sleepers: usize,
}

impl Position for LockedPosition {
    fn new(position: u64) -> Self {
        let state = PositionState { position, closed: false, sleepers: 0 };
        Self { state: Mutex::new(state), moved: Condvar::new() }
    }

    fn advance_to(&self, position: u64) {
        let mut state = lock(&self.state);
        state.position = state.position.max(position);
        let wake = state.sleepers > 0;
        drop(state);
        if wake {
            self.moved.notify_all();
        }
    }

    fn get(&self) -> u64 {
        lock(&self.state).position
    }

    fn wait_for(&self, at_least: u64) -> Result<u64, Closed> {
        let mut state = lock(&self.state);
        while state.position < at_least {
            if state.closed {
                return Err(Closed);
            }
            state.sleepers += 1;
            state = sleep(&self.moved, state);
            state.sleepers -= 1;
        }
        Ok(state.position)
    }

    fn wait_for_timeout(&self, at_least: u64, timeout: Duration) -> Result<u64, WaitTimeoutError> {
        let deadline = Instant::now() + timeout;
        let mut state = lock(&self.state);
        while state.position < at_least {
            let left = deadline.saturating_duration_since(Instant::now());
            if state.closed {
                return Err(WaitTimeoutError::Closed);
            }
            if left.is_zero() {
                return Err(WaitTimeoutError::Timeout);
            }
            state.sleepers += 1;
            let slept = self.moved.wait_timeout(state, left);
            state = slept.unwrap_or_else(PoisonError::into_inner).0;
            state.sleepers -= 1;
        }
        Ok(state.position)
    }

    fn close(&self) {
        lock(&self.state).closed = true;
        self.moved.notify_all();
    }
}

impl Count for CachePadded<AtomicU64> {
    type Local<'a> = &'a AtomicU64;

    fn local(&self) -> &AtomicU64 {
        self
    }

    fn sum(&self) -> u64 {
        self.load(Ordering::Relaxed)
    }
}

impl LocalCount for &AtomicU64 {
    #[inline]
    fn add(&self, n: u64) {
        self.fetch_add(n, Ordering::Relaxed);
    }
}

impl Board for Mutex<Snapshot> {
    fn new(snapshot: Snapshot) -> Self {
        Self::new(snapshot)
    }

    fn publish(&self, snapshot: Snapshot) {
        *lock(self) = snapshot;
    }

    fn read(&self) -> Snapshot {
        *lock(self)
    }
}
