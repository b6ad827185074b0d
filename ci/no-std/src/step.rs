//! An interrupt in front of each instruction of an operation.
//!
//! The timer goes off once, after so many ticks; a scenario is repeated with one tick more each time, until the
//! operation is over before the interrupt comes. In the emulator time passes by the instruction, and an
//! instruction takes longer than a tick, so no instruction is left out ([`each_instruction`] looks at that).

use core::arch::asm;
use core::cell::UnsafeCell;
use core::mem;
use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use latchfree::atomic::{AcqRel, compiler_fence};

type Handler = *mut dyn FnMut();

/// The handler, until it has run.
struct Next(UnsafeCell<Option<Handler>>);

// SAFETY: there is one processor, and `main` touches it only while the timer is off.
unsafe impl Sync for Next {}

static NEXT: Next = Next(UnsafeCell::new(None));

/// One run of a scenario.
pub(crate) struct Interrupt {
    timer: SYST,
    /// Ticks after which it comes.
    delay: u32,
    /// Whether it came before `main` was over.
    came: bool,
}

/// Runs `scenario` with an interrupt in front of each instruction of its `main`, once.
/// Returns whether all runs were as they should be, and more than `least` were interrupted.
pub(crate) fn sweep(least: u32, mut scenario: impl FnMut(&mut Interrupt) -> bool) -> bool {
    // SAFETY: nothing else in this program uses the timer at this time.
    let Peripherals { SYST: timer, .. } = unsafe { Peripherals::steal() };
    let mut interrupt = Interrupt { timer, delay: 0, came: true };
    while interrupt.came {
        interrupt.delay += 1;
        interrupt.came = false;
        if !scenario(&mut interrupt) {
            return false;
        }
    }
    interrupt.delay > least
}

impl Interrupt {
    /// Runs `main`, and `handler` once, in an interrupt, or else right after it.
    pub(crate) fn run<R>(&mut self, main: impl FnOnce() -> R, mut handler: impl FnMut()) -> R {
        let handler: *mut (dyn FnMut() + '_) = &raw mut handler;
        // SAFETY: only the lifetime changes. The handler is taken out before this function returns.
        let handler = unsafe { mem::transmute::<*mut (dyn FnMut() + '_), Handler>(handler) };
        // SAFETY: the timer is off.
        unsafe { *NEXT.0.get() = Some(handler) };
        compiler_fence(AcqRel); // what follows is an access to a device, and orders nothing else
        self.timer.set_clock_source(SystClkSource::Core);
        self.timer.set_reload(self.delay);
        self.timer.clear_current();
        self.timer.enable_interrupt();
        self.timer.enable_counter();
        let result = main();
        self.timer.disable_counter();
        self.timer.disable_interrupt();
        compiler_fence(AcqRel);
        // SAFETY: the timer is off.
        self.came = unsafe { (*NEXT.0.get()).is_none() };
        run_handler();
        result
    }
}

/// The timer's interrupt, if a sweep is under way. Returns whether it is.
pub(crate) fn on_tick() -> bool {
    // SAFETY: `main` touches it only while the timer is off.
    let is_sweep = unsafe { (*NEXT.0.get()).is_some() };
    if is_sweep {
        // Once is enough: else it would go off again before the next instruction of `main`.
        // SAFETY: a register of the timer, which `main` does not touch before this is over.
        unsafe { (*SYST::PTR).csr.write(0) };
        run_handler();
    }
    is_sweep
}

/// Runs the scenario's handler, unless that was done.
fn run_handler() {
    // SAFETY: this is the interrupt, or the timer is off.
    if let Some(handler) = unsafe { (*NEXT.0.get()).take() } {
        // SAFETY: `run` is on the stack, so the handler is there; and it is taken once.
        unsafe { (*handler)() };
    }
}

const WORDS: usize = 16;

/// The sweeps are as good as this: all states between any two of these stores are seen.
pub(crate) fn each_instruction() -> bool {
    let mut seen = 0u32;
    let swept = sweep(WORDS as u32, |interrupt| {
        let mut words = [0u32; WORDS];
        let first = &raw mut words;
        interrupt.run(
            // SAFETY: stores to each of the 16 words, and to nothing else.
            || unsafe {
                asm!(
                    ".rept 16", "stmia {at}!, {{{one}}}", ".endr",
                    at = inout(reg) first => _, one = in(reg) 1,
                );
            },
            || {
                // SAFETY: `words` is there.
                let stored: u32 = unsafe { first.read_volatile() }.iter().sum();
                seen |= 1 << stored;
            },
        );
        true
    });
    swept && seen == (1 << (WORDS + 1)) - 1
}
