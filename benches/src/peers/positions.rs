//! Positions that threads wait for.

use crate::contend::together;
use latchfree::watermark::Watermark;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// A position that moves forward.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// At zero.
    fn new() -> Self;
    /// Moves it forward, and wakes the waiters that it reaches.
    fn advance_to(&self, position: u64);
    /// Waits until it is there.
    fn wait_for(&self, at_least: u64);
}

/// Two threads in turns: each waits for the other's position, and moves its own. Returns how long
/// `times` round trips took.
pub fn round_trips<P: Peer>(times: u64) -> Duration {
    let (there, back) = (P::new(), P::new());
    together(2, |thread| {
        for at in 1..=times {
            if thread == 0 {
                there.advance_to(at);
                back.wait_for(at);
            } else {
                there.wait_for(at);
                back.advance_to(at);
            }
        }
    })
}

/// Ours.
pub struct Latchfree(Watermark);

impl Peer for Latchfree {
    const NAME: &'static str = "latchfree Watermark";

    fn new() -> Self {
        Self(Watermark::new(0))
    }
    fn advance_to(&self, position: u64) {
        self.0.advance_to(position);
    }
    fn wait_for(&self, at_least: u64) {
        self.0.wait_for(at_least).expect("never closed");
    }
}

/// The usual hand-written version.
pub struct CondvarPosition {
    position: Mutex<u64>,
    moved: Condvar,
}

impl Peer for CondvarPosition {
    const NAME: &'static str = "std Mutex and Condvar";

    fn new() -> Self {
        Self { position: Mutex::new(0), moved: Condvar::new() }
    }
    fn advance_to(&self, position: u64) {
        let mut current = self.position.lock().unwrap();
        if *current < position {
            *current = position;
            self.moved.notify_all();
        }
    }
    fn wait_for(&self, at_least: u64) {
        let position = self.position.lock().unwrap();
        drop(self.moved.wait_while(position, |position| *position < at_least).unwrap());
    }
}
