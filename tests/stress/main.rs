//! The families on real threads: as many interleavings as the scheduler can be made to show.
//!
//! Takes a few seconds. `LATCHFREE_STRESS=100` makes it a hundred times as many rounds, for a night
//! or for a machine with weaker memory than this one, and 0.2 a fifth, for an emulator; under Miri, which delays stores and preempts
//! at random, there are few. One file a family, as in `src`.

mod atomic;
mod counter;
#[cfg(feature = "std")]
mod group;
#[cfg(all(feature = "std", feature = "alloc"))]
mod log;
mod mpsc;
mod refcount;
mod scale;
#[cfg(feature = "std")]
mod semaphore;
mod seqlock;
mod sequence;
mod unpark;
#[cfg(feature = "std")]
mod watermark;
