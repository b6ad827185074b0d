//! Threads that begin at the same moment, and their back-off when they have to wait.

use std::hint::spin_loop;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// Runs `work(i)` in `threads` threads that begin together; returns the time from the begin of the first
/// to the end of the last. Measured by their own clocks: a thread that watches them may be late. What `work`
/// returns is dropped after its end.
pub fn together<R>(threads: usize, work: impl Fn(usize) -> R + Sync) -> Duration {
    let start = Barrier::new(threads);
    let timed = |i| {
        start.wait();
        let begin = Instant::now();
        let result = work(i);
        let end = Instant::now();
        drop(result);
        (begin, end)
    };
    let times: Vec<_> = thread::scope(|scope| {
        let timed = &timed;
        let threads: Vec<_> = (0..threads).map(|i| scope.spawn(move || timed(i))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no work panics")).collect()
    });
    let begin = times.iter().map(|(begin, _)| *begin).min();
    let end = times.iter().map(|(_, end)| *end).max();
    begin.zip(end).map_or(Duration::ZERO, |(begin, end)| end - begin)
}

/// The back-off after a send or a receive that failed: spin, and now and then let another thread run. The
/// same for all peers.
#[derive(Default)]
pub struct Retry(u32);

impl Retry {
    /// Counts a failed try, and waits.
    pub fn wait(&mut self) {
        self.0 += 1;
        if self.0 % 64 == 0 {
            thread::yield_now();
        } else {
            spin_loop();
        }
    }
}

/// Tries until there is a result.
#[inline]
pub fn retry<R>(mut attempt: impl FnMut() -> Option<R>) -> R {
    let mut retry = Retry::default();
    loop {
        match attempt() {
            Some(result) => return result,
            None => retry.wait(),
        }
    }
}
