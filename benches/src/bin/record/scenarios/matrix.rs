//! Bounded queues of all sizes, by payload, capacity, number of producers and mode.

use super::queues::{At, all_alone, all_in_batches, all_trying, all_waiting};
use super::{Run, Scenario, processors};
use clap::{Args, ValueEnum};
use latchfree_benches::peers::queues::Value;
use std::fmt;

/// Bytes of a value.
pub const PAYLOADS: [usize; 3] = [8, 64, 256];
/// Slots of a queue.
pub const CAPACITIES: [usize; 3] = [64, 1024, 65536];

/// How the sides of a queue are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// One thread sends a value and receives it.
    OneThread,
    /// Sends and receives that fail are repeated.
    Trying,
    /// Sends and receives wait as the peer does.
    Waiting,
    /// Batches of 8 are sent and up to 256 received; what fails is repeated.
    #[value(name = "batches-of-8")]
    BatchesOf8,
    /// Batches of 32.
    #[value(name = "batches-of-32")]
    BatchesOf32,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneThread => "one thread",
            Self::Trying => "trying",
            Self::Waiting => "waiting",
            Self::BatchesOf8 => "batches of 8",
            Self::BatchesOf32 => "batches of 32",
        })
    }
}

/// A cell of the matrix. In one thread there is one producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub mode: Mode,
    pub payload: usize,
    pub capacity: usize,
    pub producers: usize,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mode, payload, capacity, producers } = self;
        write!(f, "{payload} bytes, {capacity} slots, ")?;
        match mode {
            Mode::OneThread => write!(f, "{mode}"),
            _ => write!(f, "{producers} to 1, {mode}"),
        }
    }
}

/// Which cells to measure; all, if nothing is named.
#[derive(Args, Default)]
pub struct Selection {
    /// Numbers of producers, of queues
    #[arg(long, value_delimiter = ',')]
    producers: Vec<usize>,
    /// Bytes of a value, in the matrix: 8, 64, 256
    #[arg(long, value_delimiter = ',')]
    payload: Vec<usize>,
    /// Slots, in the matrix: 64, 1024, 65536
    #[arg(long, value_delimiter = ',')]
    capacity: Vec<usize>,
    /// Modes, in the matrix
    #[arg(long, value_delimiter = ',')]
    mode: Vec<Mode>,
}

impl Selection {
    pub fn has_producers(&self, producers: usize) -> bool {
        self.producers.is_empty() || self.producers.contains(&producers)
    }

    fn has(&self, cell: &Cell) -> bool {
        (cell.mode == Mode::OneThread || self.has_producers(cell.producers))
            && (self.payload.is_empty() || self.payload.contains(&cell.payload))
            && (self.capacity.is_empty() || self.capacity.contains(&cell.capacity))
            && (self.mode.is_empty() || self.mode.contains(&cell.mode))
    }
}

pub fn scenarios(selection: &Selection) -> Vec<Scenario> {
    cells()
        .into_iter()
        .filter(|cell| selection.has(cell))
        .map(|cell| Scenario { cell: Some(cell), ..Scenario::new(cell.to_string(), runs(cell)) })
        .collect()
}

fn cells() -> Vec<Cell> {
    let mut producers = vec![1, 2, 4, 8];
    if processors() >= 16 {
        producers.push(16);
    }
    let mut cells = Vec::new();
    for &mode in Mode::value_variants() {
        for payload in PAYLOADS {
            for capacity in CAPACITIES {
                let producers = if mode == Mode::OneThread { &[1] } else { &producers[..] };
                let cell = |&producers| Cell { mode, payload, capacity, producers };
                cells.extend(producers.iter().map(cell));
            }
        }
    }
    cells
}

fn runs(cell: Cell) -> Vec<Run> {
    match cell.payload {
        8 => runs_of::<[u64; 1]>(cell),
        64 => runs_of::<[u64; 8]>(cell),
        256 => runs_of::<[u64; 32]>(cell),
        _ => unreachable!("these are all payloads"),
    }
}

fn runs_of<T: Value>(cell: Cell) -> Vec<Run> {
    let at = At { capacity: cell.capacity, producers: cell.producers };
    match cell.mode {
        Mode::OneThread => all_alone::<T>(cell.capacity),
        Mode::Trying => all_trying::<T>(at),
        Mode::Waiting => all_waiting::<T>(at),
        Mode::BatchesOf8 => all_in_batches::<T>(at, 8),
        Mode::BatchesOf32 => all_in_batches::<T>(at, 32),
    }
}
