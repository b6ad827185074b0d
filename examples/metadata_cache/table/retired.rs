//! Nodes that were unlinked, and that readers may still use. All `unsafe` code of the program is here, but for the promise
//! that a [`Bucket`](super::bucket::Bucket) repeats.
//!
//! # Why no reader follows a pointer to what is freed
//!
//! 1. A node is reachable through one [`Link`]. To unlink it is to replace it there ([`Link::replace`]).
//! 2. After that, [`Domain::retire`] moves the number of removals up to `r`, and keeps `r` with the node. The number is a
//!    [`Watermark`]: what was done before it was moved happens before the return of a `get` that sees it, and it only grows.
//!    (A number of a `Sequence` or of a `Clock` publishes nothing.)
//! 3. A reader pins the number of removals, and follows links under the pin. One that has pinned `p >= r` sees the link as
//!    it was after the node was unlinked, or later. So only those that have pinned less than `r` can have the node.
//! 4. The node is freed when [`Pins::oldest`] has returned `r` or more: no reader has pinned less then, nor will one.

use super::node::Node;
use latchfree::atomic::{AcqRel, Acquire, Atomic};
use latchfree::refcount::{Pinned, Pins, Reader};
use latchfree::watermark::Watermark;
use std::collections::VecDeque;
use std::ptr::{self, NonNull};
use std::sync::{Mutex, PoisonError};

/// Threads that use a table at a time, at the most.
pub const MAX_SESSIONS: usize = 64;

/// What a reader says that finds a node freed.
pub const FOLLOWED_FREED: &str = "a reader has followed a pointer to a node that was freed";

/// What nodes of one table are retired to.
pub struct Domain {
    /// How many nodes were unlinked. Readers pin it.
    removals: Watermark,
    pins: Pins<MAX_SESSIONS>,
    retired: Mutex<Retired>,
    keep: Keep,
}

/// For how long nodes are kept that could be freed.
#[derive(Clone, Copy)]
pub struct Keep {
    /// Nodes that are retired before the next attempt to free some: it takes microseconds, however many there are.
    pub batch: usize,
    /// Nodes that are only marked as freed, so that a reader which should not have them finds the mark.
    pub marked: usize,
}

impl Keep {
    pub const USUAL: Self = Self { batch: 64, marked: 0 };
    /// Frees as soon as it can, and notices a reader that comes later.
    pub const CHECKED: Self = Self { batch: 1, marked: 1024 };
}

struct Retired {
    /// With the number of removals up to its own, in order.
    queue: VecDeque<(u64, Unlinked)>,
    /// How long the queue is at the next attempt to free some.
    attempt_at: usize,
    marked: VecDeque<Unlinked>,
}

impl Domain {
    pub fn new(keep: Keep) -> Self {
        let (queue, marked) = (VecDeque::new(), VecDeque::new());
        let retired = Mutex::new(Retired { queue, attempt_at: keep.batch, marked });
        let domain = Self { removals: Watermark::new(0), pins: Pins::new(), retired, keep };
        // From the first call on, the fence of a pin is that of this call, where the system has one for all threads.
        let _ = domain.pins.oldest(0);
        domain
    }

    /// Takes a slot for one thread; `None`, if all are taken.
    pub fn slot(&self) -> Option<Slot<'_>> {
        Some(Slot { domain: self, reader: self.pins.reader()? })
    }

    /// Frees a node that was unlinked, when no reader can have it any more.
    pub fn retire(&self, node: Unlinked) {
        let mut retired = self.retired.lock().unwrap_or_else(PoisonError::into_inner);
        let removal = self.removals.get() + 1; // only threads with the lock move it
        self.removals.advance_to(removal);
        retired.queue.push_back((removal, node));
        if retired.queue.len() >= retired.attempt_at {
            self.free_some(&mut retired);
        }
    }

    /// Frees what no reader can have any more.
    fn free_some(&self, retired: &mut Retired) {
        let oldest = self.pins.oldest(self.removals.get());
        while retired.queue.front().is_some_and(|&(removal, _)| removal <= oldest) {
            let node = retired.queue.pop_front();
            if self.keep.marked > 0 {
                let node = node.map(|(_, node)| node).inspect(Unlinked::poison);
                retired.marked.extend(node);
                if retired.marked.len() > self.keep.marked {
                    retired.marked.pop_front();
                }
            }
        }
        // A reader that has stopped with a pin makes each attempt fail: it is made the less often.
        retired.attempt_at = 2 * retired.queue.len() + self.keep.batch;
    }
}

/// One thread's slot, in which it pins.
pub struct Slot<'a> {
    domain: &'a Domain,
    reader: Reader<'a>,
}

impl Slot<'_> {
    /// Keeps all nodes that are linked now from being freed, until the result is dropped.
    #[inline]
    pub fn guard(&mut self) -> Guard<'_> {
        Guard { _pinned: self.reader.pin(|| self.domain.removals.get()) }
    }
}

/// Keeps nodes from being freed.
pub struct Guard<'a> {
    _pinned: Pinned<'a>,
}

impl Guard<'_> {
    /// Returns the node that is linked there.
    #[inline]
    pub fn follow(&self, link: &Link) -> Option<&Node> {
        let node = link.0.load(Acquire);
        // SAFETY: it is null, or was a `Box` when it was linked, which the release of `replace` has published whole; only
        // shared references to it are made from then on. It is not freed before this guard is dropped, by the argument above,
        // because link and guard are of one domain (`Link::new`).
        unsafe { node.as_ref() }
    }
}

/// The one pointer to a node.
pub struct Link(Atomic<*mut Node>);

impl Link {
    /// Creates a link to nothing.
    ///
    /// # Safety
    ///
    /// All guards that follow it are of one domain, and what is unlinked from it is retired to that domain. It is dropped
    /// only when there is none of these guards.
    pub const unsafe fn new() -> Self {
        Self(Atomic::new(ptr::null_mut()))
    }

    /// Links `node`, or nothing, and returns what was linked. The caller is to retire it.
    pub fn replace(&self, node: Option<Box<Node>>) -> Option<Unlinked> {
        let node = node.map_or(ptr::null_mut(), Box::into_raw);
        NonNull::new(self.0.swap(node, AcqRel)).map(Unlinked)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        drop(self.replace(None));
    }
}

/// A node that readers which have followed its link may have. Dropped, it is freed.
#[must_use = "dropped, it is freed: retire it"]
pub struct Unlinked(NonNull<Node>);

// SAFETY: it owns its node, which any thread may drop, and which other threads may share meanwhile.
unsafe impl Send for Unlinked {}

const _: () = {
    const fn may_be_sent_and_shared<T: Send + Sync>() {}
    may_be_sent_and_shared::<Node>()
};

impl Unlinked {
    /// Marks the node as freed, for readers that should not have it.
    fn poison(&self) {
        // SAFETY: it is freed by `drop` only, and no exclusive reference to it is made.
        unsafe { self.0.as_ref() }.poison();
    }
}

impl Drop for Unlinked {
    fn drop(&mut self) {
        // SAFETY: it came from `Box::into_raw`, and was taken out of its link by the one `swap` that has returned it. No
        // reader has it: `free_some` drops it after step 4, and all others that do have the table alone.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

#[cfg(test)]
impl Domain {
    /// How many nodes are retired and not freed.
    pub fn waiting(&self) -> usize {
        self.retired.lock().unwrap().queue.len()
    }

    /// Frees what can be freed. Returns how many nodes are left.
    pub fn collect(&self) -> usize {
        self.free_some(&mut self.retired.lock().unwrap());
        self.waiting()
    }
}
