//! What is run: each operation of each family, and of the controls.

pub(crate) mod counter;
mod log;
pub(crate) mod queues;
mod seqlock;
pub(crate) mod streams;
mod words;

use crate::machine::{Counts, MOST};
use crate::run::{Body, Laps, Run};
use crate::schedule::Schedule;
use std::sync::Mutex;

/// How often each processor does an operation before it is counted.
pub const WARM_UP: u64 = 4;
/// How many values are sent or received at a time.
const BATCH: u64 = 32;
/// A processor beside the others: it was there before them, or consumes what they produce.
pub const OTHER: usize = MOST - 1;

/// An operation, and who does it beside whom.
pub struct Scenario {
    /// What the operation is.
    pub name: &'static str,
    /// Who does it, if not every processor does nothing else.
    pub circumstances: &'static str,
    /// On machines with how many processors.
    pub processors: &'static [usize],
    /// More processors change nothing.
    pub is_constant: bool,
    /// Runs it.
    pub run: fn(&mut Bench) -> Cost,
}

impl Scenario {
    const fn new(
        name: &'static str,
        circumstances: &'static str,
        run: fn(&mut Bench) -> Cost,
    ) -> Self {
        Self { name, circumstances, processors: &[1, 2, 4, 16, 64], is_constant: false, run }
    }

    /// For what costs the same, however many processors have come before.
    const fn constant(self) -> Self {
        Self { processors: &[1, 4], is_constant: true, ..self }
    }

    /// For machines with no more than `processors`.
    const fn on(self, processors: &'static [usize]) -> Self {
        Self { processors, ..self }
    }

    /// Returns what a table has to say of it.
    pub fn title(&self) -> String {
        match self.circumstances {
            "" => self.name.to_string(),
            circumstances => format!("{} ({circumstances})", self.name),
        }
    }
}

/// Scenarios under one heading.
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What is run.
    pub scenarios: &'static [Scenario],
}

/// All that is run.
pub const ALL: &[Family] = &[
    Family { name: "counter", scenarios: counter::SCENARIOS },
    Family { name: "sequence", scenarios: words::SEQUENCE },
    Family { name: "refcount", scenarios: words::REFCOUNT },
    Family { name: "semaphore", scenarios: words::SEMAPHORE },
    Family { name: "group", scenarios: words::GROUP },
    Family { name: "seqlock", scenarios: seqlock::SCENARIOS },
    Family { name: "mpsc", scenarios: queues::SCENARIOS },
    Family { name: "mpsc, both sides", scenarios: streams::SCENARIOS },
    Family { name: "watermark", scenarios: words::WATERMARK },
    Family { name: "log", scenarios: log::SCENARIOS },
];

/// What operations have cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// All together.
    pub counts: Counts,
    /// How many operations.
    pub operations: u64,
}

/// A machine with some processors, for one scenario.
pub struct Bench {
    run: Run,
    /// How many processors there are, beside [`OTHER`].
    pub processors: usize,
    /// How many operations of each processor are counted.
    pub times: u64,
}

impl Bench {
    /// Creates a machine that has run nothing.
    pub fn new(schedule: Schedule, processors: usize) -> Self {
        let times = match processors {
            ..=4 => 100,
            5..=16 => 24,
            _ => 12,
        };
        Self { run: Run::new(schedule), processors, times }
    }

    /// How many operations all processors do, warming up included.
    pub fn total(&self) -> u64 {
        self.processors as u64 * self.each_total()
    }

    /// How many operations a processor does, warming up included.
    pub fn each_total(&self) -> u64 {
        WARM_UP + self.times
    }

    /// All processors do the same. `work(processor, laps)` calls `laps.run` once, with what this returns for it.
    fn each(&mut self, work: impl Fn(usize, Turns) + Sync) -> Cost {
        let (work, times) = (&work, self.times);
        let body = |i| Body::new(i, move |laps: &Laps| work(i, Turns { laps, times }));
        let counts = self.run.stage((0..self.processors).map(body).collect());
        Cost { counts, operations: self.processors as u64 * times }
    }

    /// One processor does `one`, and all others, if there are any, do `others` beside it.
    fn one_beside(
        &mut self,
        one: impl FnOnce(Turns) + Send,
        others: impl Fn(usize, Turns) + Sync,
    ) -> Cost {
        let (others, times) = (&others, self.times);
        let body = |i| Body::beside(i, move |laps: &Laps| others(i, Turns { laps, times }));
        let mut bodies: Vec<_> = (1..self.processors).map(body).collect();
        bodies.push(Body::new(0, move |laps: &Laps| one(Turns { laps, times })));
        Cost { counts: self.run.stage(bodies), operations: times }
    }

    /// The other processor does `work` `total` times, warming up included, while all others do nothing.
    fn other(&mut self, total: u64, work: impl FnMut() + Send) -> Cost {
        self.other_beside(WARM_UP, total - WARM_UP, work, Vec::new())
    }

    /// The other processor does `work` beside `bodies`.
    fn other_beside<'a>(
        &mut self,
        warm_up: u64,
        times: u64,
        mut work: impl FnMut() + Send + 'a,
        mut bodies: Vec<Body<'a>>,
    ) -> Cost {
        bodies.push(Body::new(OTHER, move |laps: &Laps| laps.run(warm_up, times, &mut work)));
        Cost { counts: self.run.stage(bodies), operations: times }
    }
}

/// How often an operation is done.
struct Turns<'a> {
    laps: &'a Laps,
    times: u64,
}

impl Turns<'_> {
    fn run(self, operation: impl FnMut()) {
        self.laps.run(WARM_UP, self.times, operation);
    }
}

/// Values that threads take, one each.
struct Handles<T>(Vec<Mutex<Option<T>>>);

impl<T> Handles<T> {
    fn new(many: usize, new: impl FnMut(usize) -> T) -> Self {
        Self((0..many).map(new).map(Some).map(Mutex::new).collect())
    }

    fn take(&self, i: usize) -> T {
        self.0[i].lock().expect("no panic under the lock").take().expect("taken once")
    }
}
