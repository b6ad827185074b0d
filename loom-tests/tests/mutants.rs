use latchfree_loom_tests::models;
use libtest_mimic::{Arguments, Trial};
use std::sync::Arc;
fn main() {
    let models = Arc::new(models::all());
    let mut trials = vec![];
    for site in latchfree::model::sites() {
        for mutant in site.mutants() {
            let models = models.clone();
            trials.push(Trial::test(format!("{} {:?}->{:?}", site.name, site.order, mutant.order), move || {
                let mut said = String::new();
                for m in models.iter().filter(|m| m.sites().contains(mutant.site.name)) {
                    match m.check_mutant(mutant) {
                        Ok(_) => said += &format!("{} survives; ", m.name),
                        Err(f) => { eprintln!("{} {:?}: {} {f}", mutant.site.name, mutant.order, m.name); return Ok(()) },
                    }
                }
                Err(format!("survived: {said}").into())
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
