//! Appending an input to a log, with many writers and one committer.

mod committer;
mod follow;
mod log;
mod open;
mod reader;
pub mod report;
mod sequencer;
mod shared;
mod snapshot;
mod stats;
mod window;
mod workers;
mod writer;

use self::log::LogWriter;
use self::open::Opened;
use self::report::Report;
use self::shared::Shared;
use crate::args::{Baseline, RunArgs};
use crate::error::Result;
use crate::input::Input;
use crate::lock::Lock;
use crate::primitives::{Channel, LockFree, Locked, Primitives};
use hdrhistogram::Histogram;
use std::io::{self, Write};
use std::thread;
use std::time::Instant;

/// Runs the job that `args` ask for, or goes on with the one in the folder. Returns nothing if
/// that was complete.
pub fn run(args: &RunArgs) -> Result<Option<Report>> {
    open::make_folder(&args.dir)?;
    let mut lock = Lock::open(&args.dir)?;
    let _lock = lock.take()?;
    let Opened { mut job, input, log, recovered } = open::open(args)?;
    if let Some(recovered) = recovered {
        let _ = writeln!(io::stderr(), "{recovered}");
    }
    let mut report = None;
    if log.next() < job.records {
        let drive = match args.baseline {
            None => drive::<LockFree>,
            Some(Baseline::Mutex) => drive::<Locked>,
            Some(Baseline::Channel) => drive::<Channel>,
        };
        report = Some(drive(args, &input, log, job.records)?);
    }
    job.finished = true;
    job.store(&args.dir)?;
    Ok(report)
}

/// Appends the records up to `end`, and measures that.
fn drive<P: Primitives>(args: &RunArgs, input: &Input, log: LogWriter, end: u64) -> Result<Report> {
    let shared = Shared::<P>::new(input, &log, end, args.in_flight_of_all());
    let begun = Instant::now();
    let measured = thread::scope(|scope| workers::start(scope, &shared, args, log)?.join())?;
    let elapsed = begun.elapsed();
    Ok(Report { primitives: P::NAME, elapsed, totals: shared.stats.totals(), measured })
}

/// For batch sizes, and for nanoseconds up to an hour, to three digits.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(3_600_000_000_000, 3).expect("the limits are sensible")
}
