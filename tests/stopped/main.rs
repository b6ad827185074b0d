//! With any one participant stopped indefinitely, which others are stuck?
//!
//! The tests behind the tables of `src/guide/stopped.md`, one file a family. A participant stops in code of
//! the user's that the operation runs (a waker, an iterator, a closure, a `Drop`), or it is a future that is
//! held and not polled. Each test asserts both sides: a call that the guide names "not stuck" ends, and one
//! that it names "stuck" ends after the stopped participant goes on, and not before.

#![cfg(feature = "std")]

mod group;
mod log;
mod mpsc;
mod refcount;
mod semaphore;
mod seqlock;
mod support;
mod unbounded;
mod watermark;
mod words;
