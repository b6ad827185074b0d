//! A trigger that fires on every nth call.

use crate::atomic::Atomic;
use crate::sys;
use core::fmt;
use core::num::NonZeroU64;

sites! {
    /// One variable hands out the numbers of the calls, each once; nothing is published by them.
    TICK: Relaxed;
}

/// A trigger that fires on every `n`th call, from whatever threads the calls come.
///
/// For sampling, discarding and housekeeping: exactly one of any `n` consecutive calls fires.
/// (A counter that goes up to a limit and is then reset to zero, in two steps, fires in several threads at
/// once, or loses calls.)
///
/// # Examples
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
/// # Guarantees
///
/// *Progress*: [`tick`](Self::tick) is wait-free, one atomic addition and one division. A signal or interrupt
/// handler may call it.
///
/// *Ordering*: none. A tick publishes no other memory.
///
/// *Exactness*: of any `n` consecutive calls, in the order in which they are counted, exactly one returns `true`.
///
/// *Overflow*: after 2^64 calls the count starts again at zero; if `n` is no power of two, one interval is then
/// shorter.
///
/// *Memory*: 16 bytes.
#[doc(alias("sample", "throttle", "discard"))]
pub struct EveryNth {
    n: NonZeroU64,
    calls: Atomic<u64>,
}

impl EveryNth {
    sys::const_fn! {
        /// Creates a trigger that first fires on the `n`th call.
        #[must_use]
        pub const fn new(n: NonZeroU64) -> Self {
            Self { n, calls: Atomic::new(0) }
        }
    }

    /// Counts this call. Returns whether it is an `n`th one.
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
