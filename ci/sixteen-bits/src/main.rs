//! Values of all sizes, copied by a machine whose words have 16 bits.
//!
//! Miri has 64 KiB of addresses there and soon runs out of them, so this is all that it does.

#![cfg_attr(target_os = "none", no_std, no_main)]

use bytemuck::NoUninit;
use latchfree::seqlock::{SeqLatch, SeqLock};

/// One processor without interrupts: every section is critical.
struct Alone;
critical_section::set_impl!(Alone);

// SAFETY: nothing else runs.
unsafe impl critical_section::Impl for Alone {
    unsafe fn acquire() {}
    unsafe fn release((): ()) {}
}

fn main() {
    holds(0x1234u16, 0xfedc);
    holds([1u8], [2]);
    holds([1u8, 2, 3], [4, 5, 6]);
    holds([1u8, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]);
}

/// A value comes out of a lock and of a latch as it went in.
fn holds<T: NoUninit + PartialEq>(first: T, second: T) {
    let (lock, latch) = (SeqLock::new(first), SeqLatch::new(first));
    assert!(lock.read() == first && latch.read() == first);
    lock.write(second);
    latch.write(second);
    assert!(lock.read() == second && latch.read() == second);
    assert!(lock.into_inner() == second && latch.into_inner() == second);
}

#[cfg(target_os = "none")]
mod bare {
    /// Where Miri begins.
    #[unsafe(no_mangle)]
    fn miri_start(_arguments: isize, _values: *const *const u8) -> isize {
        super::main();
        0
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        // SAFETY: on a machine, none at all. Miri ends here, with an error that shows the panic.
        unsafe { core::hint::unreachable_unchecked() }
    }
}
