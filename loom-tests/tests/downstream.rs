//! A user's own program in a user's own loom test: the crate's types are part of its model.
//!
//! It is also the one model in which several families work together, as in `examples/commit_log`.

use latchfree::atomic::{Atomic, Relaxed};
use latchfree::counter::Counter;
use latchfree::mpsc;
use latchfree::watermark::Watermark;
use std::sync::Arc;

/// What writers and committer share.
struct Log {
    /// The file: the written records, in order. Relaxed, so that only the watermark can publish it.
    written: [Atomic<u32>; 2],
    durable: Watermark,
    commits: Counter<1>,
}

/// A writer sends a record and waits until it is durable; then it is in the file.
fn write(log: &Log, sender: &mpsc::Sender<u32>, record: u32) {
    let position = sender.send(record).expect("the committer outlives the writers");
    log.durable.wait_for(position + 1).expect("never closed");
    assert_eq!(log.written[position as usize].load(Relaxed), record);
}

/// The committer writes what is there, and then says so.
fn commit(log: &Log, mut receiver: mpsc::Receiver<u32>) {
    let commits = log.commits.local();
    let mut batch = Vec::new();
    let mut written = 0;
    while receiver.recv_many(&mut batch, 8).is_ok() {
        for record in batch.drain(..) {
            log.written[written].store(record, Relaxed);
            written += 1;
        }
        log.durable.advance_to(receiver.position());
        commits.inc();
    }
}

#[test]
fn group_commit() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let (sender, receiver) = mpsc::bounded(2);
        let log = Arc::new(Log {
            written: [0, 0].map(Atomic::new),
            durable: Watermark::new(0),
            commits: Counter::new(),
        });
        let committer = {
            let log = Arc::clone(&log);
            loom::thread::spawn(move || commit(&log, receiver))
        };
        write(&log, &sender, 7);
        drop(sender);
        committer.join().unwrap();
        assert_eq!((log.durable.get(), log.commits.sum()), (1, 1));
    });
}
