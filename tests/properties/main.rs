//! The families against plain values: sequences of operations, random ones above all, on the real
//! type and on its model, which must agree after every step.
//!
//! All on one thread (what threads do to each other is in `stress` and under loom), so that a
//! failure is the same each time and shrinks to the shortest sequence that shows it. One file a
//! family, as in `src`.

mod allocation;
mod atomic;
mod counter;
mod log;
mod mpsc;
mod refcount;
mod semaphore;
mod seqlock;
mod sequence;
mod support;
mod watermark;
