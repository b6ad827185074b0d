//! Finishing work when user code panics in the middle of it.

/// Calls `step` until it returns `false`, also after calls that panic. Resumes the first panic at the end.
///
/// A step must make progress before it panics, because it is called again. With `std`, any number of steps may
/// panic, also while the thread is panicking already: then their panics are discarded. Without `std`, a second panic
/// aborts.
pub(crate) fn each(mut step: impl FnMut() -> bool) {
    #[cfg(feature = "std")]
    with_std::each(&mut step);
    #[cfg(not(feature = "std"))]
    without_std::each(&mut step);
}

#[cfg(feature = "std")]
mod with_std {
    use core::any::Any;
    use core::mem;
    use std::boxed::Box;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    pub(super) fn each(step: &mut impl FnMut() -> bool) {
        let mut first = None;
        loop {
            // The caller ensures that its state behind `step` is good to go on with after a panic.
            match catch_unwind(AssertUnwindSafe(&mut *step)) {
                Ok(true) => {}
                Ok(false) => break,
                Err(panic) if first.is_none() && !std::thread::panicking() => first = Some(panic),
                Err(panic) => discard(panic),
            }
        }
        if let Some(panic) = first {
            resume_unwind(panic);
        }
    }

    /// Drops what a step has panicked with. That is user code too, and may panic in its turn.
    fn discard(panic: Box<dyn Any + Send>) {
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
            mem::forget(again);
        }
    }
}

#[cfg(any(not(feature = "std"), test))]
mod without_std {
    use core::mem;

    pub(super) fn each(step: &mut impl FnMut() -> bool) {
        struct Guard<'a, F: FnMut() -> bool>(&'a mut F);
        impl<F: FnMut() -> bool> Drop for Guard<'_, F> {
            fn drop(&mut self) {
                while (self.0)() {}
            }
        }
        let guard = Guard(step);
        while (guard.0)() {}
        mem::forget(guard);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::string::String;
    #[cfg(feature = "std")]
    use std::vec::Vec;

    /// Counts down from `steps`, and panics at each of `bad`. Returns what was panicked with, and the
    /// number of calls.
    fn count_down(
        steps: u32,
        bad: &[u32],
        each: fn(&mut dyn FnMut() -> bool),
    ) -> (Option<String>, u32) {
        let (mut left, mut calls) = (steps, 0);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            each(&mut || {
                calls += 1;
                left = left.saturating_sub(1);
                assert!(!bad.contains(&(left + 1)), "step {}", left + 1);
                left > 0
            });
        }));
        let message = caught.err().map(|panic| *panic.downcast::<String>().unwrap());
        (message, calls)
    }

    #[test]
    fn step_that_panics_is_not_the_last() {
        let without_std = |mut step: &mut dyn FnMut() -> bool| super::without_std::each(&mut step);
        for each in [|step: &mut dyn FnMut() -> bool| super::each(step), without_std] {
            assert_eq!(count_down(3, &[], each), (None, 3));
            for bad in 2..=4 {
                assert_eq!(count_down(4, &[bad], each), (Some(std::format!("step {bad}")), 4));
            }
        }
    }

    #[cfg(feature = "std")]
    #[test]
    fn first_of_several_panics_goes_on() {
        let each = |step: &mut dyn FnMut() -> bool| super::each(step);
        assert_eq!(count_down(5, &[5, 3, 2], each), (Some("step 5".into()), 5));
    }

    /// What a step panics with is user code too.
    #[cfg(feature = "std")]
    #[test]
    #[cfg_attr(miri, ignore = "what the second panic carries is forgotten, which is a leak")]
    fn payload_that_panics_when_dropped_is_discarded() {
        struct Bad;
        impl Drop for Bad {
            fn drop(&mut self) {
                panic!("in the drop of a payload");
            }
        }
        let mut calls = 0;
        let caught = catch_unwind(AssertUnwindSafe(|| {
            super::each(|| {
                calls += 1;
                match calls {
                    1 => std::panic::panic_any("first"),
                    2 => std::panic::panic_any(Bad),
                    _ => calls < 4,
                }
            });
        }));
        assert_eq!((*caught.unwrap_err().downcast::<&str>().unwrap(), calls), ("first", 4));
    }

    /// What would abort the process otherwise.
    #[cfg(feature = "std")]
    #[test]
    #[cfg_attr(miri, ignore = "the backtrace of a second panic takes ten seconds")]
    fn panic_in_a_panic_is_swallowed() {
        struct Bad<'a>(&'a mut Vec<u32>);
        impl Drop for Bad<'_> {
            fn drop(&mut self) {
                super::each(|| {
                    self.0.push(0);
                    assert!(self.0.len() > 2, "in a drop");
                    false
                });
            }
        }
        let mut calls = Vec::new();
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let _bad = Bad(&mut calls);
            panic!("first");
        }));
        assert_eq!((*caught.unwrap_err().downcast::<&str>().unwrap(), calls.len()), ("first", 3));
    }
}
