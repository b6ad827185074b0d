//! Orderings without an access of their own.

use super::FenceOrdering;
use crate::sys;

/// Orders all that comes before it with all that comes after it, in this thread as others see it.
///
/// | order | x86_64 | aarch64 |
/// | --- | --- | --- |
/// | [`Acquire`](super::Acquire) | nothing | `dmb ishld` |
/// | [`Release`](super::Release), [`AcqRel`](super::AcqRel) | nothing | `dmb ish` |
/// | [`SeqCst`](super::SeqCst) | `lock or` on the stack, or `mfence` | `dmb ish` |
///
/// # Examples
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

/// Orders as [`fence`] does, for the compiler alone: between a thread and an interrupt or signal handler on the
/// same core.
///
/// No instruction on any target.
#[doc(alias("barrier", "signal_fence"))]
#[inline(always)]
pub fn compiler_fence(order: impl FenceOrdering) {
    sys::compiler_fence(order.get());
}

/// The side of a pair of sequentially consistent fences that is passed often: nearly free where the system helps
/// (`sys::asymmetric`), and else a [`fence`]. The other side is a [`fence_heavy`].
#[cfg_attr(not(any(target_has_atomic = "64", feature = "portable-atomic")), allow(dead_code))]
#[inline(always)]
pub(crate) fn fence_light(order: impl FenceOrdering) {
    if sys::asymmetric::is_on() { compiler_fence(order) } else { fence(order) }
}

/// The side that is passed rarely, by a thread that is about to block. Returns `false` if the system has failed, and
/// nothing is ordered.
#[cfg_attr(not(any(target_has_atomic = "64", feature = "portable-atomic")), allow(dead_code))]
pub(crate) fn fence_heavy(order: impl FenceOrdering) -> bool {
    fence(order);
    sys::asymmetric::barrier()
}

/// Orders as [`fence`] does, right after a read-modify-write of the same thread.
///
/// What follows it, a load, must take place after the change is visible to all threads. On x86
/// that is so without a fence, for three reasons:
/// 1. A read-modify-write is a locked instruction there, whatever its ordering. All stores up to and with its
///    own are visible when it ends, and no later load begins before.
/// 2. A compare-and-swap that *failed* is no change, and no call of this follows it.
/// 3. The compiler could move the load, if it is relaxed, before a `Release` operation. The compiler fence
///    forbids that.
///
/// Another locked instruction would double the cost. The memory model has no such rule, so loom and Miri get
/// the fence. The x86 variant has tests of its own: `ci/no-spin.sh` fails if the load comes before the change, and
/// `ci/asm.sh` finds the compiler's barrier between both.
#[cfg_attr(not(any(target_has_atomic = "64", feature = "portable-atomic")), allow(dead_code))]
#[inline(always)]
pub(crate) fn fence_after_rmw(order: impl FenceOrdering) {
    if sys::RMW_IS_FENCE {
        compiler_fence(order);
    } else {
        fence(order);
    }
}

#[cfg(test)]
mod tests {
    use crate::atomic::{AcqRel, Acquire, Atomic, Relaxed, Release, SeqCst};
    use std::thread;

    /// Passes a message through relaxed accesses with fences around. On a machine with weak memory,
    /// and under Miri, it fails without either.
    #[test]
    fn fences_order_relaxed_accesses() {
        for _ in 0..if cfg!(miri) { 10 } else { 200 } {
            let (message, is_there) = (Atomic::new(0u32), Atomic::new(false));
            thread::scope(|scope| {
                scope.spawn(|| {
                    message.store(7, Relaxed);
                    super::fence(Release);
                    is_there.store(true, Relaxed);
                });
                while !is_there.load(Relaxed) {
                    thread::yield_now();
                }
                super::fence(Acquire);
                assert_eq!(message.load(Relaxed), 7);
            });
        }
    }

    /// Of two threads that each write one variable and then read the other's, one sees the other.
    #[test]
    fn sequentially_consistent_fences_have_one_order() {
        for _ in 0..if cfg!(miri) { 20 } else { 500 } {
            let sides = [Atomic::new(0u8), Atomic::new(0u8)];
            let write_and_read = |mine: usize| {
                sides[mine].store(1, Relaxed);
                super::fence(SeqCst);
                sides[1 - mine].load(Relaxed)
            };
            let seen = thread::scope(|scope| {
                let other = scope.spawn(|| write_and_read(1));
                [write_and_read(0), other.join().unwrap()]
            });
            assert_ne!(seen, [0, 0]);
        }
    }

    /// All that can be tested of it: it is there for all orderings of a fence.
    #[test]
    fn compiler_fences_take_the_orderings_of_fences() {
        super::compiler_fence(Acquire);
        super::compiler_fence(Release);
        super::compiler_fence(AcqRel);
        super::compiler_fence(SeqCst);
    }
}
