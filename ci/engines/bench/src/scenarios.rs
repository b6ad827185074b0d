//! The calls, written once for both sides: the types have the same names, and are not the same types.

use crate::Scenario;
use std::hint::black_box;
use std::path::Path;

const BOTH: &[usize] = &[1, 2];
const ONE: &[usize] = &[1];

macro_rules! scenario {
    ($name:literal, $calls:literal, $threads:ident, |$thread:pat_param, $call:pat_param| $body:expr) => {
        Scenario {
            name: $name,
            calls: $calls,
            threads: $threads,
            run: Box::new(move |$thread, calls| {
                for $call in 0..calls {
                    black_box($body);
                }
            }),
        }
    };
}

macro_rules! side {
    ($side:ident, $pieces:ident, $fjall:ident) => {
        /// The calls of one side, whose database is in `folder`.
        pub fn $side(folder: &Path) -> Vec<Scenario> {
            use $fjall::Readable;
            use $pieces::{
                Metrics, SequenceNumberCounter, SnapshotTracker, WriteBufferManager, count_hit,
                count_read,
            };

            let ids = SequenceNumberCounter::default();
            let visible = SequenceNumberCounter::default();
            let written = visible.clone();
            let hits = std::sync::Arc::new(Metrics::default());
            let reads = hits.clone();
            let sums = hits.clone();
            let buffers = WriteBufferManager::default();
            let level = buffers.clone();
            let snapshots = SnapshotTracker::new(SequenceNumberCounter::new(1));
            let cloned = snapshots.open();
            let many = SnapshotTracker::new(SequenceNumberCounter::new(1));
            let open: Vec<_> = (0..32).map(|_| many.open()).collect();

            let database = $fjall::Database::builder(folder).open().expect("a new database");
            let keys = database.keyspace("keys", Default::default).expect("a new keyspace");
            for key in 0..1000_u32 {
                keys.insert(key.to_be_bytes(), [7; 64]).expect("it is written");
            }
            let (gets, snapshot) = (keys.clone(), keys.clone());

            vec![
                scenario!("`SequenceNumberCounter::next`", 1_000_000, BOTH, |_, _| ids.next()),
                scenario!("`SequenceNumberCounter::get`", 1_000_000, BOTH, |_, _| visible.get()),
                scenario!("`SequenceNumberCounter::fetch_max`", 1_000_000, BOTH, |_, call| {
                    written.fetch_max(call.into())
                }),
                scenario!("metrics: a block from the cache", 1_000_000, BOTH, |_, _| {
                    count_hit(&hits)
                }),
                scenario!("metrics: a block that is read", 1_000_000, BOTH, |_, call| {
                    count_read(&reads, call)
                }),
                scenario!("metrics: the rate of hits", 100_000, ONE, |_, _| {
                    sums.data_block_cache_hit_rate()
                }),
                scenario!("`WriteBufferManager`: `allocate`, `free`", 1_000_000, BOTH, |_, _| {
                    buffers.allocate(100);
                    buffers.free(100);
                }),
                scenario!("`WriteBufferManager::get`", 1_000_000, ONE, |_, _| level.get()),
                scenario!("snapshot: open, close", 200_000, BOTH, |_, _| snapshots.open()),
                scenario!("snapshot: clone, close", 200_000, BOTH, |_, _| cloned.clone()),
                scenario!("snapshot: open, close, beside 32", 200_000, BOTH, |_, _| {
                    black_box(&open);
                    many.open()
                }),
                scenario!("fjall: `insert` of 64 bytes", 20_000, BOTH, |thread, call| {
                    let key = (thread as u64) << 32 | u64::from(call);
                    keys.insert(key.to_be_bytes(), [7; 64]).expect("it is written")
                }),
                scenario!("fjall: `get`", 100_000, BOTH, |_, call| {
                    gets.get((call % 1000).to_be_bytes()).expect("it is read")
                }),
                scenario!("fjall: snapshot and `get`", 100_000, BOTH, |_, call| {
                    let now = database.snapshot();
                    now.get(&snapshot, (call % 1000).to_be_bytes()).expect("it is read")
                }),
            ]
        }
    };
}

side!(before, before, fjall_before);
side!(after, after, fjall_after);
