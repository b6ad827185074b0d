//! The word-wise copy: values of any size in memory that several threads touch.

cfg_if::cfg_if! {
    if #[cfg(all(feature = "loom", any(loom, latchfree_loom)))] {
        mod model;
        pub(crate) use self::model::Words;
    } else {
        mod native;
        pub(crate) use self::native::Words;
    }
}
