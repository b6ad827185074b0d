//! Runs scenarios, each in processes of its own, so that one that hangs can be ended.

use crate::interrupt::{self, Mode};
use std::io::{Write, stdout};
use std::panic::catch_unwind;
use std::process::exit;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A name, and a function that calls [`interrupted`](interrupt::interrupted) once.
pub(crate) type Scenario = (&'static str, fn());

/// A family's list of scenarios: the functions of the module, under their names.
macro_rules! scenarios {
    ($($name:ident)*) => {
        pub(crate) const SCENARIOS: &[$crate::runner::Scenario] =
            &[$((concat!(module_path!(), "::", stringify!($name)), $name)),*];
    };
}
pub(crate) use scenarios;

/// A scenario that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// How often a timer interrupts a scenario.
const ROUNDS: u32 = 600;

/// Returns how many have failed.
pub(crate) fn run(scenarios: &[Scenario], modes: &[Mode]) -> u32 {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = |name: &str| filter.as_deref().is_none_or(|filter| name.contains(filter));
    let mut failures = 0;
    for &(name, scenario) in scenarios.iter().filter(|(name, _)| wanted(name)) {
        for &mode in modes {
            print!("test {name} ({mode}) ... ");
            stdout().flush().unwrap();
            let result = in_a_process(|| run_in_mode(scenario, mode));
            println!("{result}");
            failures += u32::from(result != "ok");
        }
    }
    failures
}

/// Returns whether all went well.
fn run_in_mode(scenario: fn(), mode: Mode) -> bool {
    let rounds = if mode == Mode::Timer { ROUNDS } else { 1 };
    let went_well = (0..rounds).all(|round| {
        interrupt::begin(mode, round);
        let went_well = catch_unwind(scenario).is_ok();
        if interrupt::is_branch() {
            interrupt::exit_branch(went_well);
        }
        went_well && interrupt::branches_went_well()
    });
    print!("interrupted {} times, ", interrupt::interruptions());
    went_well
}

/// Runs `f` in a child of this process, and returns its result.
fn in_a_process(f: impl FnOnce() -> bool) -> &'static str {
    // SAFETY: this process is one thread, so the child can go on with all that it has.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let went_well = f();
        exit(i32::from(!went_well));
    }
    assert!(child > 0, "no process for a test");
    let start = Instant::now();
    let mut status = 0;
    // SAFETY: `status` is ours.
    while unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == 0 {
        if start.elapsed() > LIMIT {
            // SAFETY: `child` was not waited for, so it is still that one.
            unsafe { libc::kill(child, libc::SIGKILL) };
            return "HANGS";
        }
        sleep(Duration::from_millis(1));
    }
    if status == 0 { "ok" } else { "FAILED" }
}
