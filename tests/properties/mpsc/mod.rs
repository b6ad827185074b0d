//! The queues against a `VecDeque`, and against the worst that a user's code can do.

mod errors;
mod futures;
#[path = "../../shared/kinds.rs"]
mod kinds;
mod ledger;
mod model;
mod panics;
mod probe;
mod progress;
mod senders;
mod stalls;
mod values;
mod wakers;

use self::ledger::Entry;
use latchfree::mpsc::Bounded;
use std::ops::Range;

/// A ring of entries, or, with an allocator, a queue of them on the heap.
trait Queue: Bounded<Value = Entry> {}

impl<S: Bounded<Value = Entry>> Queue for S {}

/// Positions so near the wrap that four slots cross it, and the usual start.
const STARTS: &[u64] =
    if cfg!(miri) { &[(1 << 62) - 3] } else { &[(1 << 62) - 3, (1 << 62) - 1, 0] };

/// Calls `$test(ledger, producer, consumer, ..)` on a queue of four slots of each kind and start. In
/// the end, when all is gone, every value must have been dropped once.
macro_rules! on_each_queue {
    ($test:path $(, $more:expr)*) => {
        for &start in crate::mpsc::STARTS {
            let ledger = crate::mpsc::ledger::Ledger::default();
            {
                let ring = latchfree::mpsc::Ring::<_, 4>::starting_at(start);
                let (producer, consumer) = ring.split().unwrap();
                $test(&ledger, producer, consumer $(, $more)*);
            }
            ledger.check_all_dropped();
            #[cfg(feature = "alloc")]
            {
                let ledger = crate::mpsc::ledger::Ledger::default();
                let (producer, consumer) = latchfree::mpsc::bounded_starting_at(4, start);
                $test(&ledger, producer, consumer $(, $more)*);
                ledger.check_all_dropped();
            }
        }
    };
}
use on_each_queue;

/// How many positions there are in a range that a batch returned, also where it crosses the wrap.
fn len(positions: Range<u64>) -> u64 {
    after(positions.end, positions.start.wrapping_neg())
}

/// The position `count` behind `position`, which may wrap around.
fn after(position: u64, count: u64) -> u64 {
    position.wrapping_add(count) % (1 << 62)
}

/// Runs what has to panic.
#[track_caller]
fn panics<R>(f: impl FnOnce() -> R) {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
    assert!(caught.is_err(), "no panic came out");
}
