//! One file a family, as in `src/` of the crate.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use std::sync::Arc;

mod counter;
mod group;
mod log;
mod mpsc;
mod refcount;
mod semaphore;
mod seqlock;
mod sequence;
mod stopped;
mod wait;
mod watermark;

/// All models of the crate.
pub fn all() -> Vec<Model> {
    [
        counter::models(),
        group::models(),
        log::models(),
        mpsc::models(),
        refcount::models(),
        semaphore::models(),
        watermark::models(),
        seqlock::models(),
        sequence::models(),
        stopped::models(),
        wait::models(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A second closer, which has seen the first close, also publishes the work of the first closer.
fn two_closers_both_publish<T: Send + Sync + 'static>(
    object: T,
    close: fn(&T),
    is_closed: fn(&T) -> bool,
) -> Option<u32> {
    let shared = Arc::new((object, Atomic::new(0), Atomic::new(false)));
    let first = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1.store(1, Relaxed);
            close(&shared.0);
            shared.2.store(true, Relaxed);
        })
    };
    let second = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            if shared.2.load(Relaxed) {
                close(&shared.0);
            }
        })
    };
    let seen = is_closed(&shared.0).then(|| shared.1.load(Relaxed));
    first.join().unwrap();
    second.join().unwrap();
    seen
}
