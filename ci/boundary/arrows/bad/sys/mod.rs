use crate::atomic::Atomic; // -> atomic
use super::atomic::Words; // -> atomic
use crate::Closed; // -> Closed
use crate::*; // -> *
macro_rules! sites {
    () => { $crate::atomic::site!() }; // -> atomic
}
