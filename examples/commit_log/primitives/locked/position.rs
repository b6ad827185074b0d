//! A position under a lock, which can be read without it.

use super::super::{Closed, Position, WaitTimeoutError};
use super::{lock, wait};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub struct LockedPosition {
    /// Changes only under the lock.
    position: AtomicU64,
    state: Mutex<State>,
    moved: Condvar,
}

struct State {
    closed: bool,
    waiters: usize,
}

impl Position for LockedPosition {
    fn new(position: u64) -> Self {
        let state = State { closed: false, waiters: 0 };
        Self { position: AtomicU64::new(position), state: Mutex::new(state), moved: Condvar::new() }
    }

    fn advance_to(&self, position: u64) {
        let state = lock(&self.state);
        self.position.fetch_max(position, Ordering::Release);
        let wake = state.waiters > 0;
        drop(state);
        if wake {
            self.moved.notify_all();
        }
    }

    #[inline]
    fn get(&self) -> u64 {
        self.position.load(Ordering::Acquire)
    }

    fn wait_for(&self, at_least: u64) -> Result<u64, Closed> {
        let mut state = lock(&self.state);
        while self.get() < at_least {
            if state.closed {
                return Err(Closed);
            }
            state.waiters += 1;
            state = wait(&self.moved, state);
            state.waiters -= 1;
        }
        Ok(self.get())
    }

    fn wait_for_timeout(&self, at_least: u64, timeout: Duration) -> Result<u64, WaitTimeoutError> {
        let deadline = Instant::now() + timeout;
        let mut state = lock(&self.state);
        while self.get() < at_least {
            let remaining = deadline.saturating_duration_since(Instant::now());
            if state.closed {
                return Err(WaitTimeoutError::Closed);
            }
            if remaining.is_zero() {
                return Err(WaitTimeoutError::Timeout);
            }
            state.waiters += 1;
            let waited = self.moved.wait_timeout(state, remaining);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.waiters -= 1;
        }
        Ok(self.get())
    }

    fn close(&self) {
        lock(&self.state).closed = true;
        self.moved.notify_all();
    }
}
