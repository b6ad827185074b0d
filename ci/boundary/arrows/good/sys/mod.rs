//! Below `crate::atomic`.
use self::core::Word;
macro_rules! global {
    () => { $crate::sys::Global };
}
pub(crate) use super_fast::wait;
