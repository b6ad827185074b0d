//! The number of worker threads that live, on `Semaphore`. A file that fjall 3.1.13 does not have.
//!
//! Stands in for the `AtomicUsize` of `src/worker_pool.rs` and `src/db.rs`, which keep all else: scripted edits put the name
//! of this type in place of that one's. So it has `new`, `fetch_add`, `fetch_sub` and `load` as they are called there, and
//! `pause` in place of the sleep in which the database waits for its workers.

use latchfree::semaphore::Semaphore;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A permit for each thread that lives. There is no limit that it could meet.
#[derive(Debug)]
pub struct LiveThreads(Semaphore);

impl LiveThreads {
    /// Begins with `count` threads.
    pub fn new(count: u64) -> Self {
        let threads = Self(Semaphore::new(u64::MAX));
        threads.fetch_add(count, Ordering::Relaxed);
        threads
    }

    /// Counts `n` threads that are about to live.
    pub(crate) fn fetch_add(&self, n: u64, _: Ordering) {
        let _ = self.0.charge(n).expect("it is never closed").forget();
    }

    /// Counts `n` threads less. What they did happens before the [`load`](Self::load) that does not count them.
    pub(crate) fn fetch_sub(&self, n: u64, _: Ordering) {
        self.0.release(n).expect("each thread was counted");
    }

    /// Returns how many live.
    pub(crate) fn load(&self, _: Ordering) -> u64 {
        self.0.in_use()
    }

    /// Blocks until none lives, at most for `longest`.
    pub(crate) fn pause(&self, longest: Duration) {
        let _ = self.0.wait_idle_timeout(longest); // the caller looks again
    }
}

impl Default for LiveThreads {
    fn default() -> Self {
        Self::new(0)
    }
}

#[cfg(test)]
mod overlay_tests {
    use super::LiveThreads;
    use std::sync::atomic::Ordering::Relaxed;
    use std::thread;
    use std::time::{Duration, Instant};

    #[test]
    fn pause_ends_with_the_last_thread_or_after_its_time() {
        let threads = LiveThreads::new(1);
        threads.fetch_add(1, Relaxed);
        thread::scope(|scope| {
            scope.spawn(|| threads.fetch_sub(2, Relaxed));
            let begin = Instant::now();
            threads.pause(Duration::from_secs(20));
            assert!(begin.elapsed() < Duration::from_secs(15));
            assert_eq!(threads.load(Relaxed), 0);
        });
        threads.fetch_add(1, Relaxed);
        threads.pause(Duration::from_micros(10));
        assert_eq!(threads.load(Relaxed), 1);
    }
}
