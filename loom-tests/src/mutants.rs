//! Trying each mutant of each ordering site on the models that go through the site.

use crate::explore::panic_message;
use crate::{Failure, Model};
use latchfree::loom_hooks::{Mutant, SiteInfo, sites, weakened};
use std::process::Command;

/// What tells a child process which mutant to try on which model.
const TASK: &str = "LATCHFREE_MUTANT";

/// A site without the name of the crate.
pub fn short(site: SiteInfo) -> &'static str {
    site.name.strip_prefix("latchfree::").unwrap_or(site.name)
}

/// All mutants of the crate.
pub fn all() -> impl Iterator<Item = Mutant> {
    sites().into_iter().flat_map(SiteInfo::mutants)
}

/// What stands in the place of the ordering, for people.
pub fn weaker(mutant: Mutant) -> String {
    mutant.order.map_or("none".into(), |order| format!("{order:?}"))
}

fn task(mutant: Mutant, model: &Model) -> String {
    format!("{} {} {}", mutant.site.name, weaker(mutant), model.name)
}

/// Tries `mutant` on `model`, in a process of its own, because a failure in the middle of an
/// algorithm leaves values behind that cannot be dropped. Returns how the model failed.
pub fn try_in_child(mutant: Mutant, model: &Model) -> Option<Failure> {
    let program = std::env::current_exe().expect("tests know their own path");
    let output = Command::new(program)
        .env(TASK, task(mutant, model))
        .output()
        .expect("tests can start themselves");
    let said = String::from_utf8_lossy(&output.stdout);
    match said.trim_end() {
        "survived" => None,
        said => match said.strip_prefix("failed ") {
            Some(message) => Some(Failure::from_message(message)),
            None => panic!("{}: {said:?} {output:?}", task(mutant, model)),
        },
    }
}

/// If this process is a child of [`try_in_child`], tries its mutant, and does not return.
pub fn be_child(models: &[Model]) {
    let Ok(wanted) = std::env::var(TASK) else { return };
    // The first panic decides. Unwinding would run the model's destructors on what it left behind.
    std::panic::set_hook(Box::new(|panic| {
        let message = panic_message(panic.payload());
        println!("failed {}", message.lines().next().unwrap_or_default());
        std::process::exit(0);
    }));
    let tries = all().flat_map(|mutant| models.iter().map(move |model| (mutant, model)));
    let (mutant, model) =
        tries.into_iter().find(|(mutant, model)| task(*mutant, model) == wanted).expect("known");
    weakened(mutant, || model.check_without_missing()).expect("a failure panics, and ends above");
    println!("survived");
    std::process::exit(0);
}
