//! Every type that needs neither `std` nor an allocator, in statics, on a bare processor.
//!
//! That this program links is the proof that nothing of `std` or `alloc` is left: its target has no
//! `std`, and a program that reaches `alloc` does not link without a global allocator. Run in an
//! emulator it prints the name of each check, and exits with 1 at the first that fails.

#![no_std]
#![no_main]

mod atomics;
mod counters;
mod rings;
mod seqlocks;
mod watermarks;

use core::ffi::CStr;
use core::panic::PanicInfo;
use cortex_m_rt::entry;
use semihosting::process;
use semihosting::sys::arm_compat::sys_write0;

/// Whether everything was as it should be.
type Check = fn() -> bool;

const CHECKS: [(&CStr, Check); 8] = [
    (c"atomics: operations\n", atomics::operations),
    (c"counters: slots and drain\n", counters::slots_and_drain),
    (c"seqlocks: whole values\n", seqlocks::whole_values),
    (c"rings: order, full and empty\n", rings::order_full_and_empty),
    (c"rings: many at once\n", rings::many_at_once),
    (c"rings: waking a task\n", rings::waking_a_task),
    (c"rings: closing\n", rings::closing),
    (c"watermarks: only forward\n", watermarks::only_forward),
];

#[entry]
fn main() -> ! {
    for (name, check) in CHECKS {
        sys_write0(name);
        if !check() {
            sys_write0(c"^ failed\n");
            process::exit(1);
        }
    }
    process::exit(0)
}

#[panic_handler]
fn on_panic(_: &PanicInfo<'_>) -> ! {
    sys_write0(c"^ panicked\n");
    process::exit(1)
}
