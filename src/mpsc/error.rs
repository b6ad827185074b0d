//! Why a value was not sent or not received. Errors of sends give the values back.

use core::{error, fmt};

/// Why [`try_send`](super::Producer::try_send) did not send; has the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// All slots are taken; in an [unbounded](super::unbounded()) queue, there is no memory for more.
    Full(T),
    /// The consumer is gone, or closed the queue.
    Closed(T),
}

impl<T> TrySendError<T> {
    /// Returns the value that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) => value,
        }
    }

    /// Returns whether there was no room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Returns whether nothing can be sent any more.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

impl<T> fmt::Debug for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_full() { "Full(..)" } else { "Closed(..)" })
    }
}

impl<T> fmt::Display for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_full() { FULL } else { CLOSED })
    }
}

impl<T> error::Error for TrySendError<T> {}

/// The consumer is gone, or closed the queue; has the value that was not sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

impl<T> SendError<T> {
    /// Returns the value that was not sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendError(..)")
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(CLOSED)
    }
}

impl<T> error::Error for SendError<T> {}

/// Why [`send_timeout`](super::Producer::send_timeout) did not send; has the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SendTimeoutError<T> {
    /// There was no room in that time.
    Timeout(T),
    /// The consumer is gone, or closed the queue.
    Closed(T),
}

impl<T> SendTimeoutError<T> {
    /// Returns the value that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Timeout(value) | Self::Closed(value) => value,
        }
    }

    /// Returns whether the timeout expired.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Returns whether nothing can be sent any more.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

impl<T> From<SendError<T>> for SendTimeoutError<T> {
    fn from(error: SendError<T>) -> Self {
        Self::Closed(error.into_inner())
    }
}

impl<T> fmt::Debug for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_timeout() { "Timeout(..)" } else { "Closed(..)" })
    }
}

impl<T> fmt::Display for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_timeout() { NO_ROOM_IN_TIME } else { CLOSED })
    }
}

impl<T> error::Error for SendTimeoutError<T> {}

/// Why [`send_many`](super::Producer::send_many) did not send all: the consumer is gone, or closed the queue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendManyError<I> {
    /// What was not sent.
    pub unsent: I,
    /// How many were sent before.
    pub sent: usize,
}

impl<I> fmt::Debug for SendManyError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendManyError").field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl<I> fmt::Display for SendManyError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{CLOSED} after {} values", self.sent)
    }
}

impl<I> error::Error for SendManyError<I> {}

/// Why [`try_send_many`](super::Producer::try_send_many) did not send all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendManyError<I> {
    /// All slots were taken after the last value that was sent; in an [unbounded](super::unbounded()) queue, there
    /// was no memory for more.
    Full {
        /// What was not sent.
        unsent: I,
        /// How many were sent before.
        sent: usize,
    },
    /// The consumer is gone, or closed the queue.
    Closed {
        /// What was not sent.
        unsent: I,
        /// How many were sent before.
        sent: usize,
    },
}

impl<I> TrySendManyError<I> {
    /// Returns what was not sent.
    pub fn into_unsent(self) -> I {
        match self {
            Self::Full { unsent, .. } | Self::Closed { unsent, .. } => unsent,
        }
    }

    /// Returns how many were sent before.
    pub fn sent(&self) -> usize {
        match self {
            Self::Full { sent, .. } | Self::Closed { sent, .. } => *sent,
        }
    }

    /// Returns whether there was no room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full { .. })
    }

    /// Returns whether nothing can be sent any more.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}

impl<I> fmt::Debug for TrySendManyError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(if self.is_full() { "Full" } else { "Closed" })
            .field("sent", &self.sent())
            .finish_non_exhaustive()
    }
}

impl<I> fmt::Display for TrySendManyError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {} values", if self.is_full() { FULL } else { CLOSED }, self.sent())
    }
}

impl<I> error::Error for TrySendManyError<I> {}

const FULL: &str = "the queue is full";
const NO_ROOM_IN_TIME: &str = "the queue was full all the time";
const CLOSED: &str = "the queue is closed";

/// Why [`try_recv`](super::Consumer::try_recv) returned no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// The queue is empty.
    Empty,
    /// The next slot is claimed, but its value has not reached the consumer: its producer was preempted
    /// in between, or its iterator takes its time, or the value is on its way between two processors. What other
    /// producers sent later waits behind. Try again.
    Stalled,
    /// All producers are gone or the queue is closed, and everything was received.
    Closed,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the queue is empty",
            Self::Stalled => "the next value is about to be sent",
            Self::Closed => DISCONNECTED,
        })
    }
}

impl error::Error for TryRecvError {}

/// All producers are gone or the queue is closed, and everything was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError;

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(DISCONNECTED)
    }
}

impl error::Error for RecvError {}

/// Why [`recv_timeout`](super::Consumer::recv_timeout) returned no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecvTimeoutError {
    /// The timeout expired.
    Timeout,
    /// All producers are gone or the queue is closed, and everything was received.
    Closed,
}

impl fmt::Display for RecvTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "nothing was sent in time",
            Self::Closed => DISCONNECTED,
        })
    }
}

impl From<RecvError> for RecvTimeoutError {
    fn from(_: RecvError) -> Self {
        Self::Closed
    }
}

impl error::Error for RecvTimeoutError {}

const DISCONNECTED: &str = "the queue is closed and empty";

/// The ring has been split before. A shared ring can be split only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadySplit;

impl fmt::Display for AlreadySplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the ring has been split before")
    }
}

impl error::Error for AlreadySplit {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::boxed::Box;
    use std::{format, string::ToString};

    /// Has no traits, and so no text.
    struct Opaque;

    #[test]
    fn errors_need_no_bounds_on_the_value() {
        fn pass<E: error::Error + Send + Sync + 'static>(
            error: E,
        ) -> Result<(), Box<dyn error::Error + Send + Sync>> {
            Err(error)?
        }
        let text = |passed: Result<(), Box<dyn error::Error + Send + Sync>>| {
            let error = passed.unwrap_err();
            format!("{error} {error:?}")
        };
        assert_eq!(text(pass(TrySendError::Full(Opaque))), "the queue is full Full(..)");
        assert_eq!(text(pass(TrySendError::Closed(Opaque))), "the queue is closed Closed(..)");
        assert_eq!(text(pass(SendError(Opaque))), "the queue is closed SendError(..)");
        let late = "the queue was full all the time Timeout(..)";
        assert_eq!(text(pass(SendTimeoutError::Timeout(Opaque))), late);
        assert_eq!(text(pass(SendTimeoutError::Closed(Opaque))), "the queue is closed Closed(..)");
        let many = SendManyError { unsent: Opaque, sent: 2 };
        assert!(text(pass(many)).starts_with("the queue is closed after 2 values"));
        let full = TrySendManyError::Full { unsent: Opaque, sent: 3 };
        assert_eq!(text(pass(full)), "the queue is full after 3 values Full { sent: 3, .. }");
        let closed = TrySendManyError::Closed { unsent: Opaque, sent: 0 };
        assert_eq!(text(pass(closed)), "the queue is closed after 0 values Closed { sent: 0, .. }");
    }

    #[test]
    fn predicates_tell_full_from_closed() {
        assert!(TrySendError::Full(1).is_full() && !TrySendError::Full(1).is_closed());
        assert!(TrySendError::Closed(1).is_closed() && !TrySendError::Closed(1).is_full());
        let (late, closed) = (SendTimeoutError::Timeout(1), SendTimeoutError::from(SendError(1)));
        assert!(late.is_timeout() && !late.is_closed());
        assert!(closed.is_closed() && !closed.is_timeout());
        let (full, closed) = (
            TrySendManyError::Full { unsent: 1, sent: 2 },
            TrySendManyError::Closed { unsent: 1, sent: 2 },
        );
        assert!(full.is_full() && !full.is_closed() && closed.is_closed() && !closed.is_full());
        assert_eq!(RecvTimeoutError::from(RecvError).to_string(), RecvError.to_string());
        assert_eq!(TryRecvError::Closed.to_string(), RecvError.to_string());
    }

    #[test]
    fn errors_give_values_back() {
        assert_eq!(TrySendError::Full(1).into_inner(), 1);
        assert_eq!(TrySendError::Closed(2).into_inner(), 2);
        assert_eq!(SendError(3).into_inner(), 3);
        assert_eq!(SendTimeoutError::Timeout(4).into_inner(), 4);
        assert_eq!(SendTimeoutError::Closed(5).into_inner(), 5);
        let full = TrySendManyError::Full { unsent: 6, sent: 1 };
        assert_eq!((full.sent(), full.into_unsent()), (1, 6));
        let closed = TrySendManyError::Closed { unsent: 7, sent: 2 };
        assert_eq!((closed.sent(), closed.into_unsent()), (2, 7));
    }
}
