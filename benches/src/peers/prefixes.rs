//! Ranges that complete out of order, and the position up to which none is missing.

use crate::contend::together;
use latchfree::watermark::HeapFrontier;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// A contiguous prefix.
pub trait Peer: Sync {
    /// Its name in the record.
    const NAME: &'static str;

    /// At zero.
    fn new() -> Self;
    /// Completes a range, and wakes the waiters that the position reaches.
    fn complete(&self, range: Range<u64>);
    /// Waits until the position is there.
    fn wait_for(&self, at_least: u64);
}

/// How far ahead completers may be.
const WINDOW: usize = 4096;

/// `threads` threads take numbers in one order, two at a time, and complete the second before the first. Returns how
/// long it took until all of `total`, an even number, were complete.
pub fn out_of_order<P: Peer>(threads: usize, total: u64) -> Duration {
    let (prefix, next) = (P::new(), AtomicU64::new(0));
    let took = together(threads, |_| {
        loop {
            let start = next.fetch_add(2, Ordering::Relaxed);
            if start >= total {
                break;
            }
            prefix.complete(start + 1..start + 2);
            prefix.complete(start..start + 1);
        }
    });
    prefix.wait_for(total);
    took
}

/// The same, 64 at a time, where each thread waits for its own, as a writer that reads its own writes. `total` is a
/// multiple of 64.
pub fn acknowledged<P: Peer>(threads: usize, total: u64) -> Duration {
    const BATCH: u64 = 64;
    let (prefix, next) = (P::new(), AtomicU64::new(0));
    together(threads, |_| {
        loop {
            let start = next.fetch_add(BATCH, Ordering::Relaxed);
            if start >= total {
                break;
            }
            (start..start + BATCH).rev().for_each(|at| prefix.complete(at..at + 1));
            prefix.wait_for(start + BATCH);
        }
    })
}

/// Ours.
pub struct Latchfree(HeapFrontier);

impl Peer for Latchfree {
    const NAME: &'static str = "latchfree Frontier";

    fn new() -> Self {
        Self(HeapFrontier::with_window(0, WINDOW))
    }
    fn complete(&self, range: Range<u64>) {
        self.0.complete(range).expect("never closed");
    }
    fn wait_for(&self, at_least: u64) {
        self.0.wait_for(at_least).expect("never closed");
    }
}

/// What engines write: a map of the ranges that are ahead, under a mutex, and a condition variable that is notified if
/// any thread waits.
pub struct MapPrefix {
    state: Mutex<MapState>,
    moved: Condvar,
}

#[derive(Default)]
struct MapState {
    position: u64,
    ahead: BTreeMap<u64, u64>,
    waiters: usize,
}

impl Peer for MapPrefix {
    const NAME: &'static str = "std Mutex, BTreeMap and Condvar";

    fn new() -> Self {
        Self { state: Mutex::default(), moved: Condvar::new() }
    }
    fn complete(&self, range: Range<u64>) {
        let mut state = self.state.lock().unwrap();
        let MapState { position, ahead, waiters } = &mut *state;
        if range.start != *position {
            ahead.insert(range.start, range.end);
            return;
        }
        *position = range.end;
        while let Some(entry) = ahead.first_entry().filter(|entry| entry.key() == position) {
            *position = entry.remove();
        }
        if *waiters > 0 {
            self.moved.notify_all();
        }
    }
    fn wait_for(&self, at_least: u64) {
        let mut state = self.state.lock().unwrap();
        state.waiters += 1;
        let waits = |state: &mut MapState| state.position < at_least;
        self.moved.wait_while(state, waits).unwrap().waiters -= 1;
    }
}
