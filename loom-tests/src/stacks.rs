//! Keeps the stacks of loom's threads for the executions that follow.
//!
//! Loom maps a stack for each thread of each execution and unmaps it at the end. The kernel's part of that, with the page
//! faults of the new memory, was two thirds of the time of an exploration. Loom has no setting for it, so this module
//! defines `mmap` and `munmap` for the whole program; the linker prefers them to those of the C library, which uses names
//! of its own inside. A stack that is unmapped is kept, guard page included, and goes to the next thread that wants one
//! of its length. All other mappings go to the kernel as before.

use libc::{MAP_STACK, SYS_mmap, SYS_munmap, c_int, c_long, c_void, off_t, size_t, syscall};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// As many threads as all models that run beside each other have; what is beyond goes back to the kernel.
const MAX_KEPT: usize = 64;

static STACKS: Mutex<Stacks> = Mutex::new(Stacks { used: Vec::new(), kept: Vec::new(), reused: 0 });

/// A mapping, by its first address and its length in bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stack {
    start: usize,
    len: size_t,
}

struct Stacks {
    used: Vec<Stack>,
    kept: Vec<Stack>,
    reused: usize,
}

impl Stacks {
    fn lock() -> MutexGuard<'static, Self> {
        // Nothing in here panics halfway.
        STACKS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a kept stack into use.
    fn reuse(&mut self, len: size_t) -> Option<Stack> {
        let at = self.kept.iter().rposition(|stack| stack.len == len)?;
        let stack = self.kept.swap_remove(at);
        self.used.push(stack);
        self.reused += 1;
        Some(stack)
    }

    /// Keeps a stack that is no longer used. Returns `false` for what is no stack of ours, and when enough are kept.
    fn keep(&mut self, stack: Stack) -> bool {
        let Some(at) = self.used.iter().rposition(|used| *used == stack) else { return false };
        self.used.swap_remove(at);
        let keeps = self.kept.len() < MAX_KEPT;
        if keeps {
            self.kept.push(stack);
        }
        keeps
    }
}

/// Returns how many stacks were used again so far.
pub fn reused() -> usize {
    Stacks::lock().reused
}

/// Maps memory; for a stack, memory that was one before if there is some.
///
/// # Safety
///
/// As for `mmap` of the C library.
// SAFETY: it does what `mmap` promises: the memory is a mapping of the length asked for that nothing else uses. That it
// is not zero is all that differs, and only for a stack, of which nothing is read before it is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mmap(
    addr: *mut c_void,
    len: size_t,
    prot: c_int,
    flags: c_int,
    fd: c_int,
    offset: off_t,
) -> *mut c_void {
    let is_stack = flags & MAP_STACK != 0 && addr.is_null();
    let reused = if is_stack { Stacks::lock().reuse(len) } else { None };
    if let Some(stack) = reused {
        return stack.start as *mut c_void;
    }
    // SAFETY: the caller's promise, on the arguments of the caller.
    let start = unsafe {
        syscall(
            SYS_mmap,
            addr,
            len,
            c_long::from(prot),
            c_long::from(flags),
            c_long::from(fd),
            offset,
        )
    };
    if is_stack && start != -1 {
        Stacks::lock().used.push(Stack { start: start as usize, len });
    }
    start as *mut c_void
}

/// Unmaps memory; a stack that [`mmap`] returned is kept instead.
///
/// # Safety
///
/// As for `munmap` of the C library.
// SAFETY: it does what `munmap` promises, for memory that the caller no longer uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn munmap(addr: *mut c_void, len: size_t) -> c_int {
    if Stacks::lock().keep(Stack { start: addr as usize, len }) {
        return 0;
    }
    // SAFETY: the caller's promise, on the arguments of the caller.
    unsafe { syscall(SYS_munmap, addr, len) as c_int }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore;
    use loom::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use loom::{sync::Arc, thread};

    #[test]
    fn stack_of_an_execution_is_used_in_the_next() {
        let before = reused();
        let report = explore(None, || {
            let flag = Arc::new(AtomicBool::new(false));
            let other = Arc::clone(&flag);
            let thread = thread::spawn(move || other.store(true, Relaxed));
            let seen = flag.load(Relaxed);
            thread.join().unwrap();
            seen.to_string()
        });
        let executions = report.unwrap().executions;
        assert!(executions > 1, "no execution follows");
        assert!(reused() - before >= 2 * (executions - 1), "a stack was mapped for each thread");
    }
}
