# Live threads are counted by the type of our module.
/atomic::{AtomicUsize, /s/AtomicUsize, //
s/\bAtomicUsize\b/crate::live_threads::LiveThreads/g
