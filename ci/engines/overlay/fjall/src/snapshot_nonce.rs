//! What keeps a snapshot of fjall 3.1.13 open, on `OwnedPinned`.
//!
//! Replaces `src/snapshot_nonce.rs`. Keeps `SnapshotNonce` with its `instant`: it closes itself when it is dropped, and a clone
//! is a second one of the same instant.

use crate::{
    SeqNo,
    snapshot_tracker::{SLOTS, SnapshotTracker},
};
use latchfree::refcount::OwnedPinned;
use std::fmt;
use std::sync::{Arc, Mutex};

/// What keeps an instant from being collected. A snapshot and its clones share one: a pin is of the current
/// position, and there is none of an older one.
pub(crate) enum Hold {
    /// A slot of the tracker's pins.
    Slot(#[expect(dead_code, reason = "it is dropped")] OwnedPinned<SLOTS>),
    /// An entry in what it counts when all slots are taken.
    Entry,
}

/// A snapshot that is open, until this is dropped.
pub struct SnapshotNonce {
    pub(crate) instant: SeqNo,
    /// Nothing, once it was closed.
    hold: Mutex<Option<Arc<Hold>>>,
    tracker: SnapshotTracker,
}

impl SnapshotNonce {
    /// Creates what the tracker has counted already.
    pub(crate) fn new(instant: SeqNo, hold: Arc<Hold>, tracker: SnapshotTracker) -> Self {
        Self { instant, hold: Mutex::new(Some(hold)), tracker }
    }

    /// Returns what holds the instant, to be shared.
    ///
    /// # Panics
    ///
    /// If the snapshot is closed.
    pub(crate) fn share(&self) -> Arc<Hold> {
        let hold = self.hold.lock().expect("no holder panics");
        hold.clone().expect("it is open")
    }

    /// Takes what holds the instant; nothing, if the snapshot is closed.
    pub(crate) fn take(&self) -> Option<Arc<Hold>> {
        self.hold.lock().expect("no holder panics").take()
    }
}

impl Clone for SnapshotNonce {
    fn clone(&self) -> Self {
        self.tracker.clone_snapshot(self)
    }
}

impl Drop for SnapshotNonce {
    fn drop(&mut self) {
        if let Some(hold) = self.hold.get_mut().expect("no holder panics").take() {
            self.tracker.end(self.instant, hold);
        }
    }
}

impl fmt::Debug for SnapshotNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SnapshotNonce({})", self.instant)
    }
}
