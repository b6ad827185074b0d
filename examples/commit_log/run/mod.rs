//! Appending an input to a log, with many writers and one committer.

mod alone;
mod clock;
mod committer;
mod feed;
mod follow;
mod log;
mod open;
mod reader;
pub mod report;
mod shared;
mod snapshot;
mod stats;
mod window;
mod workers;
mod writer;

use self::alone::Alone;
use self::clock::ProcessClock;
use self::feed::Feed;
use self::log::LogWriter;
use self::open::Opened;
use self::report::Report;
use self::shared::Shared;
use crate::args::{Baseline, RunArgs};
use crate::coverage::Coverage;
use crate::error::Result;
use crate::format::frame::Draft;
use crate::input::Input;
use crate::job::Job;
use crate::lock::Lock;
use crate::primitives::{Channel, Flusher, LockFree, Locked, Primitives, Writer};
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
    let Opened { mut job, input, log, coverage, recovered } = open::open(args)?;
    if let Some(recovered) = recovered {
        let _ = writeln!(io::stderr(), "{recovered}");
    }
    let mut report = None;
    if coverage.records() < job.records {
        let drive = match args.baseline {
            None => drive::<LockFree>,
            Some(Baseline::Mutex) => drive::<Locked>,
            Some(Baseline::Channel) => drive::<Channel>,
            Some(Baseline::None) => drive_alone::<Locked>,
        };
        report = Some(drive(args, &job, &input, log, &coverage)?);
    }
    job.finished = true;
    job.store(&args.dir)?;
    Ok(report)
}

/// Appends what the log lacks of its job through a transport, and measures that.
fn drive<P: Primitives>(
    args: &RunArgs,
    job: &Job,
    input: &Input,
    log: LogWriter,
    coverage: &Coverage,
) -> Result<Report> {
    let shared = Shared::<P>::new(input, &log, Feed::new(coverage, job.records));
    let (writers, flusher) = P::transport::<Draft<'_>>(args.shape(input), log.next());
    measure(P::NAME, &shared, args, log, writers, flusher)
}

/// The same without writers and without a transport.
fn drive_alone<P: Primitives>(
    args: &RunArgs,
    job: &Job,
    input: &Input,
    log: LogWriter,
    coverage: &Coverage,
) -> Result<Report> {
    let shared = Shared::<P>::new(input, &log, Feed::new(coverage, job.records));
    let flusher = Alone::new(&shared);
    let no_writers = Vec::<P::Writer<Draft<'_>>>::new();
    measure("none (one thread)", &shared, args, log, no_writers, flusher)
}

fn measure<'a, P: Primitives, W: Writer<Draft<'a>>>(
    transport: &'static str,
    shared: &'a Shared<'a, P>,
    args: &'a RunArgs,
    log: LogWriter,
    writers: Vec<W>,
    flusher: impl Flusher,
) -> Result<Report> {
    let clock = ProcessClock::start();
    let begun = Instant::now();
    let measured =
        thread::scope(|scope| workers::start(scope, shared, args, log, writers, flusher)?.join())?;
    let elapsed = begun.elapsed();
    let processors = clock.elapsed();
    Ok(Report { transport, elapsed, processors, totals: shared.stats.totals(), measured })
}

/// For batch sizes, and for nanoseconds up to an hour, to three digits.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(3_600_000_000_000, 3).expect("the limits are sensible")
}
