//! Which snapshots of a database are open in fjall 3.1.13, on `Pins`, `Watermark`, `Gauge` and `EveryNth`.
//!
//! Replaces `src/snapshot_tracker.rs`, and goes with `snapshot_nonce.rs`. Keeps `SnapshotTracker`, a handle whose clones
//! are the same tracker: `open`, `clone_snapshot`, `close`; `publish`, `get`, `set` and `get_ref` of the visible sequence
//! number; `get_seqno_safe_to_gc` and what moves it, `gc` and `pullup`; and for tests `close_raw`, `len`, `open_snapshots`.
//!
//! A snapshot pins the number that is visible; what is below the oldest pin can be collected. There may be more
//! snapshots than slots: those beyond are counted in a map under a mutex.

use crate::{
    SeqNo,
    snapshot_nonce::{Hold, SnapshotNonce},
};
use latchfree::counter::{EveryNth, Gauge};
use latchfree::refcount::Pins;
use latchfree::watermark::Watermark;
use lsm_tree::SequenceNumberCounter;
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, MutexGuard};

/// How many snapshots take no lock: 8 KiB.
pub(crate) const SLOTS: usize = 64;

/// How many snapshots are closed from one collection to the next.
const CLOSES: NonZeroU64 = NonZeroU64::new(10_000).unwrap();

struct Inner {
    /// The number up to which, exclusive, writes are visible.
    visible: SequenceNumberCounter,
    pins: Arc<Pins<SLOTS>>,
    /// How many snapshots of an instant are open, of those that have no slot.
    beyond: Mutex<BTreeMap<SeqNo, usize>>,
    open: Gauge<8>,
    closes: EveryNth,
    /// What no snapshot needs, now or later.
    safe: Watermark,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder panics")
}

/// Knows the oldest snapshot that is open.
#[derive(Clone)]
pub struct SnapshotTracker(Arc<Inner>);

impl SnapshotTracker {
    /// Begins without a snapshot.
    pub fn new(visible: SequenceNumberCounter) -> Self {
        Self(Arc::new(Inner {
            visible,
            pins: Arc::default(),
            beyond: Mutex::default(),
            open: Gauge::new(),
            closes: EveryNth::new(CLOSES),
            safe: Watermark::new(0),
        }))
    }

    /// Returns the counter of what is visible.
    pub fn get_ref(&self) -> SequenceNumberCounter {
        self.0.visible.clone()
    }

    /// Returns the number up to which, exclusive, writes are visible. It is not held: see [`open`](Self::open).
    pub fn get(&self) -> SeqNo {
        self.0.visible.get()
    }

    /// Makes what is below `visible` visible.
    pub fn set(&self, visible: SeqNo) {
        self.0.visible.fetch_max(visible);
    }

    /// Makes the write `seqno`, and those before it, visible.
    pub fn publish(&self, seqno: SeqNo) {
        self.set(seqno + 1);
    }

    /// Opens a snapshot of what is visible.
    pub fn open(&self) -> SnapshotNonce {
        match Arc::clone(&self.0.pins).pin_owned(|| self.get()) {
            Some(pinned) => self.begin(pinned.position(), Arc::new(Hold::Slot(pinned))),
            None => self.open_beyond(),
        }
    }

    /// Opens a snapshot for which there is no slot.
    #[cold]
    fn open_beyond(&self) -> SnapshotNonce {
        let mut beyond = lock(&self.0.beyond);
        // Under the lock: a collection that has not seen this entry had it before, and has loaded no greater number.
        let instant = self.get();
        *beyond.entry(instant).or_default() += 1;
        drop(beyond);
        self.begin(instant, Arc::new(Hold::Entry))
    }

    /// Opens a second snapshot of the same instant.
    pub fn clone_snapshot(&self, nonce: &SnapshotNonce) -> SnapshotNonce {
        self.begin(nonce.instant, nonce.share())
    }

    fn begin(&self, instant: SeqNo, hold: Arc<Hold>) -> SnapshotNonce {
        self.0.open.inc();
        SnapshotNonce::new(instant, hold, self.clone())
    }

    /// Closes a snapshot before it is dropped.
    pub(crate) fn close(&self, nonce: &SnapshotNonce) {
        if let Some(hold) = nonce.take() {
            self.end(nonce.instant, hold);
        }
    }

    /// Counts a snapshot as closed, whose hold this is.
    pub(crate) fn end(&self, instant: SeqNo, hold: Arc<Hold>) {
        if let Some(Hold::Entry) = Arc::into_inner(hold) {
            self.close_raw(instant);
        }
        self.0.open.dec();
        if self.0.closes.tick() {
            self.gc();
        }
    }

    /// Takes a snapshot out of those without a slot; nothing, if there is none of that instant.
    pub(crate) fn close_raw(&self, instant: SeqNo) {
        let mut beyond = lock(&self.0.beyond);
        if let Some(count) = beyond.get_mut(&instant) {
            *count -= 1;
            if *count == 0 {
                beyond.remove(&instant);
            }
        }
    }

    /// Returns the last number that no snapshot needs, as of the last collection: what is not the newest up to
    /// there can be dropped.
    pub fn get_seqno_safe_to_gc(&self) -> SeqNo {
        self.0.safe.get()
    }

    /// Looks for the oldest snapshot, and moves what is safe up to there; to what is visible, if there is none.
    pub(crate) fn gc(&self) {
        // Loaded first: a snapshot that is not found in either, for it is opened later, is of this one or a later one.
        let visible = self.get();
        let beyond =
            lock(&self.0.beyond).first_key_value().map_or(visible, |(&instant, _)| instant);
        let oldest = self.0.pins.oldest(visible.min(beyond));
        self.0.safe.advance_to(oldest.saturating_sub(1));
    }

    /// Moves what is safe up to what is visible, if no snapshot is open; for databases that hardly open any.
    pub(crate) fn pullup(&self) {
        self.gc();
    }

    /// Returns how many snapshots are open; an estimate, while threads open and close them.
    pub fn open_snapshots(&self) -> usize {
        self.0.open.level() as usize
    }

    /// Returns how many snapshots are open, too. Instants are not told apart here.
    pub fn len(&self) -> usize {
        self.open_snapshots()
    }
}

#[cfg(test)]
mod overlay_tests {
    use super::{SLOTS, SnapshotTracker};
    use lsm_tree::SequenceNumberCounter;
    use std::thread;

    fn safe(tracker: &SnapshotTracker) -> u64 {
        tracker.gc();
        tracker.get_seqno_safe_to_gc()
    }

    #[test]
    fn oldest_snapshot_or_clone_holds_back_what_is_safe() {
        let tracker = SnapshotTracker::new(SequenceNumberCounter::new(10));
        let old = tracker.open();
        tracker.publish(19);
        let new = tracker.open();
        assert_eq!((old.instant, new.instant, safe(&tracker)), (10, 20, 9));
        let clone = old.clone();
        drop(old);
        assert_eq!((safe(&tracker), tracker.open_snapshots()), (9, 2));
        drop(clone);
        assert_eq!(safe(&tracker), 19);
        tracker.publish(29);
        assert_eq!(safe(&tracker), 19);
        drop(new);
        assert_eq!((safe(&tracker), tracker.open_snapshots()), (29, 0));
    }

    #[test]
    fn snapshots_beyond_the_slots_hold_back_what_is_safe() {
        let tracker = SnapshotTracker::new(SequenceNumberCounter::new(5));
        let mut open: Vec<_> = (0..SLOTS).map(|_| tracker.open()).collect();
        for seqno in 5..8 {
            open.push(tracker.open());
            open.push(open[open.len() - 1].clone());
            tracker.publish(seqno);
        }
        assert_eq!((tracker.open_snapshots(), safe(&tracker)), (SLOTS + 6, 4));
        open.drain(..SLOTS + 1);
        assert_eq!((open[0].instant, safe(&tracker)), (5, 4), "its clone is open");
        open.remove(0);
        assert_eq!(safe(&tracker), 5);
        open.drain(..3);
        assert_eq!((open[0].instant, safe(&tracker)), (7, 6));
        drop(open);
        assert_eq!((safe(&tracker), tracker.open_snapshots()), (7, 0));
    }

    #[test]
    fn snapshot_that_was_closed_is_closed_once() {
        let tracker = SnapshotTracker::new(SequenceNumberCounter::new(5));
        let (first, second) = (tracker.open(), tracker.open());
        tracker.publish(5);
        tracker.close(&first);
        tracker.close(&first);
        drop(first);
        assert_eq!((tracker.open_snapshots(), safe(&tracker)), (1, 4));
        drop(second);
        assert_eq!((tracker.open_snapshots(), safe(&tracker)), (0, 5));
    }

    /// Readers open while another thread publishes and collects: what a reader has is never said to be safe.
    #[test]
    fn no_open_snapshot_is_below_what_is_safe() {
        let tracker = SnapshotTracker::new(SequenceNumberCounter::new(1));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        let snapshot = tracker.open();
                        let clone = snapshot.clone();
                        drop(snapshot);
                        assert!(safe(&tracker) < clone.instant);
                    }
                });
            }
            scope.spawn(|| {
                for seqno in 1..4000 {
                    tracker.publish(seqno);
                    tracker.gc();
                }
            });
        });
        assert_eq!(safe(&tracker), 3999);
    }
}
