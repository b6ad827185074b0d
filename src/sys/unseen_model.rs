//! A build with `--cfg loom` and without the feature `loom`: loom does not see this crate.
//!
//! A program may want that, if it uses this crate outside of its models only. In a model it would be wrong, and
//! nothing would show it: loom explores what it sees, finds no fault in the rest, and passes. (A thread that
//! blocks in there blocks for good.) So in such a build every access finds out first whether it happens in a
//! model.
//!
//! Loom cannot be asked, for it is no dependency of this build. But a model's threads are coroutines of the crate
//! `generator`, with stacks of their own that begin with its functions. So a backtrace tells, and is
//! taken once for each part of memory that the stack of a thread grows into.

extern crate std;

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::io::Write;
use std::ops::Range;
use std::string::ToString;
use std::sync::Once;
use std::{io, ptr, thread, thread_local};

/// Stack that is this near to an access is of the same stack.
const NEAR: usize = 16 << 10;

thread_local! {
    /// The stack of this thread, as far as it is known to be outside of models.
    static OUTSIDE: Cell<Range<usize>> = const { Cell::new(0..0) };
}

/// Panics if it is called in a loom model.
#[inline]
#[track_caller]
pub(crate) fn refuse_unseen_model() {
    let here = 0u8;
    let here = ptr::from_ref(&here).addr();
    // In the last destructors of a thread there is nothing left to remember it in.
    let is_known = OUTSIDE.try_with(|outside| {
        let known = outside.take();
        let is_known = known.contains(&here);
        outside.set(known);
        is_known
    });
    if is_known == Ok(false) {
        check(here);
    }
}

#[cold]
#[track_caller]
fn check(here: usize) {
    // The symbols are looked up on another thread, because a model's stacks are small.
    let trace = Backtrace::force_capture();
    let trace = thread::scope(|scope| scope.spawn(|| trace.to_string()).join());
    match is_model(&trace.unwrap_or_default()) {
        Some(true) => panic!("{MESSAGE}"),
        Some(false) => {}
        None => warn(),
    }
    OUTSIDE.with(|outside| {
        let known = outside.take();
        let known = if known.is_empty() { here..here } else { known };
        outside.set(
            known.start.min(here.saturating_sub(NEAR))..known.end.max(here.saturating_add(NEAR)),
        );
    });
}

/// Says, once and so that no test harness holds it back, that a model would not be noticed.
fn warn() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| _ = writeln!(io::stderr(), "{UNKNOWN}"));
}

/// Whether a backtrace goes through loom, or the coroutines that it is made of (its own functions may be inlined);
/// `None` if it has no names.
fn is_model(trace: &str) -> Option<bool> {
    let is_start = |at: usize| {
        !trace[..at].ends_with(|c: char| c == ':' || c == '_' || c.is_ascii_alphanumeric())
    };
    let is_in = |path: &str| trace.match_indices(path).any(|(at, _)| is_start(at));
    let has_names = is_in("latchfree::") || is_in("std::") || is_in("core::");
    let is_model = || is_in("loom::rt::") || is_in("loom::model::") || is_in("generator::");
    has_names.then(is_model)
}

const MESSAGE: &str = "\
latchfree is used in a loom model, but loom does not see it: the build has `--cfg loom`, and not latchfree's \
feature `loom`. Add to Cargo.toml:

    [target.'cfg(loom)'.dependencies]
    latchfree = { version = \"0.1\", features = [\"loom\"] }
";

const UNKNOWN: &str = "\
latchfree: the build has `--cfg loom`, and not latchfree's feature `loom`, so loom does not see this crate, and \
models must not use it. (They would panic, but functions have no names here: `strip` is on.)";
