//! The threads of a run.

use super::committer::Committer;
use super::log::LogWriter;
use super::reader::Reader;
use super::shared::Shared;
use super::writer::Writer;
use super::{follow, histogram};
use crate::args::RunArgs;
use crate::error::{Context, Result};
use crate::primitives::Primitives;
use hdrhistogram::Histogram;
use std::io::{self, IsTerminal};
use std::panic;
use std::thread::{Builder, Scope, ScopedJoinHandle};

type Threads<'scope, R> = Vec<ScopedJoinHandle<'scope, R>>;

/// The threads that have been started.
pub struct Workers<'scope> {
    committer: ScopedJoinHandle<'scope, Result<Histogram<u64>>>,
    writers: Threads<'scope, Histogram<u64>>,
    /// Readers, and those that show how far the log is.
    followers: Threads<'scope, Result<()>>,
}

/// The measurements of the threads.
pub struct Measured {
    /// Records in each batch.
    pub batch_sizes: Histogram<u64>,
    /// Nanoseconds from the sending of a record until its writer knows that it is durable.
    pub latencies: Histogram<u64>,
}

/// Starts all threads. If one cannot be started, the others end: without senders the committer
/// stops, and with it all threads that wait for it.
pub fn start<'scope, P: Primitives>(
    scope: &'scope Scope<'scope, '_>,
    shared: &'scope Shared<'scope, P>,
    args: &'scope RunArgs,
    log: LogWriter,
) -> Result<Workers<'scope>> {
    let (sender, receiver) = P::queue(args.queue);
    let committer = Committer::new(shared, receiver, log, args.max_batch() as u64);
    let committer = spawn(scope, "committer", || committer.run())?;
    let mut followers = Vec::new();
    for _ in 0..args.readers {
        let reader = Reader::open(shared, &args.dir)?;
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
    for _ in 0..args.writers {
        let writer = Writer::new(shared, sender.clone(), args.in_flight as u64);
        let spawned = spawn(scope, "writer", || writer.run());
        writers.push(spawned.inspect_err(|_| shared.stop())?);
    }
    Ok(Workers { committer, writers, followers })
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
        let mut latencies = histogram();
        for writer in self.writers {
            latencies.add(join(writer)).expect("they are of one kind");
        }
        let batch_sizes = join(self.committer);
        let followed: Vec<_> = self.followers.into_iter().map(join).collect();
        let batch_sizes = batch_sizes?;
        followed.into_iter().collect::<Result<()>>()?;
        Ok(Measured { batch_sizes, latencies })
    }
}

/// Returns the result of a thread. Panics if the thread has panicked.
fn join<R>(thread: ScopedJoinHandle<'_, R>) -> R {
    thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
}
