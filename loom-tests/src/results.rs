//! `RESULTS.md`: what was explored and what killed each mutant, committed and compared.

use crate::{Failure, Model, Report, mutants};
use latchfree::loom_hooks::Mutant;
use std::fmt::Write as _;
use std::path::PathBuf;

/// One model, explored.
pub struct Explored<'a> {
    pub model: &'a Model,
    pub report: Report,
}

/// One mutant, and the model that failed.
pub struct Killed<'a> {
    pub mutant: Mutant,
    pub by: &'a Model,
    pub failure: Failure,
}

/// The file as it should be.
pub fn render(explored: &[Explored<'_>], killed: &[Killed<'_>]) -> String {
    let mut text = String::from(HEAD);
    for Explored { model, report } in explored {
        let bound = model.bound().map_or("none".into(), |bound| bound.to_string());
        let (executions, outcomes) = (report.executions, report.outcomes.len());
        writeln!(text, "| `{}` | {bound} | {executions} | {outcomes} |", model.name).unwrap();
    }
    text.push_str(MUTANTS);
    for Killed { mutant, by, failure } in killed {
        let (site, order, weaker) =
            (mutants::short(mutant.site), mutant.site.order, mutants::weaker(*mutant));
        let fence = if mutant.site.is_fence { "fence " } else { "" };
        let (by, kind) = (by.name, failure.kind());
        writeln!(text, "| `{site}` | {fence}{order:?} | {weaker} | `{by}` | {kind} |").unwrap();
    }
    text
}

const HEAD: &str = "\
# What loom explored

Written by `BLESS=1 cargo test --release`, and compared by every other run: a model that suddenly has
fewer executions does not reach what it was made for.

| model | preemption bound | executions | outcomes |
| --- | --- | --- | --- |
";

const MUTANTS: &str = "
# What killed each mutant

Each ordering that is stronger than relaxed, weakened by one step, and the first model that failed
(of those that go through the site, the one with the fewest executions).

| site | ordering | weakened to | killed by | as a |
| --- | --- | --- | --- | --- |
";

/// Compares with the file, or writes it if the environment says `BLESS=1`.
pub fn compare(text: &str) -> Result<(), String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md");
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(&path, text).map_err(|error| error.to_string());
    }
    let committed = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let difference = text.lines().zip(committed.lines()).find(|(new, old)| new != old);
    match difference {
        Some((new, old)) => Err(format!("RESULTS.md says\n  {old}\nand now it is\n  {new}")),
        None if text.len() != committed.len() => Err("RESULTS.md has another length".into()),
        None => Ok(()),
    }
}
