//! The threads of a run.

use super::committer::{Committer, Work};
use super::log::LogWriter;
use super::reader::Reader;
use super::shared::Shared;
use super::writer::{Options, Waited, Writer};
use super::{follow, histogram};
use crate::args::RunArgs;
use crate::error::{Context, Result};
use crate::format::frame::Draft;
use crate::input::Input;
use crate::primitives::{self, Flusher, Primitives, Room};
use hdrhistogram::Histogram;
use std::io::{self, IsTerminal};
use std::panic;
use std::thread::{Builder, Scope, ScopedJoinHandle};
use std::time::Duration;

type Threads<'scope, R> = Vec<ScopedJoinHandle<'scope, R>>;

/// The threads that have been started.
pub struct Workers<'scope> {
    committer: ScopedJoinHandle<'scope, Result<Work>>,
    writers: Threads<'scope, (Histogram<u64>, Waited)>,
    /// Readers, and those that show how far the log is.
    followers: Threads<'scope, Result<()>>,
}

/// The measurements of the threads.
pub struct Measured {
    pub work: Work,
    /// Nanoseconds from the beginning of a record until its writer knows that it is durable.
    pub latencies: Histogram<u64>,
    /// Of each writer.
    pub waited: Vec<Waited>,
}

/// Starts all threads. If one cannot be started, the others end: without writers the committer
/// stops, and with it all threads that wait for it.
pub fn start<'scope, 'a: 'scope, P: Primitives, W: primitives::Writer<Draft<'a>> + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    shared: &'a Shared<'a, P>,
    args: &'a RunArgs,
    log: LogWriter,
    ends: Vec<W>,
    flusher: impl Flusher + 'scope,
) -> Result<Workers<'scope>> {
    // Before the committer may begin another segment: without writers, it has records at once.
    let readers = (0..args.readers).map(|_| Reader::open(shared, &args.dir));
    let readers = readers.collect::<Result<Vec<_>>>()?;
    let committer = Committer::new(shared, flusher, log, args.max_batch(shared.input));
    let committer = spawn(scope, "committer", || committer.run())?;
    let mut followers = Vec::new();
    for reader in readers {
        followers.push(spawn(scope, "reader", || reader.run())?);
    }
    if args.acks {
        followers.push(spawn(scope, "acks", || follow::print_acks(shared))?);
    }
    if io::stderr().is_terminal() {
        followers.push(spawn(scope, "progress", || {
            follow::show_progress(shared);
            Ok(())
        })?);
    }
    let mut writers = Vec::new();
    for end in ends {
        let writer = Writer::new(shared, end, options(args, shared.input));
        let spawned = spawn(scope, "writer", || writer.run());
        writers.push(spawned.inspect_err(|_| shared.feed.stop())?);
    }
    Ok(Workers { committer, writers, followers })
}

fn options(args: &RunArgs, input: &Input) -> Options {
    let RunArgs { acks, stall, give_up, .. } = *args;
    let in_flight = args.in_flight.unwrap_or(u64::MAX);
    let Room { bytes, records } = args.together(input);
    let (together, stall) = (records, Duration::from_micros(stall));
    Options { together, together_bytes: bytes, in_flight, acks, stall, give_up }
}

fn spawn<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> R + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, R>> {
    let spawned = Builder::new().name(name.into()).spawn_scoped(scope, work);
    spawned.context(|| format!("cannot start the {name} thread"))
}

impl Workers<'_> {
    /// Waits for all threads. An error of the committer comes first.
    pub fn join(self) -> Result<Measured> {
        let (mut latencies, mut waited) = (histogram(), Vec::new());
        for writer in self.writers {
            let (latencies_of_one, waited_by_one) = join(writer);
            latencies.add(latencies_of_one).expect("they are of one kind");
            waited.push(waited_by_one);
        }
        let work = join(self.committer);
        let followed: Vec<_> = self.followers.into_iter().map(join).collect();
        let work = work?;
        followed.into_iter().collect::<Result<()>>()?;
        Ok(Measured { work, latencies, waited })
    }
}

/// Returns the result of a thread. Panics if the thread has panicked.
fn join<R>(thread: ScopedJoinHandle<'_, R>) -> R {
    thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
}
