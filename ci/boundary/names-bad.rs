use core::sync::atomic::Ordering;
use std::{sync::atomic as machine, vec};
use std::sync::{Arc, atomic};
static TAIL: AtomicU64 = AtomicU64::new(0);
fn full() { portable_atomic::fence(order) }
    loom::thread::yield_now(); // not ours
use loom;
struct Cell<T>(core::cell::UnsafeCell<T>);
use core::cell::{Cell, UnsafeCell};
