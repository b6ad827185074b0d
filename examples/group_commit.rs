//! A log without a thread of its own: whichever writer comes first writes and syncs for all that have come.
//!
//! ```text
//!  writer ─┐                     ┌─ leads: one write, one sync ──▶ file
//!  writer ─┼──▶ GroupCommit ─────┤
//!  writer ─┘                     └─ others: wait for their positions
//! ```
//!
//! Beside it, `commit_log` is the larger program, with a committer that has a thread. This is the shape for a log that is
//! written now and then, by threads that have to wait for it anyway.
//!
//! `cargo run --release --example group_commit -- /tmp/groups --writers 8 --records 1000`

use clap::Parser;
use latchfree::group::{Batch, GroupCommit};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// Appends records of several writers to a file, in groups, and reads them back.
#[derive(Parser)]
struct Args {
    /// The file, which is replaced.
    log: PathBuf,
    /// How many threads write.
    #[arg(long, default_value_t = 4)]
    writers: u32,
    /// How many records each of them writes, one after the other.
    #[arg(long, default_value_t = 1000)]
    records: u32,
}

/// A record as it is in the file: which writer has written it, and which of its records it is.
const RECORD: usize = 8;

fn record(writer: u32, number: u32) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[..4].copy_from_slice(&writer.to_le_bytes());
    record[4..].copy_from_slice(&number.to_le_bytes());
    record
}

struct Log {
    group: GroupCommit<[u8; RECORD], u64>,
    /// The leader's. It never has to wait for the lock.
    file: Mutex<Appending>,
}

struct Appending {
    file: File,
    bytes: Vec<u8>,
    end: u64,
    groups: u64,
    /// After a failed write it is not known what the file has.
    has_failed: bool,
}

impl Log {
    /// Appends a record. When this returns, it is durable, at this position.
    fn append(&self, record: [u8; RECORD]) -> io::Result<u64> {
        let committed = self.group.commit(record, |batch| self.lead(batch));
        committed.map_err(|_| io::Error::other("the log has failed"))
    }

    /// Writes and syncs the records of all in the batch.
    fn lead(&self, batch: &mut Batch<'_, [u8; RECORD], u64>) {
        let Ok(mut appending) = self.file.try_lock() else { return };
        let Appending { file, bytes, end, groups, has_failed } = &mut *appending;
        bytes.clear();
        batch.iter_mut().for_each(|(record, _)| bytes.extend_from_slice(record));
        *has_failed |= file.write_all(bytes).and_then(|()| file.sync_data()).is_err();
        if *has_failed {
            return; // without results: all of them are told so
        }
        for (_, position) in batch.iter_mut() {
            *position = Some(*end);
            *end += RECORD as u64;
        }
        *groups += 1;
    }
}

/// Writes all records; returns how long it took, and how many groups there were.
fn run(args: &Args) -> io::Result<(Duration, u64)> {
    let (file, bytes) = (File::create(&args.log)?, Vec::new());
    let appending = Appending { file, bytes, end: 0, groups: 0, has_failed: false };
    let log = Log { group: GroupCommit::new(), file: Mutex::new(appending) };
    let start = Instant::now();
    let write =
        |writer| (0..args.records).try_for_each(|n| log.append(record(writer, n)).map(drop));
    thread::scope(|scope| {
        let writers: Vec<_> = (0..args.writers)
            .map(|writer| {
                let write = &write;
                scope.spawn(move || write(writer))
            })
            .collect();
        writers.into_iter().try_for_each(|writer| writer.join().expect("no writer panics"))
    })?;
    let took = start.elapsed();
    let groups =
        log.file.into_inner().map_err(|_| io::Error::other("a leader has panicked"))?.groups;
    Ok((took, groups))
}

/// Finds each record of each writer once, in the order in which it was written.
fn verify(args: &Args) -> io::Result<()> {
    let mut next = vec![0; args.writers as usize];
    for bytes in fs::read(&args.log)?.chunks(RECORD) {
        let writer =
            (0..args.writers).find(|&writer| bytes == record(writer, next[writer as usize]));
        let Some(writer) = writer else { return Err(io::Error::other("a record out of order")) };
        next[writer as usize] += 1;
    }
    let is_whole = next.iter().all(|&next| next == args.records);
    is_whole.then_some(()).ok_or_else(|| io::Error::other("records are missing"))
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    let (took, groups) = run(&args)?;
    verify(&args)?;
    let records = u64::from(args.writers) * u64::from(args.records);
    println!(
        "{records} records of {} writers, all found again: {:.0} a second, {:.1} in a group, {:.0} µs a group",
        args.writers,
        records as f64 / took.as_secs_f64(),
        records as f64 / groups as f64,
        took.as_micros() as f64 / groups as f64,
    );
    Ok(())
}
