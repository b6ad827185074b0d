//! One file a family, as in `src/` of the crate.

use crate::Model;

mod counter;
mod progress;
mod seqlock;

/// All models of the crate.
pub fn all() -> Vec<Model> {
    [counter::models(), progress::models(), seqlock::models()].into_iter().flatten().collect()
}
