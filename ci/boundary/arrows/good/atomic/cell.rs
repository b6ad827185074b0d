use super::site; // not crate::wait::site
use crate::sys::{self, Word};
