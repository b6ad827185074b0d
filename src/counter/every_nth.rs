//! A trigger that fires on every nth call.

use crate::atomic::Atomic;
use crate::sys;
use core::fmt;
use core::num::NonZeroU64;

sites! {
    /// One variable hands out the numbers of the calls, each once; nothing is published by them.
    TICK: Relaxed;
}

/// Says yes to every `n`th call, whichever threads they come from.
///
/// For sampling, discarding and housekeeping: exactly one of any `n` calls in a row gets the yes.
/// (Counting up to a limit and then resetting to zero, in two steps, gives it to several threads at
/// once, or loses calls.)
///
/// ```
/// use latchfree::counter::EveryNth;
/// use std::num::NonZeroU64;
///
/// static SAMPLE: EveryNth = EveryNth::new(NonZeroU64::new(1000).unwrap());
///
/// fn on_request() {
///     if SAMPLE.tick() {
///         // trace this one
///     }
/// }
/// # (0..999).for_each(|_| assert!(!SAMPLE.tick()));
/// # assert!(SAMPLE.tick());
/// # on_request();
/// ```
///
/// Wait-free; no ordering; one atomic addition and a division a call. May be called by a signal or
/// interrupt handler.
#[doc(alias("sample", "throttle", "discard"))]
pub struct EveryNth {
    n: NonZeroU64,
    calls: Atomic<u64>,
}

impl EveryNth {
    sys::const_fn! {
        /// A trigger whose first yes is to the `n`th call.
        #[must_use]
        pub const fn new(n: NonZeroU64) -> Self {
            Self { n, calls: Atomic::new(0) }
        }
    }

    /// Counts this call. Returns whether it is an `n`th.
    #[inline]
    pub fn tick(&self) -> bool {
        self.calls.add_fetch(1, TICK) % self.n == 0
    }
}

/// Shows `n` and the number of calls so far.
impl fmt::Debug for EveryNth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EveryNth").field("n", &self.n).field("calls", &self.calls).finish()
    }
}
