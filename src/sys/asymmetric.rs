//! A pair of fences of which one is nearly free: the other makes all processors pass a fence.
//!
//! Linux can have every processor that runs a thread of this process execute a full fence, and return when all have
//! (`membarrier`, expedited). A thread that calls it needs no partner: whatever another thread was doing,
//! the fence is somewhere in it. So the other side only keeps the compiler from reordering. The call takes some
//! microseconds, so it is for the side that is about to block.
//!
//! The other side orders nothing but its own two steps, and only against a barrier. In a model both are full fences,
//! which order more.
//!
//! Source: [membarrier(2)](https://man7.org/linux/man-pages/man2/membarrier.2.html).

cfg_if::cfg_if! {
    if #[cfg(all(feature = "std", latchfree_counted, not(all(feature = "loom", any(loom, latchfree_loom)))))] {
        use super::counted::hooks::{Event, announce};

        /// As on Linux.
        pub(crate) fn is_on() -> bool {
            announce(Event::LightFence);
            true
        }

        /// Announces what the system would do.
        pub(crate) fn barrier() -> bool {
            announce(Event::Barrier);
            true
        }

        pub(crate) fn prepare() {}
    } else if #[cfg(all(
        feature = "std",
        target_os = "linux",
        not(miri),
        not(all(feature = "loom", any(loom, latchfree_loom))),
    ))] {
        pub(crate) use self::membarrier::{barrier, is_on, prepare};
    } else {
        /// Returns whether the other side is a [`barrier`] for all threads.
        #[inline(always)]
        pub(crate) fn is_on() -> bool {
            false
        }

        /// Makes all threads pass a fence, if that is [on](is_on). Returns `false` if it failed.
        #[inline(always)]
        pub(crate) fn barrier() -> bool {
            true
        }

        /// Finds out whether the system can do it. It cannot.
        pub(crate) fn prepare() {}
    }
}

#[cfg(all(
    feature = "std",
    target_os = "linux",
    not(miri),
    not(latchfree_counted),
    not(all(feature = "loom", any(loom, latchfree_loom))),
))]
mod membarrier {
    use core::sync::atomic::{AtomicU8, Ordering};

    /// Nothing is known, so all fences are full.
    const UNKNOWN: u8 = 0;
    /// The process is registered. It stays so, and from then on every barrier is the system's.
    const ON: u8 = 1;
    /// The system cannot, so all fences are full.
    const OFF: u8 = 2;

    static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);

    /// Returns whether the other side is a [`barrier`] for all threads.
    ///
    /// A thread that reads an older state passes a full fence, which is good with any other side. So the order of
    /// this load does not matter.
    #[inline(always)]
    pub(crate) fn is_on() -> bool {
        STATE.load(Ordering::Relaxed) == ON
    }

    /// Makes all threads pass a fence, if that is [on](is_on). Returns `false` if it failed.
    #[cold]
    pub(crate) fn barrier() -> bool {
        prepare();
        // A child that was forked may have to register by itself.
        !is_on()
            || call(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
            || register() && call(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
    }

    /// Finds out whether the system can do it. The first call in a process with many threads takes milliseconds.
    pub(crate) fn prepare() {
        if STATE.load(Ordering::Relaxed) == UNKNOWN {
            let state = if register() { ON } else { OFF };
            // Another thread may have found out something else; the first one counts.
            let _ = STATE.compare_exchange(UNKNOWN, state, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn register() -> bool {
        call(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
    }

    fn call(command: libc::c_int) -> bool {
        #[cfg(test)]
        tests::CALLS.set(tests::CALLS.get() + 1);
        // SAFETY: membarrier takes three numbers and accesses no memory of ours. There are no flags.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use core::cell::Cell;

        std::thread_local! {
            pub(super) static CALLS: Cell<u32> = const { Cell::new(0) };
        }

        #[test]
        fn barrier_is_done_or_not_needed() {
            assert!(barrier() && barrier());
            assert_ne!(STATE.load(Ordering::Relaxed), UNKNOWN);
            assert_eq!(is_on(), register(), "what the system can do");
            let before = CALLS.get();
            assert!(barrier());
            assert_eq!(CALLS.get() - before, u32::from(is_on()), "its fence is called each time");
        }
    }
}
