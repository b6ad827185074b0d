use crate::queue::ends::Ends;
use crate::wait::Event;
mod inner {
    use super::super::queue::Queue;
}
