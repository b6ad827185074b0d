//! Being inside, on the way to another thread.

use super::Gate;
use crate::refcount::Closed;
use alloc::sync::Arc;
use core::fmt;

/// Is inside a [`Gate`] that it keeps alive, and so can travel with the work that it stands for: to another thread,
/// into a queue. Leaves the gate when it is dropped.
#[must_use = "dropped at once, it has left"]
pub struct OwnedEntered {
    gate: Arc<Gate>,
}

impl OwnedEntered {
    /// Returns the gate.
    #[must_use]
    pub fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }
}

impl Drop for OwnedEntered {
    fn drop(&mut self) {
        self.gate.leave();
    }
}

impl fmt::Debug for OwnedEntered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedEntered").finish_non_exhaustive()
    }
}

impl Gate {
    /// Enters as [`enter`](Self::enter) does, and keeps the gate alive with the guard.
    ///
    /// # Errors
    ///
    /// As [`enter`](Self::enter).
    ///
    /// # Examples
    ///
    /// ```
    /// use latchfree::refcount::{Closed, Gate};
    /// use std::sync::Arc;
    ///
    /// let threads = Arc::new(Gate::new());
    /// let lives = Arc::clone(&threads).enter_owned()?;
    /// std::thread::spawn(move || {
    ///     let _lives = lives; // as long as the thread
    /// });
    /// threads.close(); // from now on none is spawned
    /// # #[cfg(feature = "std")]
    /// threads.wait_idle();
    /// # Ok::<(), Closed>(())
    /// ```
    pub fn enter_owned(self: Arc<Self>) -> Result<OwnedEntered, Closed> {
        self.count_entry()?;
        Ok(OwnedEntered { gate: self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owned_entry_leaves_and_frees_the_gate_when_dropped() {
        let gate = Arc::new(Gate::new());
        let entered = Arc::clone(&gate).enter_owned().unwrap();
        assert!(Arc::ptr_eq(entered.gate(), &gate) && gate.close());
        assert_eq!(Arc::clone(&gate).enter_owned().err(), Some(Closed));
        assert_eq!((gate.inside(), gate.is_idle(), Arc::strong_count(&gate)), (1, false, 2));
        drop(entered);
        assert_eq!((gate.inside(), gate.is_idle(), Arc::strong_count(&gate)), (0, true, 1));
    }
}
