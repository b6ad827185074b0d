//! Explores every model, then every mutant of every ordering site, and compares with `RESULTS.md`.
//!
//! Each model and each mutant is a test; names can be given to run only some, as with any test
//! binary, and then `RESULTS.md` is left alone. `LATCHFREE_MODELS=mpsc,wait` explores the models of these
//! families, and no mutants (`ci/mutants.sh` makes mutants of its own).

use latchfree_loom_tests::results::{self, Explored, Killed};
use latchfree_loom_tests::{Model, Report, models, mutants};
use libtest_mimic::{Arguments, Trial};
use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::Mutex;

/// Reports of the models, and the sites that each went through.
type Reports = Mutex<BTreeMap<&'static str, (Report, BTreeSet<&'static str>)>>;

static REPORTS: Reports = Mutex::new(BTreeMap::new());
static KILLED: Mutex<Vec<Killed<'static>>> = Mutex::new(Vec::new());

fn main() -> ExitCode {
    let families = std::env::var("LATCHFREE_MODELS").ok();
    let mut models = models::all();
    if let Some(families) = &families {
        models.retain(|model| families.split(',').any(|family| model.name.starts_with(family)));
    }
    let models: &'static [Model] = models.leak();
    mutants::be_child(models);
    let arguments = Arguments::from_args();

    let explored = libtest_mimic::run(&arguments, models.iter().map(model_trial).collect());
    if arguments.list {
        return ExitCode::SUCCESS;
    }
    if explored.has_failed() {
        println!("no mutants are tried on models that fail");
        return ExitCode::FAILURE;
    }
    if families.is_some() {
        return ExitCode::SUCCESS;
    }
    let lonely = results::lonely();
    if !lonely.is_empty() {
        println!("sites that order something, and have no partner: {lonely:?}");
        return ExitCode::FAILURE;
    }
    let trials = mutants::all().map(|mutant| mutant_trial(mutant, models)).collect();
    if libtest_mimic::run(&arguments, trials).has_failed() {
        return ExitCode::FAILURE;
    }
    if arguments.filter.is_some() || !arguments.skip.is_empty() {
        return ExitCode::SUCCESS;
    }
    match results::compare(&render(models)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(difference) => {
            println!("{difference}\nIf that is right: BLESS=1 cargo test --release");
            ExitCode::FAILURE
        }
    }
}

fn model_trial(model: &'static Model) -> Trial {
    Trial::test(model.name, move || {
        let report = model.check().map_err(|failure| failure.to_string())?;
        REPORTS.lock().unwrap().insert(model.name, report);
        Ok(())
    })
}

fn mutant_trial(mutant: latchfree::loom_hooks::Mutant, models: &'static [Model]) -> Trial {
    let name = format!("{} -> {}", mutants::short(mutant.site), mutants::weaker(mutant));
    Trial::test(name, move || {
        let concerned = concerned(mutant.site.name, models);
        if concerned.is_empty() {
            return Err("no model goes through this site".into());
        }
        for by in concerned {
            if let Some(failure) = mutants::try_in_child(mutant, by).filter(|it| it.counts()) {
                KILLED.lock().unwrap().push(Killed { mutant, by, failure });
                return Ok(());
            }
        }
        Err("survives, at least in the models that were explored".into())
    })
}

/// The models that go through a site, those with few executions first.
fn concerned(site: &str, models: &'static [Model]) -> Vec<&'static Model> {
    let reports = REPORTS.lock().unwrap();
    let executions = |model: &&Model| {
        let (report, sites) = reports.get(model.name)?;
        sites.contains(site).then_some(report.executions)
    };
    let mut concerned: Vec<_> =
        models.iter().filter_map(|model| Some((executions(&model)?, model))).collect();
    concerned.sort_by_key(|(executions, model)| (*executions, model.name));
    concerned.into_iter().map(|(_, model)| model).collect()
}

fn render(models: &'static [Model]) -> String {
    let reports = REPORTS.lock().unwrap();
    let explored = models.iter().map(|model| {
        let report = reports[model.name].0.clone();
        Explored { model, report }
    });
    let mut killed = KILLED.lock().unwrap();
    killed.sort_by_key(|killed| (killed.mutant.site.name, mutants::weaker(killed.mutant)));
    results::render(&explored.collect::<Vec<_>>(), &killed)
}
