//! A load on a cache: readers that look up by a skewed distribution and fill what they miss, and writers that change chunks.

mod clock;
mod draws;
mod master;
mod namespace;
mod reader;
#[cfg(test)]
mod tests;
mod time;
mod world;
mod writer;

use self::draws::Draws;
use self::reader::{Read, Reader};
use self::world::World;
use self::writer::Writer;
use crate::args::LoadArgs;
use crate::caches::Cache;
use crate::counts::{Count, Sums};
use crate::error::{Context, Error, Result};
use crate::mount::Mount;
use hdrhistogram::Histogram;
use std::panic;
use std::thread::{self, Builder, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// What came out of a load.
pub struct Measured {
    pub elapsed: Duration,
    /// What was counted, with what has filled the cache before.
    pub total: Sums,
    /// Without that.
    pub sums: Sums,
    /// Nanoseconds, of some look-ups.
    latencies: Histogram<u64>,
    /// The time of all readers.
    processors: Option<Duration>,
}

impl Measured {
    pub fn look_ups_per_second(&self) -> f64 {
        self.sums.look_ups() as f64 / self.elapsed.as_secs_f64()
    }

    /// The processor time of a look-up and of what belongs to it, in nanoseconds. Not a number, where the system does not tell.
    pub fn nanos_a_look_up(&self) -> f64 {
        let nanos = self.processors.map_or(f64::NAN, |time| time.as_nanos() as f64);
        nanos / self.sums.look_ups() as f64
    }

    /// The share of look-ups that are hits.
    pub fn hit_ratio(&self) -> f64 {
        self.sums.get(Count::Hits) as f64 / self.sums.look_ups() as f64
    }

    /// How long a look-up takes, in nanoseconds.
    pub fn latency(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64
    }
}

/// Looks at the counts from time to time.
pub struct Watch<'a> {
    pub every: Duration,
    pub look: &'a mut dyn FnMut(&Sums),
}

/// Puts the load on a new cache, and checks each look-up if that is asked for.
pub fn drive<C: Cache>(
    args: &LoadArgs,
    readers: usize,
    checked: bool,
    watch: Option<Watch<'_>>,
) -> Result<Measured> {
    let world = World::new(args, checked);
    let mount = Mount::new(C::new(args.capacity(), checked));
    world.fill_all(&mut mount.session()?)?;
    let filled = mount.sums();
    let begun = Instant::now();
    let (elapsed, read) = thread::scope(|scope| {
        let threads = start(scope, &world, &mount, args, readers).inspect_err(|_| mount.close());
        if threads.is_ok() {
            wait(&mount, args.time, watch);
        }
        mount.close();
        let elapsed = begun.elapsed();
        mount.wait_idle();
        Ok::<_, Error>((elapsed, join(threads?)?))
    })?;
    let total = mount.sums();
    let sums = total.since(&filled);
    let Read { look_ups, processors, latencies } = read;
    if sums.look_ups() != look_ups {
        return Err(Error::Miscounted { counted: sums.look_ups(), done: look_ups });
    }
    Ok(Measured { elapsed, total, sums, latencies, processors })
}

/// The threads of a load.
struct Threads<'scope> {
    readers: Vec<ScopedJoinHandle<'scope, Result<Read>>>,
    writers: Vec<ScopedJoinHandle<'scope, ()>>,
}

/// Starts all threads. They end when the mount is closed, and the first of them that ends closes it: also one that has found
/// a violation, or panics.
fn start<'scope, 'a: 'scope, C: Cache>(
    scope: &'scope Scope<'scope, '_>,
    world: &'a World,
    mount: &'a Mount<C>,
    args: &LoadArgs,
    readers: usize,
) -> Result<Threads<'scope>> {
    let draws = |thread| Draws::new(args.chunks, args.skew, thread as u64);
    let rate = args.writes as f64 / args.writers() as f64;
    // All sessions before the first thread: it may end at once, and then there are no more.
    let reading: Vec<_> = (0..readers)
        .map(|thread| Ok(Reader::new(world, mount, mount.session()?, draws(thread))))
        .collect::<Result<_>>()?;
    let writing: Vec<_> = (readers..readers + args.writers())
        .map(|thread| Ok(Writer::new(world, mount, mount.session()?, draws(thread), rate)))
        .collect::<Result<_>>()?;
    let readers = reading.into_iter().map(|reader| spawn(scope, || reader.run()));
    let readers = readers.collect::<Result<_>>()?;
    let writers = writing.into_iter().map(|writer| spawn(scope, || writer.run()));
    Ok(Threads { readers, writers: writers.collect::<Result<_>>()? })
}

fn spawn<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> R + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, R>> {
    Builder::new().spawn_scoped(scope, work).context(|| "cannot start a thread".into())
}

/// Blocks for `time`, or until the threads have ended before.
fn wait<C: Cache>(mount: &Mount<C>, time: Duration, mut watch: Option<Watch<'_>>) {
    let begun = Instant::now();
    while let Some(left) = time.checked_sub(begun.elapsed()) {
        let period = watch.as_ref().map_or(left, |watch| watch.every.min(left));
        if mount.wait_idle_timeout(period) {
            return;
        }
        if let Some(watch) = &mut watch {
            (watch.look)(&mount.sums());
        }
    }
}

/// Waits for all threads, and adds up what they have done.
fn join(threads: Threads<'_>) -> Result<Read> {
    let mut all = Read::default();
    let read: Vec<_> = threads.readers.into_iter().map(result_of).collect();
    threads.writers.into_iter().for_each(result_of);
    for one in read {
        all.add(one?);
    }
    Ok(all)
}

/// Returns the result of a thread. Panics if the thread has panicked.
fn result_of<R>(thread: ScopedJoinHandle<'_, R>) -> R {
    thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
}

/// Closes a mount when it is dropped.
struct Closes<'a, C: Cache>(&'a Mount<C>);

impl<C: Cache> Drop for Closes<'_, C> {
    fn drop(&mut self) {
        self.0.close();
    }
}
