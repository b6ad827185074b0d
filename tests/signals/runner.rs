//! Runs scenarios, each in processes of its own, so that one that hangs can be ended.

use crate::interrupt::{self, Mode};
use std::io::{Write, stdout};
use std::panic::catch_unwind;
use std::process::exit;
use std::thread::{available_parallelism, sleep};
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

/// One scenario in one mode, in its process.
struct Running {
    name: &'static str,
    mode: Mode,
    process: libc::pid_t,
    start: Instant,
}

/// Runs all scenarios in all modes, as many at a time as there are processors. Returns how many have failed.
pub(crate) fn run(scenarios: impl IntoIterator<Item = (Scenario, Mode)>) -> usize {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = |name: &str| filter.as_deref().is_none_or(|filter| name.contains(filter));
    let mut waiting = scenarios.into_iter().filter(|((name, _), _)| wanted(name));
    let at_a_time = available_parallelism().map_or(1, usize::from);
    let (mut running, mut failures) = (Vec::new(), 0);
    loop {
        running.extend(waiting.by_ref().take(at_a_time - running.len()).map(Running::begin));
        if running.is_empty() {
            return failures;
        }
        running.retain(|scenario: &Running| match scenario.result() {
            None => true,
            Some(went_well) => {
                failures += usize::from(!went_well);
                false
            }
        });
        sleep(Duration::from_millis(1));
    }
}

impl Running {
    fn begin(((name, scenario), mode): (Scenario, Mode)) -> Self {
        stdout().flush().expect("an output"); // or the child would write it as well
        // SAFETY: this process is one thread, so the child can go on with all that it has.
        let process = unsafe { libc::fork() };
        assert!(process >= 0, "no process for a test");
        if process == 0 {
            let went_well = run_in_mode(scenario, mode);
            let result = if went_well { "ok" } else { "FAILED" };
            println!(
                "test {name} ({mode}), interrupted {} times ... {result}",
                interrupt::interruptions()
            );
            exit(if went_well { WENT_WELL } else { 1 });
        }
        Self { name, mode, process, start: Instant::now() }
    }

    /// Returns whether all went well, as soon as the process has ended or has taken too long.
    fn result(&self) -> Option<bool> {
        let Self { name, mode, process, start } = self;
        let mut status = 0;
        // SAFETY: `status` is ours.
        match unsafe { libc::waitpid(*process, &raw mut status, libc::WNOHANG) } {
            0 if start.elapsed() <= LIMIT => return None,
            0 => {
                // SAFETY: `process` was not waited for, so it is still that one.
                unsafe { libc::kill(*process, libc::SIGKILL) };
                println!("test {name} ({mode}) ... HANGS");
                return Some(false);
            }
            _ => {}
        }
        let has_ended = libc::WIFEXITED(status);
        if !has_ended {
            println!("test {name} ({mode}) ... DIED");
        }
        Some(has_ended && libc::WEXITSTATUS(status) == WENT_WELL)
    }
}

/// Not zero, with which a process could end that has not come to the end of its scenario.
const WENT_WELL: i32 = 42;

/// Returns whether all went well.
fn run_in_mode(scenario: fn(), mode: Mode) -> bool {
    let rounds = if mode == Mode::Timer { ROUNDS } else { 1 };
    (0..rounds).all(|round| {
        interrupt::begin(mode, round);
        let went_well = catch_unwind(scenario).is_ok();
        if interrupt::is_branch() {
            interrupt::exit_branch(went_well);
        }
        went_well && interrupt::branches_went_well()
    })
}
