//! The one writer of a cell.

use super::SeqCell;
use bytemuck::NoUninit;
use core::fmt;

/// The only writer of a [`SeqCell`], from [`SeqCell::writer`] or [`SeqCell::split_mut`].
///
/// All its methods are wait-free. It may move to another thread. When it is dropped, the cell can hand out the
/// next one.
pub struct SeqWriter<'a, T: NoUninit> {
    cell: &'a SeqCell<T>,
}

impl<'a, T: NoUninit> SeqWriter<'a, T> {
    /// Makes the writer of a cell. The caller has marked it as handed out.
    #[inline]
    pub(super) fn of(cell: &'a SeqCell<T>) -> Self {
        Self { cell }
    }

    /// Replaces the value: stores, and no read-modify-write.
    #[doc(alias("set", "store", "publish"))]
    #[inline]
    pub fn write(&mut self, value: T) {
        // Other writers are excluded: this handle is the only one, and borrowed exclusively.
        self.cell.lock().write_alone(value);
    }

    /// Replaces the value by `f` of it; returns the old value.
    ///
    /// `f` runs once, before the write begins: a panic in it leaves the value as it was, and while it runs it holds
    /// up no reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::seqlock::SeqCell;
    /// let cell = SeqCell::new([1u64, 10]);
    /// let mut writer = cell.writer()?;
    /// assert_eq!(writer.update(|[low, high]| [low + 1, high]), [1, 10]);
    /// assert_eq!(cell.read(), [2, 10]);
    /// # Ok::<(), latchfree::seqlock::WriterTaken>(())
    /// ```
    #[inline]
    pub fn update(&mut self, f: impl FnOnce(T) -> T) -> T {
        let old = self.read();
        self.write(f(old));
        old
    }

    /// Returns the value of the last write, which was this writer's or an earlier one's.
    ///
    /// Wait-free and never [`Busy`](super::Busy): while the writer is borrowed, nothing is written.
    #[doc(alias("get", "load"))]
    #[inline]
    #[must_use]
    pub fn read(&self) -> T {
        // SAFETY: the only handle that writes is this one; it is borrowed, so no write is in progress. What it
        // wrote before happens before this call: `write` borrows the handle exclusively, and the handle came
        // here by what orders that borrow before this one. What earlier writers wrote, CLAIM has ordered.
        unsafe { self.cell.lock().read_alone() }
    }
}

/// Gives the right to write back to the cell.
impl<T: NoUninit> Drop for SeqWriter<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.cell.return_writer();
    }
}

/// Shows the value.
impl<T: NoUninit + fmt::Debug> fmt::Debug for SeqWriter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeqWriter").field("value", &self.read()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::{format, thread};

    #[test]
    fn panic_in_update_changes_nothing_and_keeps_writer() {
        let cell = SeqCell::new(1u64);
        let mut writer = cell.writer().unwrap();
        let panicked = catch_unwind(AssertUnwindSafe(|| writer.update(|_| panic!("in an update"))));
        assert!(panicked.is_err() && cell.writer().is_err());
        assert_eq!((cell.try_read(), cell.version()), (Ok(1), 0));
        writer.write(2);
        assert_eq!((cell.try_read(), writer.read()), (Ok(2), 2));
    }

    #[test]
    fn writer_dropped_by_a_panic_is_given_back() {
        let cell = SeqCell::new(1u64);
        let panicked = catch_unwind(|| {
            let mut writer = cell.writer().unwrap();
            writer.write(2);
            panic!("with the writer");
        });
        assert!(panicked.is_err());
        assert_eq!((cell.try_read(), cell.writer().unwrap().read()), (Ok(2), 2));
    }

    #[test]
    fn readers_are_not_held_up_by_closure_of_an_update() {
        let cell = SeqCell::new(1u64);
        let seen = Cell::new(None);
        cell.writer().unwrap().update(|value| {
            seen.set(Some((cell.try_read(), cell.version())));
            value + 1
        });
        assert_eq!((seen.get(), cell.read()), (Some((Ok(1), 0)), 2));
    }

    #[test]
    fn writer_moves_to_another_thread() {
        let cell = SeqCell::new(1u64);
        let mut writer = cell.writer().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || {
                assert_eq!(writer.update(|value| value + 1), 1);
                assert_eq!(format!("{writer:?}"), "SeqWriter { value: 2 }");
            });
        });
        assert_eq!(cell.writer().unwrap().read(), 2);
    }
}
