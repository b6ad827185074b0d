//! A timer that interrupts whatever is running.

use crate::step;
use core::{mem, ptr};
use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};

/// The timer, which calls a handler every thousand instructions or so, as long as it is there.
pub(crate) struct Timer(SYST);

/// A `fn()`, or null.
static HANDLER: Atomic<*mut ()> = Atomic::new(ptr::null_mut());

impl Timer {
    pub(crate) fn start(handler: fn()) -> Self {
        HANDLER.store(handler as *mut (), Release);
        // SAFETY: nothing else in this program touches the timer, and there is one at a time.
        let Peripherals { SYST: mut timer, .. } = unsafe { Peripherals::steal() };
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(1_009);
        timer.clear_current();
        timer.enable_counter();
        timer.enable_interrupt();
        Self(timer)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.0.disable_interrupt();
        HANDLER.store(ptr::null_mut(), Relaxed);
    }
}

#[exception]
fn SysTick() {
    if step::on_tick() {
        return;
    }
    let handler = HANDLER.load(Acquire);
    // SAFETY: null is `None`, and all else that is stored there was a `fn()`.
    let handler: Option<fn()> = unsafe { mem::transmute(handler) };
    if let Some(handler) = handler {
        handler();
    }
}
