//! Processor time: how long threads have run, and not waited.

use std::time::Duration;

/// Measures the processor time of all threads of the process.
pub struct ProcessClock(Option<Duration>);

/// Measures the processor time of the thread that starts it.
pub struct ThreadClock(Option<Duration>);

impl ProcessClock {
    pub fn start() -> Self {
        Self(now::process())
    }

    /// Nothing, where the system does not tell.
    pub fn elapsed(&self) -> Option<Duration> {
        Some(now::process()? - self.0?)
    }
}

impl ThreadClock {
    pub fn start() -> Self {
        Self(now::thread())
    }

    /// Nothing, where the system does not tell.
    pub fn elapsed(&self) -> Option<Duration> {
        Some(now::thread()? - self.0?)
    }
}

#[cfg(unix)]
mod now {
    use rustix::time::{ClockId, clock_gettime};
    use std::time::Duration;

    pub fn process() -> Option<Duration> {
        read(ClockId::ProcessCPUTime)
    }

    pub fn thread() -> Option<Duration> {
        read(ClockId::ThreadCPUTime)
    }

    fn read(clock: ClockId) -> Option<Duration> {
        clock_gettime(clock).try_into().ok()
    }
}

#[cfg(not(unix))]
mod now {
    use std::time::Duration;

    pub fn process() -> Option<Duration> {
        None
    }

    pub fn thread() -> Option<Duration> {
        None
    }
}
