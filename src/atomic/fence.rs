//! Orderings without an access of their own.

use super::FenceOrdering;
use crate::prim;

/// Orders all that comes before it with all that comes after it, in this thread as others see it.
///
/// | order | x86_64 | aarch64 |
/// | --- | --- | --- |
/// | [`Acquire`](super::Acquire) | nothing | `dmb ishld` |
/// | [`Release`](super::Release), [`AcqRel`](super::AcqRel) | nothing | `dmb ish` |
/// | [`SeqCst`](super::SeqCst) | `lock or` on the stack, or `mfence` | `dmb ish` |
///
/// ```
/// use latchfree::atomic::{Acquire, Atomic, Relaxed, fence};
///
/// // A flag that is nearly always false: the acquire is paid only when it is true.
/// fn stop_requested(stop: &Atomic<bool>) -> bool {
///     let stop = stop.load(Relaxed);
///     if stop {
///         fence(Acquire);
///     }
///     stop
/// }
/// # assert!(stop_requested(&Atomic::new(true)));
/// ```
#[doc(alias("smp_mb", "smp_rmb", "smp_wmb", "mfence", "dmb", "memory_barrier"))]
#[inline(always)]
pub fn fence(order: impl FenceOrdering) {
    order.fence();
}

/// A [`fence`] for the compiler alone: between a thread and an interrupt or signal handler on the
/// same core.
///
/// No instruction on any target.
#[doc(alias("barrier", "signal_fence"))]
#[inline(always)]
pub fn compiler_fence(order: impl FenceOrdering) {
    prim::compiler_fence(order.get());
}
