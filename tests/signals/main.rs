//! One end of a type in a signal handler, the other end in the code that it interrupts, at each instruction.
//!
//! Each test here is a [scenario](interrupt): an operation of `main`, an operation of the handler, and what
//! must hold afterwards, whenever the handler came. On x86_64 Linux the processor's trap flag interrupts
//! `main` after each single instruction; everywhere on unix a timer does it at any moment. An interrupt handler on
//! bare metal finds the same states: `ci/no-std` repeats some of these scenarios there.
//!
//! Not the test harness of `std`: this one forks, and so must be one thread.
//!
//! ```text
//! cargo test --test signals                    all
//! cargo test --test signals -- watermark       those with that in their names
//! ```

#[cfg(all(unix, not(miri)))]
mod interrupt;
#[cfg(all(unix, not(miri)))]
mod runner;
#[cfg(all(unix, not(miri)))]
mod tasks;

#[cfg(all(unix, not(miri), feature = "std"))]
mod blocking;
#[cfg(all(unix, not(miri)))]
mod counter;
#[cfg(all(unix, not(miri)))]
mod log;
#[cfg(all(unix, not(miri)))]
mod mpsc;
#[cfg(all(unix, not(miri)))]
mod refcount;
#[cfg(all(unix, not(miri)))]
mod semaphore;
#[cfg(all(unix, not(miri)))]
mod seqlock;
#[cfg(all(unix, not(miri)))]
mod watermark;
#[cfg(all(unix, not(miri)))]
mod words;

#[cfg(not(all(unix, not(miri))))]
fn main() {}

#[cfg(all(unix, not(miri)))]
fn main() {
    let families = [
        interrupt::SCENARIOS,
        words::SCENARIOS,
        counter::SCENARIOS,
        seqlock::SCENARIOS,
        mpsc::SCENARIOS,
        log::SCENARIOS,
        refcount::SCENARIOS,
        semaphore::SCENARIOS,
        watermark::SCENARIOS,
        watermark::frontier::SCENARIOS,
    ];
    let in_all_modes = families
        .into_iter()
        .flatten()
        .flat_map(|&scenario| interrupt::MODES.iter().map(move |&mode| (scenario, mode)));
    #[cfg(feature = "std")]
    let in_all_modes = in_all_modes
        .chain(blocking::SCENARIOS.iter().map(|&scenario| (scenario, interrupt::Mode::Timer)));
    let failures = runner::run(in_all_modes);
    println!("\n{failures} failed");
    std::process::exit(i32::from(failures > 0));
}
