//! The queue of Michael and Scott.

use super::Queue;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use std::cell::Cell;

#[repr(align(128))]
struct Padded(Atomic<usize>);

/// A node in lines of its own, as an allocator would give it to one thread or another.
#[repr(align(64))]
struct Node {
    /// The next node, or [`NONE`].
    next: Atomic<usize>,
    value: Atomic<u64>,
}

const NONE: usize = usize::MAX;

/// A linked list. Its nodes are made before, and are used once.
///
/// Source: M. Michael and M. Scott, Simple, fast, and practical non-blocking and blocking concurrent queue algorithms,
/// PODC 1996.
pub struct List {
    head: Padded,
    tail: Padded,
    nodes: Box<[Node]>,
}

thread_local! {
    /// The node that this thread uses next, and where the nodes of another thread begin.
    static MINE: Cell<(usize, usize)> = const { Cell::new((1, usize::MAX)) };
}

impl List {
    /// Creates an empty list that can have `nodes` values in its life.
    pub fn new(nodes: usize) -> Self {
        let node = |_| Node { next: Atomic::new(NONE), value: Atomic::new(0) };
        let first = || Padded(Atomic::new(0));
        Self { head: first(), tail: first(), nodes: (0..=nodes).map(node).collect() }
    }

    /// Writes the node of the value `at`, as a thread does that has used it before.
    pub fn use_node(&self, at: usize) {
        self.nodes[1 + at].value.store(0, Relaxed);
    }

    /// Gives this thread the nodes for `many` values, after those for the first `start`.
    pub fn nodes_of_this_thread(start: usize, many: usize) {
        MINE.set((1 + start, 1 + start + many));
    }
}

impl Queue for List {
    fn try_send(&self, value: u64) -> bool {
        let (new, end) = MINE.get();
        if new == end.min(self.nodes.len()) {
            return false;
        }
        MINE.set((new + 1, end));
        self.nodes[new].value.store(value, Relaxed);
        loop {
            let tail = self.tail.0.load(Acquire);
            let next = &self.nodes[tail].next;
            let after = next.load(Acquire);
            // It is only a hint; but when it has moved on, `after` is not the end.
            if self.tail.0.load(Acquire) != tail {
                continue;
            }
            if after != NONE {
                let _ = self.tail.0.compare_exchange(tail, after, Release, Relaxed);
            } else if next.compare_exchange(NONE, new, Release, Relaxed).is_ok() {
                let _ = self.tail.0.compare_exchange(tail, new, Release, Relaxed);
                return true;
            }
        }
    }

    fn try_recv(&self) -> Option<u64> {
        loop {
            let head = self.head.0.load(Acquire);
            let tail = self.tail.0.load(Acquire);
            let next = self.nodes[head].next.load(Acquire);
            if self.head.0.load(Acquire) != head {
                continue;
            }
            if next == NONE {
                return None;
            }
            if head == tail {
                let _ = self.tail.0.compare_exchange(tail, next, Release, Relaxed);
                continue;
            }
            let value = self.nodes[next].value.load(Relaxed);
            if self.head.0.compare_exchange(head, next, Release, Relaxed).is_ok() {
                return Some(value);
            }
        }
    }
}
