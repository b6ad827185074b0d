//! Starting threads so that loom sees all interleavings.

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread::{self, JoinHandle};
use std::sync::Arc;

/// Spawns a thread of a model.
///
/// Loom misses interleavings if the first thing that a spawned thread does is a load
/// (<https://github.com/tokio-rs/loom/issues/392>). So parent and child first both do a
/// read-modify-write on one word; it is relaxed, so it orders nothing that it should not.
/// `controls::loom_misses_orders_of_a_thread_that_begins_with_a_load` shows the difference.
pub fn spawn<T: 'static>(f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    let gate = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&gate);
    let child = thread::spawn(move || {
        theirs.fetch_add(1, Ordering::Relaxed);
        f()
    });
    gate.fetch_add(1, Ordering::Relaxed);
    child
}
