//! Processor time: how long a thread has run, and not waited.

use std::time::Duration;

/// The processor time of this thread so far. Nothing, where the system does not tell.
#[cfg(unix)]
pub fn of_thread() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ThreadCPUTime).try_into().ok()
}

#[cfg(not(unix))]
pub fn of_thread() -> Option<Duration> {
    None
}
