//! `RESULTS.md`: the explored models and the killer of each mutant, committed and compared.

use crate::{Failure, Model, Report, mutants};
use latchfree::loom_hooks::{Mutant, SiteInfo, sites};
use std::collections::BTreeSet;
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
        let (by, kind, partners) = (by.name, failure.kind(), partners(mutant.site));
        writeln!(text, "| `{site}` | {fence}{order:?} | {partners} | {weaker} | `{by}` | {kind} |")
            .unwrap();
    }
    text
}

/// The page of the documentation: every site, with its ordering and its partners.
pub fn render_sites() -> String {
    let mut text = String::from(SITES);
    for site in sites() {
        let fence = if site.is_fence { "fence " } else { "" };
        let (name, order, partners) = (mutants::short(site), site.order, partners(site));
        writeln!(text, "| `{name}` | {fence}{order:?} | {partners} |").unwrap();
    }
    text
}

/// The partners of a site, written at it or at them; those of the same file without their path.
fn partners(site: SiteInfo) -> String {
    let theirs = sites().into_iter().filter(|other| other.pairs.contains(&site.name));
    let names: BTreeSet<_> =
        site.pairs.iter().copied().chain(theirs.map(|other| other.name)).collect();
    let file = site.name.rsplit_once("::").map_or("", |(file, _)| file);
    let shorten = |name: &str| {
        let short = name.strip_prefix(file).and_then(|rest| rest.strip_prefix("::"));
        format!("`{}`", short.unwrap_or(name.strip_prefix("latchfree::").unwrap_or(name)))
    };
    names.into_iter().map(shorten).collect::<Vec<_>>().join(", ")
}

/// Sites that order something and have no partner.
pub fn lonely() -> Vec<&'static str> {
    let orders = |site: &SiteInfo| !site.mutants().is_empty();
    let is_lonely = |site: &SiteInfo| partners(*site).is_empty();
    sites().into_iter().filter(orders).filter(is_lonely).map(|site| site.name).collect()
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

| site | ordering | pairs with | weakened to | killed by | as a |
| --- | --- | --- | --- | --- | --- |
";

const SITES: &str = "\
# Every ordering site

Written by `BLESS=1 cargo test --release` in `loom-tests`, from the tables in the sources. Each ordering that is
stronger than relaxed pairs with another: what comes before the side that releases is seen behind the side that
acquires, and of two sequentially consistent fences one side sees the other. The compiler checks that the partner
exists and can be one; `loom-tests/RESULTS.md` says which model fails when a site is weakened; the reason for each is
in its file, at its name.

| site | ordering | pairs with |
| --- | --- | --- |
";

/// Compares with the files, or writes them if the environment says `BLESS=1`.
pub fn compare(text: &str) -> Result<(), String> {
    compare_with("RESULTS.md", text)?;
    compare_with("../src/guide/sites.md", &render_sites())
}

fn compare_with(file: &str, text: &str) -> Result<(), String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(&path, text).map_err(|error| error.to_string());
    }
    let committed = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let difference = text.lines().zip(committed.lines()).find(|(new, old)| new != old);
    match difference {
        Some((new, old)) => Err(format!("{file} says\n  {old}\nand now it is\n  {new}")),
        None if text.len() != committed.len() => Err(format!("{file} has another length")),
        None => Ok(()),
    }
}
