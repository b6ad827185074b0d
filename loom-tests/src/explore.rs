//! Running a model: all of its executions, their outcomes, and the failure if there was one.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// The result of all executions of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many executions there are.
    pub executions: usize,
    /// Everything that they returned.
    pub outcomes: BTreeSet<String>,
}

/// How an execution failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An assertion of the model, or of the code in it.
    Violation(String),
    /// Two accesses to plain memory that nothing orders.
    Race(String),
    /// All threads wait.
    Deadlock(String),
    /// The execution goes on indefinitely, or for longer than loom looks. This says nothing about
    /// orderings.
    Endless(String),
}

impl Failure {
    /// Sorts a panic by its message.
    pub fn from_message(message: &str) -> Self {
        let message = message.lines().next().unwrap_or_default().to_string();
        if message.contains("Causality violation") {
            Self::Race(message)
        } else if message.contains("deadlock") {
            Self::Deadlock(message)
        } else if message.contains("maximum number of branches") {
            Self::Endless(message)
        } else {
            Self::Violation(message)
        }
    }

    fn from_panic(payload: &(dyn Any + Send)) -> Self {
        Self::from_message(panic_message(payload))
    }

    /// The kind, in one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Violation(_) => "violation",
            Self::Race(_) => "race",
            Self::Deadlock(_) => "deadlock",
            Self::Endless(_) => "endless",
        }
    }

    /// Whether the failure shows that an ordering is too weak. That an execution is too long for
    /// loom does not.
    pub fn counts(&self) -> bool {
        !matches!(self, Self::Endless(_))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Violation(message)
        | Self::Race(message)
        | Self::Deadlock(message)
        | Self::Endless(message)) = self;
        write!(f, "{}: {message}", self.kind())
    }
}

/// Returns the message of a panic.
pub fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let message = payload.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| payload.downcast_ref::<&str>().copied());
    message.unwrap_or("a panic without a message")
}

/// Runs all executions of `model` with at most `preemptions` forced thread switches, or without
/// that bound. Stops at the first that fails.
///
/// There is no limit on time or executions: loom's end in success.
pub fn explore<F>(preemptions: Option<usize>, model: F) -> Result<Report, Failure>
where
    F: Fn() -> String + Send + Sync + 'static,
{
    let executions = Arc::new(AtomicUsize::new(0));
    let outcomes = Arc::new(Mutex::new(BTreeSet::new()));
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    builder.max_branches = 10_000;
    let run = {
        let (executions, outcomes) = (Arc::clone(&executions), Arc::clone(&outcomes));
        move || {
            let outcome = model();
            executions.fetch_add(1, Ordering::Relaxed);
            outcomes.lock().expect("no panic inside").insert(outcome);
        }
    };
    match catch_unwind(AssertUnwindSafe(|| builder.check(run))) {
        Ok(()) => Ok(Report {
            executions: executions.load(Ordering::Relaxed),
            outcomes: outcomes.lock().expect("no panic inside").clone(),
        }),
        Err(payload) => Err(Failure::from_panic(&*payload)),
    }
}
