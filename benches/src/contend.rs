//! Threads that begin at the same moment, and what they do when they have to wait.

use std::hint::spin_loop;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// Runs `work(i)` in `threads` threads that begin together; returns how long the last one took.
pub fn together(threads: usize, work: impl Fn(usize) + Sync) -> Duration {
    let (start, end) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    thread::scope(|scope| {
        for i in 0..threads {
            let (start, end, work) = (&start, &end, &work);
            scope.spawn(move || {
                start.wait();
                work(i);
                end.wait();
            });
        }
        start.wait();
        let begin = Instant::now();
        end.wait();
        begin.elapsed()
    })
}

/// What to do when a push or a pop did not work: spin, and now and then let another thread run. The
/// same for all peers.
#[derive(Default)]
pub struct Retry(u32);

impl Retry {
    /// Once more.
    pub fn wait(&mut self) {
        self.0 += 1;
        if self.0 % 64 == 0 {
            thread::yield_now();
        } else {
            spin_loop();
        }
    }
}
