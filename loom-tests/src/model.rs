//! A model and its expected outcomes.

use crate::explore::{Failure, Report, explore};
use latchfree::loom_hooks::touched;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

/// A small concurrent program on the crate, with the exact set of its outcomes.
pub struct Model {
    /// `family::what_it_shows`
    pub name: &'static str,
    outcomes: Arc<BTreeSet<String>>,
    preemptions: Option<usize>,
    run: Box<Run>,
}

/// Explores the model, up to a number of preemptions, until something comes that is not among the
/// outcomes allowed.
type Run = dyn Fn(Option<usize>, Arc<BTreeSet<String>>) -> Result<Report, Failure> + Send + Sync;

impl Model {
    /// A model that returns the outcome of one execution, and panics on what must not happen.
    pub fn new<O: Debug>(
        name: &'static str,
        model: impl Fn() -> O + Clone + Send + Sync + 'static,
    ) -> Self {
        let run = move |preemptions, allowed: Arc<BTreeSet<String>>| {
            let model = model.clone();
            explore(preemptions, move || {
                let outcome = format!("{:?}", model());
                assert!(allowed.contains(&outcome), "must not come: {outcome}");
                outcome
            })
        };
        Self { name, outcomes: Arc::default(), preemptions: None, run: Box::new(run) }
    }

    /// All that it may come to. Something else is a failure, and so is one of these that does not
    /// come: then the model does not reach what it is about.
    pub fn outcomes<O: Debug>(mut self, outcomes: impl IntoIterator<Item = O>) -> Self {
        let outcomes = outcomes.into_iter().map(|outcome| format!("{outcome:?}"));
        self.outcomes = Arc::new(outcomes.collect());
        self
    }

    /// Explores only executions with up to `bound` forced thread switches.
    pub fn preemptions(mut self, bound: usize) -> Self {
        self.preemptions = Some(bound);
        self
    }

    /// The bound on forced thread switches.
    pub fn bound(&self) -> Option<usize> {
        self.preemptions
    }

    /// Explores the model, and compares. Also returns the names of the sites that it went through.
    pub fn check(&self) -> Result<(Report, BTreeSet<&'static str>), Failure> {
        let (report, sites) = touched(|| self.check_without_missing());
        let report = report?;
        let missing: Vec<_> = self.outcomes.difference(&report.outcomes).cloned().collect();
        if !missing.is_empty() {
            return Err(Failure::Violation(format!("does not come: {}", missing.join(", "))));
        }
        Ok((report, sites))
    }

    /// [`check`](Self::check) that lets outcomes be missing: a weaker ordering only adds some.
    pub fn check_without_missing(&self) -> Result<Report, Failure> {
        (self.run)(self.preemptions, Arc::clone(&self.outcomes))
    }
}
