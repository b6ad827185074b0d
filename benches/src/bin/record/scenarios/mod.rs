//! The measurements: families of scenarios, each with its peers.

mod cells;
mod counters;
mod latency;
mod logs;
pub mod matrix;
mod memory;
mod mpsc;
mod positions;
mod queues;
mod semaphores;
mod sequences;
mod unbounded;

use self::matrix::{Cell, Selection};
use std::thread;
use std::time::Duration;

/// One file of the record.
pub struct Family {
    pub name: &'static str,
    /// The unit of a figure.
    pub unit: &'static str,
    pub scenarios: Vec<Scenario>,
}

/// One group of bars, or one point of each line.
pub struct Scenario {
    pub name: String,
    /// What a turn measures, if that is more than one thing: then each has a group of bars.
    pub figures: &'static [&'static str],
    /// Where it belongs in the matrix.
    pub cell: Option<Cell>,
    pub runs: Vec<Run>,
}

impl Scenario {
    fn new(name: impl Into<String>, runs: Vec<Run>) -> Self {
        Self { name: name.into(), figures: &[""], cell: None, runs }
    }

    /// About how many turns' time a round takes.
    pub fn turns(&self) -> usize {
        let turns = |run: &Run| match run.operations {
            // What is large takes longer to create, and more than a turn to go round twice.
            Operations::AtLeast(least) => 1 + (least / 40_000) as usize,
            Operations::Exactly(_) => 4,
        };
        self.runs.iter().map(turns).sum()
    }
}

/// One bar: a peer, and how to get its figures.
pub struct Run {
    pub peer: &'static str,
    pub operations: Operations,
    /// Takes a turn of about that many operations. Returns a figure for each that the scenario names.
    pub turn: Box<dyn Fn(u64) -> Vec<f64>>,
}

/// How many operations make a turn.
#[derive(Clone, Copy)]
pub enum Operations {
    /// As many as fill a turn's time, but not fewer than this.
    AtLeast(u64),
    /// This many.
    Exactly(u64),
}

/// A run whose turn returns nanoseconds an operation.
fn run(peer: &'static str, least: u64, turn: impl Fn(u64) -> f64 + 'static) -> Run {
    let turn = Box::new(move |operations| vec![turn(operations)]);
    Run { peer, operations: Operations::AtLeast(least), turn }
}

fn nanos_each(took: Duration, operations: u64) -> f64 {
    took.as_nanos() as f64 / operations as f64
}

/// Calls a function for each peer: `runs!(function (arguments): Peer, Peer)`, or with a second generic argument
/// `runs!(function, Generic (arguments): Peer, Peer)`.
macro_rules! runs {
    ($make:ident $arguments:tt: $($peer:ty),+ $(,)?) => {
        vec![$($make::<$peer> $arguments),+]
    };
    ($make:ident, $generic:tt $arguments:tt: $($peer:ty),+ $(,)?) => {
        vec![$($make::<$peer, $generic> $arguments),+]
    };
}
use runs;

/// The names of all families.
pub const FAMILIES: [&str; 11] = [
    "counter",
    "sequence",
    "semaphore",
    "seqlock",
    "mpsc",
    "latency",
    "unbounded",
    "watermark",
    "log",
    "memory",
    "matrix",
];

/// The family of that name.
pub fn family(name: &'static str, selection: &Selection) -> Family {
    let (unit, scenarios) = match name {
        "counter" => ("ns an increment, in each thread", counters::scenarios()),
        "sequence" => ("ns a number, in each thread", sequences::scenarios()),
        "semaphore" => {
            ("ns to take a permit and return it, in each thread", semaphores::scenarios())
        }
        "seqlock" => ("ns an operation", cells::scenarios()),
        "mpsc" => ("ns a value of 8 bytes, 1024 slots", mpsc::scenarios(selection)),
        "latency" => ("ns from send to receive, 1024 slots", latency::scenarios()),
        "unbounded" => ("ns a value of 8 bytes", unbounded::scenarios(selection)),
        "watermark" => ("ns an operation", positions::scenarios()),
        "log" => ("ns a record, 1 MiB", logs::scenarios()),
        "memory" => ("bytes", memory::scenarios()),
        "matrix" => ("ns a value", matrix::scenarios(selection)),
        _ => unreachable!("{name} is no family"),
    };
    Family { name, unit, scenarios }
}

/// Thread counts of the sweeps: as far as the machine goes, and beyond once.
fn thread_counts() -> Vec<usize> {
    let processors = processors();
    let mut counts: Vec<_> = [1, 2, 4, 8, 16].into_iter().filter(|&n| n <= processors).collect();
    counts.push(2 * counts.last().copied().unwrap_or(1));
    counts
}

fn processors() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}
