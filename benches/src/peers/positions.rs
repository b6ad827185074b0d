//! Positions that threads wait for.

use latchfree::progress::Watermark;
use std::sync::{Condvar, Mutex};

/// A position that moves forward.
pub trait Peer: Sync {
    /// What the record calls it.
    const NAME: &'static str;

    /// At zero.
    fn new() -> Self;
    /// Moves it forward, and wakes who waits for that.
    fn advance_to(&self, position: u64);
    /// Waits until it is there.
    fn wait_for(&self, at_least: u64);
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

/// What is written by hand.
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
