//! One file a family, as in `src/` of the crate.

use crate::Model;

mod counter;
mod mpsc;
mod permits;
mod progress;
mod seqlock;
mod wait;

/// All models of the crate.
pub fn all() -> Vec<Model> {
    [
        counter::models(),
        mpsc::models(),
        permits::models(),
        progress::models(),
        seqlock::models(),
        wait::models(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
