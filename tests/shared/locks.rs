//! `SeqLock` and `SeqLatch` as one, for tests that are to hold for both.

use bytemuck::NoUninit;
use latchfree::seqlock::{Busy, SeqLatch, SeqLock};

/// The operations that a lock and a latch have in common.
pub(crate) trait Lock<T>: From<T> {
    fn read(&self) -> T;
    fn try_read(&self) -> Result<T, Busy>;
    fn write(&self, value: T);
    fn try_write(&self, value: T) -> Result<(), Busy>;
    fn update(&self, f: impl FnMut(T) -> T) -> T;
    fn version(&self) -> u64;
}

macro_rules! locks {
    ($($lock:ident)*) => {$(
        impl<T: NoUninit> Lock<T> for $lock<T> {
            fn read(&self) -> T {
                $lock::read(self)
            }
            fn try_read(&self) -> Result<T, Busy> {
                $lock::try_read(self)
            }
            fn write(&self, value: T) {
                $lock::write(self, value);
            }
            fn try_write(&self, value: T) -> Result<(), Busy> {
                $lock::try_write(self, value)
            }
            fn update(&self, f: impl FnMut(T) -> T) -> T {
                $lock::update(self, f)
            }
            fn version(&self) -> u64 {
                $lock::version(self)
            }
        }
    )*};
}
locks! { SeqLock SeqLatch }
