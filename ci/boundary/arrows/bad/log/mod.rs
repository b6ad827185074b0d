use crate::queue::Queue; // -> queue
use crate::watermark::Watermark;
