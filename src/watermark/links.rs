//! Where a frontier keeps the ranges that are complete and not yet part of its position.

use crate::atomic::Atomic;
use crate::sys;
use core::ops::Range;

sites! {
    /// Records a range in the slot of its start: pairs with FOLLOW, and publishes what the completer did before.
    /// Relaxed, an advancer could move the position over a range whose data it, and those that read the position,
    /// do not see. A maximum, not a store: a completer that is late, with a range that another has completed in its
    /// place, must not undo what a later lap has recorded in the slot.
    RECORD: Release;
    /// Looks for a range that begins here: pairs with RECORD. What its completer did before then also happens before
    /// the advance over it; and where the slot is of a later lap, the position that its completer had seen is seen
    /// here.
    FOLLOW: Acquire, pairs(RECORD);
    /// Looks for overlaps, in debug builds. What it misses is not reported, and that is all.
    OVERLAP_LOOK: Relaxed;
}

/// The slot of all starts that are equal modulo the window: the end of the last range that began at one of them.
pub(super) struct Link(Atomic<u64>);

impl Link {
    sys::const_fn! {
        /// Creates a slot of no range: no range ends at zero.
        const fn new() -> Self {
            Self(Atomic::new(0))
        }
    }
}

/// Where the links of a [`FrontierOn`](super::FrontierOn) are: [`InPlace`] or [`Heap`]. Sealed.
pub trait Links: Slots {}

impl<S: Slots> Links for S {}

/// The private half of [`Links`].
pub(super) trait Slots {
    /// Returns the links. Their number is a power of two.
    fn slots(&self) -> &[Link];
}

/// The links of a frontier that lies where you put it, with a window of `WINDOW` positions.
pub struct InPlace<const WINDOW: usize>([Link; WINDOW]);

/// The links of a frontier on the heap.
#[cfg(feature = "alloc")]
pub struct Heap(alloc::boxed::Box<[Link]>);

impl<const WINDOW: usize> InPlace<WINDOW> {
    sys::const_fn! {
        /// Creates the links of a frontier that nothing is recorded in.
        pub(super) const fn new() -> Self {
            const { assert!(WINDOW.is_power_of_two(), "the window of a frontier is a power of two") };
            Self(sys::array![Link::new(); WINDOW])
        }
    }
}

#[cfg(feature = "alloc")]
impl Heap {
    /// Creates at least `window` links that nothing is recorded in, and at least one.
    pub(super) fn new(window: usize) -> Self {
        let window = window.checked_next_power_of_two().expect("capacity overflow");
        Self((0..window).map(|_| Link::new()).collect())
    }
}

impl<const WINDOW: usize> Slots for InPlace<WINDOW> {
    #[inline(always)]
    fn slots(&self) -> &[Link] {
        &self.0
    }
}

#[cfg(feature = "alloc")]
impl Slots for Heap {
    #[inline(always)]
    fn slots(&self) -> &[Link] {
        &self.0
    }
}

/// In so many parts, at the most, an advancer moves the position over a whole window.
const PARTS: u64 = sys::cfg_loom!(2 else 16);

/// How far ranges follow one another without a gap.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// All before this is complete.
    pub(super) end: u64,
    /// Whether no range was recorded that begins there. If not, the run may go on.
    pub(super) is_at_gap: bool,
}

/// Returns how many positions a completer may be ahead.
#[inline(always)]
pub(super) fn window(links: &impl Slots) -> u64 {
    links.slots().len() as u64
}

/// Records a range, which is not empty (step C2). Returns whether no other was recorded in its place.
#[inline(always)]
pub(super) fn record(links: &impl Slots, range: &Range<u64>) -> bool {
    link(links, range.start).0.fetch_max(range.end, RECORD) <= range.start
}

/// Follows the ranges from a position that all before is complete of (step C5): to a gap, or some part of the window,
/// after which the caller makes its progress known to others (step 10).
#[inline(always)]
pub(super) fn follow(links: &impl Slots, from: u64) -> Run {
    let mut at = from;
    while at - from <= window(links) / PARTS {
        let end = link(links, at).0.load(FOLLOW);
        // Facts 1 and 2: of an earlier lap, or of a later one.
        if end <= at || end - at > window(links) {
            return Run { end: at, is_at_gap: end <= at };
        }
        at = end;
    }
    Run { end: at, is_at_gap: false }
}

/// Returns whether, from one position to another that was reached from there, a range was recorded that begins inside
/// another.
pub(super) fn is_overlapped(links: &impl Slots, from: u64, to: u64) -> bool {
    let end_of = |start: u64| {
        let end = link(links, start).0.load(OVERLAP_LOOK);
        (end > start && end - start <= window(links)).then_some(end)
    };
    let mut inside_up_to = from;
    (from..to).any(|at| {
        let end = end_of(at);
        let is_inside = at < inside_up_to && end.is_some();
        inside_up_to = inside_up_to.max(end.unwrap_or(0));
        is_inside
    })
}

#[inline(always)]
fn link(links: &impl Slots, start: u64) -> &Link {
    let slots = links.slots();
    // The window is a power of two, so the low bits of a position are enough.
    &slots[start as usize & (slots.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(end: u64, is_at_gap: bool) -> Run {
        Run { end, is_at_gap }
    }

    /// Near the ends, and where low halves and signs change.
    const POSITIONS: [u64; 7] =
        [0, 3, (1 << 32) - 2, (1 << 62) - 2, (1 << 62) + 1, (1 << 63) - 1, u64::MAX - 17];

    #[test]
    fn link_of_another_lap_is_no_range_of_this_one() {
        for from in POSITIONS {
            let links = InPlace::<4>::new();
            assert_eq!(follow(&links, from), run(from, true));
            assert!(record(&links, &(from..from + 4)));
            assert_eq!(follow(&links, from).end, from + 4);
            // The next lap finds what is left of this one, and it is nothing.
            assert_eq!(follow(&links, from + 4), run(from + 4, true));
            assert!(record(&links, &(from + 4..from + 5)));
            // An advancer that was preempted for a lap or more finds the later range, and knows it.
            for late in (from % 4..=from).rev().step_by(4).take(3) {
                assert_eq!(follow(&links, late), run(late, false), "{late} of {from}");
            }
            assert_eq!(follow(&links, from + 4).end, from + 5);
        }
    }

    #[test]
    fn late_completer_does_not_undo_a_later_lap() {
        let links = InPlace::<2>::new();
        assert!(record(&links, &(4..6)) && record(&links, &(6..7)));
        assert!(!record(&links, &(4..6)) && !record(&links, &(4..5)));
        assert_eq!(follow(&links, 6).end, 7);
    }

    #[test]
    fn run_is_followed_in_parts() {
        let links = InPlace::<128>::new();
        (0..100).for_each(|at| assert!(record(&links, &(at..at + 1))));
        assert_eq!(follow(&links, 0), run(128 / PARTS + 1, false));
        assert_eq!(follow(&links, 100 - 1), run(100, true));
        // A gap at the end of a part is not looked for.
        assert_eq!(follow(&links, 100 - 128 / PARTS - 1), run(100, false));
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn window_on_the_heap_is_the_next_power_of_two() {
        for (least, expected) in [(0, 1), (1, 1), (2, 2), (3, 4), (1000, 1024)] {
            assert_eq!(window(&Heap::new(least)), expected);
        }
    }
}
