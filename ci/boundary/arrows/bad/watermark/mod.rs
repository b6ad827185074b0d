use crate::{atomic::{self, log}, log::Log, sys}; // -> log
use crate::guide; // -> guide
use super::queue; // -> queue
