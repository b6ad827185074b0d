#[cfg(latchfree_loom)]
#[cfg(not(loom))]
const SIZE: usize = if cfg!(feature = "loom") { 1 } else { 2 };
#[cfg(all(feature = "loom", latchfree_loom))]
