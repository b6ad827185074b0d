//! Recorded histories: was each answer true at some moment of its call?
//!
//! Threads run small random programs on one object, and [record](record) each call with its result and
//! with when it began and ended. The [checker](check) then looks for an order in which every result is the one
//! that a [`Spec`](check::Spec) of the object gives: each call takes effect at a moment, or at a few,
//! between its beginning and its end. If there is no such order, some answer was never true.
//!
//! A specification says what the documentation does (the guide's chapter `verdicts`), so a history that it
//! refuses is a bug, or a promise too much. What the program did by chance does not matter: any result is
//! right that can be explained.
//!
//! Takes a few seconds; `LATCHFREE_STRESS` multiplies it. Under Miri, which lets loads return old values,
//! the rounds are few. What a record cannot show: between two calls that do not overlap, the recorder's clock
//! orders memory, so a program's calls are ordered by at least what a user could rely on, and never by less.
//!
//! One file a family, as in `src`. Each specification is seen to refuse: histories written by hand, and
//! objects that are wrong on purpose.

mod check;
mod record;
#[path = "../stress/scale.rs"]
#[expect(dead_code, reason = "nothing here can hang")]
mod scale;

mod atomic;
mod counter;
mod log;
mod mpsc;
mod refcount;
mod semaphore;
mod seqlock;
mod sequence;
mod watermark;
