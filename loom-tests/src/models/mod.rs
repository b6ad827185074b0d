//! One file a family, as in `src/` of the crate.

use crate::Model;

mod counter;
mod mpsc;
mod semaphore;
mod seqlock;
mod stopped;
mod wait;
mod watermark;

/// All models of the crate.
pub fn all() -> Vec<Model> {
    [
        counter::models(),
        mpsc::models(),
        semaphore::models(),
        watermark::models(),
        seqlock::models(),
        stopped::models(),
        wait::models(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
