use latchfree_loom_tests::models;
use libtest_mimic::{Arguments, Trial};
fn main() {
    let trials = models::all().into_iter().map(|model| {
        Trial::test(model.name, move || {
            let start = std::time::Instant::now();
            let r = model.check().map_err(|f| f.to_string())?;
            eprintln!("{}: {} executions in {:?}", model.name, r.executions, start.elapsed());
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}
