use crate::wait::WaitQueue; // -> wait
use crate::{
    sys::Word,
    wait, // -> wait
};
use super::super::wait::block; // -> wait
