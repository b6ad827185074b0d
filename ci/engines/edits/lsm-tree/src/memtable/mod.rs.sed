# The three atomics of a memtable, its size and its highest sequence number among them, become `Atomic<T>`.
s/^use std::sync::atomic::{AtomicBool, AtomicU64};$/use latchfree::atomic::Atomic;/
s/std::sync::atomic::Ordering::/latchfree::atomic::/g
s/\bAtomic\(U64\|Bool\)::default()/Atomic::default()/g
s/\bAtomicU64\b/Atomic<u64>/g
s/\bAtomicBool\b/Atomic<bool>/g
