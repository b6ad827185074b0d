use crate::watermark::Watermark;
