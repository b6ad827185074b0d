//! One file a family, as in `src/` of the crate.

use crate::Model;

mod counter;
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
