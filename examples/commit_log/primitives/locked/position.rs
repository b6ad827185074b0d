//! A position under a lock.

use super::super::{Closed, Position, WaitTimeoutError};
use super::{lock, wait};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub struct LockedPosition {
    state: Mutex<State>,
    moved: Condvar,
}

struct State {
    position: u64,
    closed: bool,
    waiters: usize,
}

impl Position for LockedPosition {
    fn new(position: u64) -> Self {
        let state = State { position, closed: false, waiters: 0 };
        Self { state: Mutex::new(state), moved: Condvar::new() }
    }

    fn advance_to(&self, position: u64) {
        let mut state = lock(&self.state);
        state.position = state.position.max(position);
        let wake = state.waiters > 0;
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
            state.waiters += 1;
            state = wait(&self.moved, state);
            state.waiters -= 1;
        }
        Ok(state.position)
    }

    fn wait_for_timeout(&self, at_least: u64, timeout: Duration) -> Result<u64, WaitTimeoutError> {
        let deadline = Instant::now() + timeout;
        let mut state = lock(&self.state);
        while state.position < at_least {
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
        Ok(state.position)
    }

    fn close(&self) {
        lock(&self.state).closed = true;
        self.moved.notify_all();
    }
}
