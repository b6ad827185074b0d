//! Times the calls that the engines make most, as published and on latchfree's types, and prints a table.
//!
//! Each round measures one after the other, so that both see the same machine; what is compared is the median of the
//! rounds' ratios. A figure is processor time of the threads that call, per call.
//!
//!     bench [ROUNDS]

mod scenarios;

use rustix::time::{ClockId, clock_gettime};
use std::sync::Barrier;
use std::thread;

/// One call, or a few that belong together, and how many of them a round has.
struct Scenario {
    name: &'static str,
    calls: u32,
    threads: &'static [usize],
    /// Does `calls` of them, in the thread with that index.
    run: Box<dyn Fn(usize, u32) + Sync>,
}

impl Scenario {
    /// Returns what a call costs in nanoseconds, in so many threads at once.
    fn nanoseconds(&self, threads: usize) -> f64 {
        let barrier = Barrier::new(threads);
        let round = |index| {
            barrier.wait();
            let begin = clock_gettime(ClockId::ThreadCPUTime);
            (self.run)(index, self.calls);
            let end = clock_gettime(ClockId::ThreadCPUTime);
            (end.tv_sec - begin.tv_sec) as f64 * 1e9 + (end.tv_nsec - begin.tv_nsec) as f64
        };
        let spent: f64 = thread::scope(|scope| {
            let round = &round;
            let handles: Vec<_> =
                (0..threads).map(|index| scope.spawn(move || round(index))).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).sum()
        });
        spent / f64::from(self.calls) / threads as f64
    }
}

/// The value that a part of all values is below.
fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).round() as usize]
}

fn main() {
    let rounds = std::env::args().nth(1).map_or(15, |rounds| rounds.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder for the databases");
    let before = scenarios::before(&folder.path().join("before"));
    let after = scenarios::after(&folder.path().join("after"));

    println!("| call | threads | before, ns | after, ns | after / before | quartiles |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (before, after) in before.iter().zip(&after) {
        for &threads in before.threads {
            let (mut old, mut new, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for round in 0..=rounds {
                // Each is first in every other round.
                let [a, b] = if round % 2 == 0 {
                    let a = before.nanoseconds(threads);
                    [a, after.nanoseconds(threads)]
                } else {
                    let b = after.nanoseconds(threads);
                    [before.nanoseconds(threads), b]
                };
                // The first round warms up.
                if round > 0 {
                    old.push(a);
                    new.push(b);
                    ratios.push(b / a);
                }
            }
            println!(
                "| {} | {threads} | {:.1} | {:.1} | {:.2} | {:.2} to {:.2} |",
                before.name,
                quantile(&mut old, 0.5),
                quantile(&mut new, 0.5),
                quantile(&mut ratios, 0.5),
                quantile(&mut ratios, 0.25),
                quantile(&mut ratios, 0.75),
            );
        }
    }
}
