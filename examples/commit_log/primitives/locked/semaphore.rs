//! Permits under a lock.

use super::super::{Closed, Permit, Semaphore, TryAcquireError};
use super::{lock, wait};
use std::mem;
use std::sync::{Condvar, Mutex};

/// Wakes all waiters when permits come back, and the first to run takes them: there is no order.
pub struct LockedSemaphore {
    state: Mutex<State>,
    released: Condvar,
}

struct State {
    available: u64,
    closed: bool,
    waiters: usize,
}

impl LockedSemaphore {
    fn release(&self, count: u64) {
        let mut state = lock(&self.state);
        state.available += count;
        let wake = state.waiters > 0;
        drop(state);
        if wake {
            self.released.notify_all();
        }
    }

    fn permit(&self, count: u64) -> LockedPermit<'_> {
        LockedPermit { semaphore: self, count }
    }
}

impl Semaphore for LockedSemaphore {
    type Permit<'a> = LockedPermit<'a>;

    fn new(limit: u64) -> Self {
        let state = State { available: limit, closed: false, waiters: 0 };
        Self { state: Mutex::new(state), released: Condvar::new() }
    }

    fn try_acquire(&self, count: u64) -> Result<LockedPermit<'_>, TryAcquireError> {
        let mut state = lock(&self.state);
        if state.closed {
            return Err(TryAcquireError::Closed);
        }
        state.available = state.available.checked_sub(count).ok_or(TryAcquireError::NoPermits)?;
        Ok(self.permit(count))
    }

    fn acquire(&self, count: u64) -> Result<LockedPermit<'_>, Closed> {
        let mut state = lock(&self.state);
        loop {
            if state.closed {
                return Err(Closed);
            }
            if let Some(available) = state.available.checked_sub(count) {
                state.available = available;
                return Ok(self.permit(count));
            }
            state.waiters += 1;
            state = wait(&self.released, state);
            state.waiters -= 1;
        }
    }

    fn close(&self) {
        lock(&self.state).closed = true;
        self.released.notify_all();
    }
}

pub struct LockedPermit<'a> {
    semaphore: &'a LockedSemaphore,
    count: u64,
}

impl Permit for LockedPermit<'_> {
    fn merge(&mut self, mut other: Self) {
        debug_assert!(std::ptr::eq(self.semaphore, other.semaphore));
        self.count += mem::take(&mut other.count);
    }

    fn split(&mut self, count: u64) -> Option<Self> {
        self.count = self.count.checked_sub(count)?;
        Some(self.semaphore.permit(count))
    }
}

impl Drop for LockedPermit<'_> {
    fn drop(&mut self) {
        if self.count > 0 {
            self.semaphore.release(self.count);
        }
    }
}
