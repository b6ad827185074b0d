//! The bridge to core's atomic types, by reference.

use super::Atomic;
use crate::sys;

macro_rules! bridge {
    ($value:ty, $core:ty) => {
        /// The same memory as core's type.
        impl<'a> From<&'a $core> for &'a Atomic<$value> {
            #[inline(always)]
            fn from(atomic: &'a $core) -> Self {
                // SAFETY: `atomic` is a valid value, aligned as an atomic, for all of `'a`; through core's type
                // it is accessed by atomics of this size alone.
                unsafe { Atomic::from_ptr(atomic.as_ptr()) }
            }
        }

        /// The same memory as core's type, for code that wants one.
        impl AsRef<$core> for Atomic<$value> {
            #[inline(always)]
            fn as_ref(&self) -> &$core {
                // SAFETY: as above, the other way round.
                unsafe { <$core>::from_ptr(self.as_ptr()) }
            }
        }
    };
}

sys::each_core_atomic!(bridge);

#[cfg(test)]
mod tests {
    use crate::atomic::{Acquire, Atomic, Relaxed};
    use crate::sys::{self, Ordering};

    macro_rules! check {
        ($value:ty, $core:ty) => {{
            let (zero, other) = (<$value>::default(), !<$value>::default());
            let core = <$core>::new(zero);
            let atomic: &Atomic<$value> = (&core).into();
            atomic.store(other, Relaxed);
            assert_eq!(core.load(Ordering::Acquire), other);
            let atomic = Atomic::<$value>::new(zero);
            let core: &$core = atomic.as_ref();
            core.store(other, Ordering::Relaxed);
            assert_eq!(atomic.load(Acquire), other);
        }};
    }

    #[test]
    fn core_type_and_wrapper_are_the_same_memory() {
        sys::each_core_atomic!(check);
    }
}
