#![doc = include_str!("../README.md")]

pub mod compare;
pub mod controls;
pub mod families;
pub mod machine;
pub mod report;
pub mod run;
pub mod schedule;

use machine::LINE;
use std::alloc::{GlobalAlloc, Layout, System};

/// Begins a line with each allocation, so that which values share a line depends on no allocator.
struct ByLines;

#[global_allocator]
static BY_LINES: ByLines = ByLines;

/// Returns the layout with the alignment of `CachePadded` on x86_64 and aarch64, two lines, or more.
fn aligned(layout: Layout) -> Layout {
    layout.align_to(2 * LINE).unwrap_or(layout)
}

// SAFETY: the system's allocator, with a stricter alignment, which is the same when memory comes and when it goes.
unsafe impl GlobalAlloc for ByLines {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise: the size is not zero.
        unsafe { System.alloc(aligned(layout)) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: it came from `alloc`, with the same layout.
        unsafe { System.dealloc(ptr, aligned(layout)) }
    }
}
