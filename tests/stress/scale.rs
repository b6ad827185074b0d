//! How much to do, how long to wait for it, and some chance.

#[path = "../shared/effort.rs"]
mod effort;

use effort::effort;
#[cfg(feature = "std")]
use latchfree::atomic::{AcqRel, Acquire, Atomic};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// `native` rounds, or as many times that as was asked for; `in_miri` under Miri.
pub(crate) fn rounds(native: usize, in_miri: usize) -> usize {
    if cfg!(miri) { in_miri } else { (native as f64 * effort()).ceil() as usize }
}

/// Runs a test that would hang if a wake-up were lost. Then it fails.
pub(crate) fn finishes(test: impl FnOnce() + Send + 'static) {
    let (done, wait) = channel();
    let thread = thread::spawn(move || {
        test();
        let _ = done.send(());
    });
    let patience = Duration::from_secs(120).mul_f64(effort().max(1.0));
    match wait.recv_timeout(patience) {
        Err(RecvTimeoutError::Timeout) => panic!("hangs: somebody was not woken"),
        // Over, by its end or by a panic, which goes on here.
        _ => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
    }
}

/// Rounds that several threads begin together, each when all have ended the one before.
#[cfg(feature = "std")]
pub(crate) struct Rounds {
    threads: usize,
    begun: Atomic<usize>,
    ended: Atomic<usize>,
}

#[cfg(feature = "std")]
impl Rounds {
    pub(crate) fn new(threads: usize) -> Self {
        Self { threads, begun: Atomic::new(0), ended: Atomic::new(0) }
    }

    /// Does a thread's part of `count` rounds.
    pub(crate) fn run(&self, count: usize, mut part: impl FnMut(usize)) {
        for round in 1..=count {
            self.meet(&self.begun, round);
            part(round);
            self.meet(&self.ended, round);
        }
    }

    fn meet(&self, at: &Atomic<usize>, round: usize) {
        at.fetch_add(1, AcqRel);
        while at.load(Acquire) < self.threads * round {
            thread::yield_now();
        }
    }
}

/// Random numbers, the same each time for the same seed.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: usize) -> Self {
        Self((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Returns a number below `sides` (xorshift64).
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as usize % sides
    }

    /// Lets the others run, now and then.
    pub(crate) fn pause(&mut self) {
        match self.roll(128) {
            0 => thread::sleep(Duration::from_micros(self.roll(50) as u64)),
            1..9 => thread::yield_now(),
            n => (0..n).for_each(|_| std::hint::spin_loop()),
        }
    }
}
