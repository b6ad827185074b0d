//! Reserving and flushing as a task, for any executor, without `std`.

use super::core::Core;
use super::writer::extent;
use super::{Batch, BatchError, Flusher, Reservation, ReserveError, Writer};
use crate::wait::{Wait, Want};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The lengths of the records to reserve for.
pub(super) enum Lengths<'l> {
    One([usize; 1]),
    Many(&'l [usize]),
}

impl Lengths<'_> {
    fn as_slice(&self) -> &[usize] {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }
}

/// The future of [`Writer::reserve_async`] and [`Writer::reserve_many_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct ReserveFuture<'w, 'l> {
    writer: &'w Writer<'w>,
    lengths: Lengths<'l>,
    wait: Wait<'w, Core>,
}

impl<'w, 'l> ReserveFuture<'w, 'l> {
    pub(super) fn new(writer: &'w Writer<'w>, lengths: Lengths<'l>) -> Self {
        let want = Want::in_turn(extent(lengths.as_slice()).to_bits());
        Self { writer, lengths, wait: Wait::new(writer.core(), want) }
    }
}

impl<'w> Future for ReserveFuture<'w, '_> {
    type Output = Result<Reservation<'w>, ReserveError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.into_ref();
        // SAFETY: `wait` is pinned with the future: nothing moves it out.
        let wait = unsafe { this.map_unchecked(|future| &future.wait) };
        let this = this.get_ref();
        wait.poll(cx, || this.writer.attempt(this.lengths.as_slice()))
    }
}

/// The future of [`Flusher::batch_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct BatchFuture<'f, 'a> {
    /// `None` once it was ready.
    flusher: Option<&'f mut Flusher<'a>>,
    max_bytes: usize,
}

impl<'f, 'a> BatchFuture<'f, 'a> {
    pub(super) fn new(flusher: &'f mut Flusher<'a>, max_bytes: usize) -> Self {
        Self { flusher: Some(flusher), max_bytes }
    }
}

impl<'f> Future for BatchFuture<'f, '_> {
    type Output = Result<Batch<'f>, BatchError>;

    /// # Panics
    ///
    /// If it is polled after it was ready.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let max_bytes = self.max_bytes;
        let flusher = self.flusher.as_mut().expect("polled after it was ready");
        let Poll::Ready(ready) = flusher.poll_ready(cx) else { return Poll::Pending };
        let flusher = self.flusher.take().expect("it was there above");
        Poll::Ready(ready.map(|()| flusher.ready_batch(max_bytes)))
    }
}

/// Takes the waker out of the buffer: there it would keep the task alive, and wake it needlessly.
impl Drop for BatchFuture<'_, '_> {
    fn drop(&mut self) {
        if let Some(flusher) = &mut self.flusher {
            flusher.cancel_park();
        }
    }
}

impl fmt::Debug for ReserveFuture<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (writer, lengths) = (&self.writer, self.lengths.as_slice());
        f.debug_struct("ReserveFuture").field("writer", writer).field("lengths", &lengths).finish()
    }
}

impl fmt::Debug for BatchFuture<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchFuture").field("flusher", &self.flusher).finish_non_exhaustive()
    }
}
