use crate::atomic::{Atomic, fence};
use crate::watermark::{Closed, Watermark}; // -> watermark
use crate as everything; // -> crate as

// A test may, but the code after it may not.
#[cfg(test)]
mod tests {
    use crate::watermark::Watermark;
}

fn later(of: &crate::log::Log) {} // -> log
#[cfg(test)]
use crate::queue::Queue; // -> queue
