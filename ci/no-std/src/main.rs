//! Every type that needs neither `std` nor an allocator, in statics, on a bare processor.
//!
//! That this program links is the proof that nothing of `std` or `alloc` is left: its target has no
//! `std`, and a program that reaches `alloc` does not link without a global allocator. Run in an
//! emulator it prints the name of each check, and exits with 1 at the first that fails.

#![no_std]
#![no_main]

mod atomics;
mod counters;
mod interrupts;
mod logs;
#[cfg(feature = "panics")]
mod panics;
mod rings;
mod seqlocks;
mod step;
mod sweeps;
mod tasks;
mod timer;
mod uses;
#[cfg(feature = "panics")]
mod waiting;
mod watermarks;

use core::ffi::CStr;
use core::panic::PanicInfo;
use cortex_m_rt::entry;
use semihosting::process;
use semihosting::sys::arm_compat::sys_write0;

/// Whether everything was as it should be.
type Check = fn() -> bool;

const CHECKS: &[(&CStr, Check)] = &[
    (c"atomics: operations\n", atomics::operations),
    (c"counters: slots and drain\n", counters::slots_and_drain),
    (c"counters: several counts in a slot\n", counters::several_counts_in_a_slot),
    (c"counters: up and down\n", counters::up_and_down),
    (c"counters: numbers in order\n", counters::numbers_in_order),
    (c"counters: numbers below a bound\n", counters::numbers_below_a_bound),
    (c"counters: timestamps\n", counters::timestamps),
    (c"counters: permits for some\n", counters::permits_for_some),
    (c"uses: last one through a gate\n", uses::last_one_through_a_gate),
    (c"uses: oldest reader\n", uses::oldest_reader),
    (c"uses: lowest ids\n", uses::lowest_ids),
    (c"seqlocks: whole values\n", seqlocks::whole_values),
    (c"seqlocks: one writer\n", seqlocks::one_writer),
    (c"seqlocks: two copies\n", seqlocks::two_copies),
    (c"seqlocks: counted writes\n", seqlocks::counted_writes),
    (c"rings: order, full and empty\n", rings::order_full_and_empty),
    (c"rings: many at once\n", rings::many_at_once),
    (c"rings: waking the consumer\n", rings::waking_the_consumer),
    (c"rings: closing\n", rings::closing),
    (c"logs: order, full and stalled\n", logs::order_full_and_stalled),
    (c"logs: closing\n", logs::closing),
    (c"logs: a handler appends and main flushes\n", logs::a_handler_appends_and_main_flushes),
    (c"watermarks: only forward\n", watermarks::only_forward),
    (
        c"watermarks: waking the waiters that it reaches\n",
        watermarks::waking_the_waiters_that_it_reaches,
    ),
    (c"watermarks: out of order\n", watermarks::out_of_order),
    (c"interrupts: a handler and main\n", interrupts::a_handler_and_main),
    (c"step: each instruction\n", step::each_instruction),
    (c"sweeps: sending beside a send\n", sweeps::sending_beside_a_send),
    (c"sweeps: sending beside a receive\n", sweeps::sending_beside_a_receive),
    (c"sweeps: receiving beside a send\n", sweeps::receiving_beside_a_send),
    (c"sweeps: sending beside the consumers poll\n", sweeps::sending_beside_the_consumers_poll),
    (c"sweeps: consumer polls beside a send\n", sweeps::consumer_polls_beside_a_send),
    (c"sweeps: appending beside an append\n", sweeps::appending_beside_an_append),
    (c"sweeps: appending beside a flush\n", sweeps::appending_beside_a_flush),
    (c"sweeps: flushing beside an append\n", sweeps::flushing_beside_an_append),
    (c"sweeps: advancing beside a wait\n", sweeps::advancing_beside_a_wait),
    (c"sweeps: advancing beside one that gives up\n", sweeps::advancing_beside_one_that_gives_up),
    (c"sweeps: completing beside a completion\n", sweeps::completing_beside_a_completion),
    (c"sweeps: completing later laps\n", sweeps::completing_later_laps),
    (c"sweeps: completing beside a wait for room\n", sweeps::completing_beside_a_wait_for_room),
    (c"sweeps: trying beside a release\n", sweeps::trying_beside_a_release),
    (c"sweeps: entering beside a close\n", sweeps::entering_beside_a_close),
    (c"sweeps: leaving beside a wait\n", sweeps::leaving_beside_a_wait),
    (c"sweeps: reclaiming beside a pin\n", sweeps::reclaiming_beside_a_pin),
    (c"sweeps: pinning beside a reclaimer\n", sweeps::pinning_beside_a_reclaimer),
    (c"sweeps: reading a latch that is written\n", sweeps::reading_a_latch_that_is_written),
    (c"sweeps: writing a latch that is read\n", sweeps::writing_a_latch_that_is_read),
    (c"sweeps: trying a lock that is written\n", sweeps::trying_a_lock_that_is_written),
    (c"sweeps: trying a cell that is written\n", sweeps::trying_a_cell_that_is_written),
    (c"sweeps: writing a cell that is read\n", sweeps::writing_a_cell_that_is_read),
    (c"sweeps: counting in slots of their own\n", sweeps::counting_in_slots_of_their_own),
    (c"sweeps: counting in the shared slot\n", sweeps::counting_in_the_shared_slot),
    #[cfg(feature = "panics")]
    (c"sweeps: releasing beside a wait\n", sweeps::with_panics::releasing_beside_a_wait),
    #[cfg(feature = "panics")]
    (
        c"sweeps: receiving beside a wait for room\n",
        sweeps::with_panics::receiving_beside_a_wait_for_room,
    ),
    #[cfg(feature = "panics")]
    (
        c"sweeps: appending beside the flushers poll\n",
        sweeps::with_panics::appending_beside_the_flushers_poll,
    ),
    #[cfg(feature = "panics")]
    (
        c"sweeps: releasing beside a wait for bytes\n",
        sweeps::with_panics::releasing_beside_a_wait_for_bytes,
    ),
    #[cfg(feature = "critical-section")]
    (c"sweeps: waiting beside a wait\n", sweeps::with_critical_sections::waiting_beside_a_wait),
    #[cfg(feature = "critical-section")]
    (
        c"sweeps: waiting beside an advance\n",
        sweeps::with_critical_sections::waiting_beside_an_advance,
    ),
    #[cfg(feature = "panics")]
    (c"panics: waiting for permits\n", panics::waiting_for_permits),
    #[cfg(feature = "panics")]
    (c"panics: competing for permits\n", panics::competing_for_permits),
    #[cfg(feature = "panics")]
    (c"panics: cloning a producer\n", panics::cloning_a_producer),
    #[cfg(feature = "panics")]
    (c"panics: waking a producer\n", panics::waking_a_producer),
    #[cfg(feature = "panics")]
    (c"waiting: for what a handler does\n", waiting::for_what_a_handler_does),
];

#[entry]
fn main() -> ! {
    for &(name, check) in CHECKS {
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
