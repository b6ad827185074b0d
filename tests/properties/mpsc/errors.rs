//! The errors: their texts, the values that they return, and that `?` passes them on whatever is inside.

use latchfree::mpsc::{
    AlreadySplit, Producer, RecvError, RecvTimeoutError, Ring, SendError, SendManyError,
    SendTimeoutError, TryRecvError, TrySendError, TrySendManyError,
};
use std::error::Error;

/// Has no traits at all.
struct Opaque(u32);

type Passed = Result<(), Box<dyn Error + Send + Sync>>;

#[test]
fn errors_pass_through_question_marks() {
    type OfRing<'a> = Producer<&'a Ring<Opaque, 2>>;
    fn try_send(producer: &OfRing<'_>) -> Passed {
        producer.try_send(Opaque(1))?;
        Ok(())
    }
    fn try_send_many(producer: &OfRing<'_>) -> Passed {
        producer.try_send_many([Opaque(1), Opaque(2), Opaque(3)])?;
        Ok(())
    }
    fn split(ring: &Ring<Opaque, 2>) -> Passed {
        ring.split()?;
        Ok(())
    }
    let ring = Ring::new();
    let (producer, mut consumer) = ring.split().unwrap();
    assert_eq!(split(&ring).unwrap_err().to_string(), "the ring has been split before");
    let text = |passed: Passed| passed.unwrap_err().to_string();
    assert_eq!(text(try_send_many(&producer)), "the queue is full after 2 values");
    assert_eq!(text(try_send(&producer)), "the queue is full");
    consumer.close();
    assert_eq!(text(try_send_many(&producer)), "the queue is closed after 0 values");
    assert_eq!(text(try_send(&producer)), "the queue is closed");
}

#[test]
fn errors_return_the_values() {
    assert_eq!(TrySendError::Full(Opaque(1)).into_inner().0, 1);
    assert_eq!(TrySendError::Closed(Opaque(2)).into_inner().0, 2);
    assert_eq!(SendError(Opaque(3)).into_inner().0, 3);
    assert_eq!(SendTimeoutError::Timeout(Opaque(4)).into_inner().0, 4);
    assert_eq!(SendTimeoutError::from(SendError(Opaque(5))).into_inner().0, 5);
    for error in [TrySendManyError::Full { unsent: 6, sent: 1 }, closed_after(6, 1)] {
        assert_eq!((error.sent(), error.into_unsent()), (1, 6));
    }
}

fn closed_after<I>(unsent: I, sent: usize) -> TrySendManyError<I> {
    TrySendManyError::Closed { unsent, sent }
}

#[test]
fn errors_can_be_told_apart() {
    let (full, closed) = (TrySendError::Full(1), TrySendError::Closed(1));
    assert!(full.is_full() && !full.is_closed());
    assert!(closed.is_closed() && !closed.is_full());
    assert_ne!(full, closed);
    let (full, closed) = (TrySendManyError::Full { unsent: 0, sent: 1 }, closed_after(0, 1));
    assert!(full.is_full() && !full.is_closed());
    assert!(closed.is_closed() && !closed.is_full());
    assert_ne!(full, closed);
    let (timeout, closed) = (SendTimeoutError::Timeout(1), SendTimeoutError::Closed(1));
    assert!(timeout.is_timeout() && !timeout.is_closed());
    assert!(closed.is_closed() && !closed.is_timeout());
    assert_eq!(SendTimeoutError::from(SendError(1)), closed);
    assert_eq!(RecvTimeoutError::from(RecvError), RecvTimeoutError::Closed);
}

#[test]
fn errors_say_what_happened() {
    fn shown(error: impl Error) -> [String; 2] {
        assert!(error.source().is_none());
        [error.to_string(), format!("{error:?}")]
    }
    let over = "the queue is closed and empty";
    let all = [
        (shown(TrySendError::Full(Opaque(0))), ["the queue is full", "Full(..)"]),
        (shown(TrySendError::Closed(Opaque(0))), ["the queue is closed", "Closed(..)"]),
        (shown(SendError(Opaque(0))), ["the queue is closed", "SendError(..)"]),
        (
            shown(SendTimeoutError::Timeout(Opaque(0))),
            ["the queue was full all the time", "Timeout(..)"],
        ),
        (shown(SendTimeoutError::Closed(Opaque(0))), ["the queue is closed", "Closed(..)"]),
        (
            shown(SendManyError { unsent: Opaque(0), sent: 3 }),
            ["the queue is closed after 3 values", "SendManyError { sent: 3, .. }"],
        ),
        (
            shown(closed_after(Opaque(0), 3)),
            ["the queue is closed after 3 values", "Closed { sent: 3, .. }"],
        ),
        (
            shown(TrySendManyError::Full { unsent: Opaque(0), sent: 3 }),
            ["the queue is full after 3 values", "Full { sent: 3, .. }"],
        ),
        (shown(TryRecvError::Empty), ["the queue is empty", "Empty"]),
        (shown(TryRecvError::Stalled), ["the next value is about to be sent", "Stalled"]),
        (shown(TryRecvError::Closed), [over, "Closed"]),
        (shown(RecvError), [over, "RecvError"]),
        (shown(RecvTimeoutError::Timeout), ["nothing was sent in time", "Timeout"]),
        (shown(RecvTimeoutError::Closed), [over, "Closed"]),
        (shown(AlreadySplit), ["the ring has been split before", "AlreadySplit"]),
    ];
    for (shown, expected) in all {
        assert_eq!(shown, expected);
    }
}
