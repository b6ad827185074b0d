//! How many users an object has, and which of them is the last.
//!
//! [`RefCount`] is the count inside an object that several threads hold on to, for those who manage its memory
//! themselves: buffers of a cache, segments of a log.

mod ref_count;

pub use self::ref_count::RefCount;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 1] = [ref_count::SITES];
}
