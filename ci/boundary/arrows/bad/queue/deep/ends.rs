use super::super::Queue;
use super::super::super::watermark::Watermark; // -> watermark
mod inner {
    use crate::log; // -> log
    use super::super::super::super::wait::Event;
}
#[cfg(test)]
fn with(log: crate::log::Log) {} // -> log
