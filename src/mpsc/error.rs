//! Why a push or a pop did not happen. Errors of pushes give the values back.

use core::{error, fmt};

/// Why [`try_send`](super::Producer::try_send) did not push; has the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// All places are taken.
    Full(T),
    /// The consumer is gone, or closed the queue.
    Closed(T),
}

impl<T> TrySendError<T> {
    /// The value that was not pushed.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) => value,
        }
    }

    /// Whether there was no room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Whether nothing can be pushed any more.
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

/// The consumer is gone, or closed the queue; has the value that was not pushed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

impl<T> SendError<T> {
    /// The value that was not pushed.
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

/// Why [`send_many`](super::Producer::send_many) did not push all; has the rest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendManyError<I> {
    /// What was not pushed.
    pub rest: I,
    /// How many were pushed before.
    pub sent: usize,
    /// Whether the queue is closed; if not, it is full.
    pub is_closed: bool,
}

impl<I> fmt::Debug for SendManyError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendManyError")
            .field("sent", &self.sent)
            .field("is_closed", &self.is_closed)
            .finish_non_exhaustive()
    }
}

impl<I> fmt::Display for SendManyError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {} values", if self.is_closed { CLOSED } else { FULL }, self.sent)
    }
}

impl<I> error::Error for SendManyError<I> {}

const FULL: &str = "the queue is full";
const CLOSED: &str = "the queue is closed";

/// Why [`try_recv`](super::Consumer::try_recv) returned no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// Nothing has been pushed that was not taken.
    Empty,
    /// The next slot is claimed, but its value has not reached the consumer: its producer was preempted
    /// in between, or its iterator takes its time, or the value is on its way between two processors. What other
    /// producers sent later waits behind. Look again.
    Stalled,
    /// All producers are gone or the queue is closed, and everything has been taken.
    Closed,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the queue is empty",
            Self::Stalled => "the next value is about to be pushed",
            Self::Closed => DISCONNECTED,
        })
    }
}

impl error::Error for TryRecvError {}

/// All producers are gone or the queue is closed, and everything has been taken.
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
    /// The time was over.
    Timeout,
    /// All producers are gone or the queue is closed, and everything has been taken.
    Closed,
}

impl fmt::Display for RecvTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "nothing was pushed in time",
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

/// The ring has been split before. It has one consumer in its life.
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
    fn need_nothing_of_the_value() {
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
        let many = SendManyError { rest: Opaque, sent: 2, is_closed: true };
        assert!(text(pass(many)).starts_with("the queue is closed after 2 values"));
    }

    #[test]
    fn say_which_of_two() {
        assert!(TrySendError::Full(1).is_full() && !TrySendError::Full(1).is_closed());
        assert!(TrySendError::Closed(1).is_closed() && !TrySendError::Closed(1).is_full());
        assert_eq!(RecvTimeoutError::from(RecvError).to_string(), RecvError.to_string());
        assert_eq!(TryRecvError::Closed.to_string(), RecvError.to_string());
    }

    #[test]
    fn give_values_back() {
        assert_eq!(TrySendError::Full(1).into_inner(), 1);
        assert_eq!(TrySendError::Closed(2).into_inner(), 2);
        assert_eq!(SendError(3).into_inner(), 3);
    }
}
