//! The errors: what they say, what they give back, and that `?` passes them on whatever is inside.

use latchfree::mpsc::{
    AlreadySplit, Producer, RecvError, RecvTimeoutError, Ring, SendError, SendManyError,
    TryRecvError, TrySendError,
};
use std::error::Error;

/// Has no traits at all.
struct Opaque(u32);

type Passed = Result<(), Box<dyn Error + Send + Sync>>;

#[test]
fn pass_through_question_marks() {
    type OfRing<'a> = Producer<&'a Ring<Opaque, 2>>;
    fn try_send(producer: &OfRing<'_>) -> Passed {
        Ok(producer.try_send(Opaque(1))?)
    }
    fn send_many(producer: &OfRing<'_>) -> Passed {
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
    assert_eq!(text(send_many(&producer)), "the queue is full after 2 values");
    assert_eq!(text(try_send(&producer)), "the queue is full");
    consumer.close();
    assert_eq!(text(send_many(&producer)), "the queue is closed after 0 values");
    assert_eq!(text(try_send(&producer)), "the queue is closed");
}

#[test]
fn give_the_value_back() {
    assert_eq!(TrySendError::Full(Opaque(1)).into_inner().0, 1);
    assert_eq!(TrySendError::Closed(Opaque(2)).into_inner().0, 2);
    assert_eq!(SendError(Opaque(3)).into_inner().0, 3);
    let error = SendManyError { rest: [Opaque(4)].into_iter(), sent: 1, is_closed: false };
    assert!(error.rest.map(|value| value.0).eq([4]));
}

#[test]
fn can_be_told_apart() {
    let (full, closed) = (TrySendError::Full(1), TrySendError::Closed(1));
    assert!(full.is_full() && !full.is_closed());
    assert!(closed.is_closed() && !closed.is_full());
    assert_ne!(full, closed);
    assert_eq!(RecvTimeoutError::from(RecvError), RecvTimeoutError::Closed);
}

#[test]
fn say_what_happened() {
    fn shown(error: impl Error) -> [String; 2] {
        assert!(error.source().is_none());
        [error.to_string(), format!("{error:?}")]
    }
    let many = |is_closed| SendManyError { rest: Opaque(0), sent: 3, is_closed };
    let over = "the queue is closed and empty";
    let all = [
        (shown(TrySendError::Full(Opaque(0))), ["the queue is full", "Full(..)"]),
        (shown(TrySendError::Closed(Opaque(0))), ["the queue is closed", "Closed(..)"]),
        (shown(SendError(Opaque(0))), ["the queue is closed", "SendError(..)"]),
        (
            shown(many(true)),
            [
                "the queue is closed after 3 values",
                "SendManyError { sent: 3, is_closed: true, .. }",
            ],
        ),
        (
            shown(many(false)),
            ["the queue is full after 3 values", "SendManyError { sent: 3, is_closed: false, .. }"],
        ),
        (shown(TryRecvError::Empty), ["the queue is empty", "Empty"]),
        (shown(TryRecvError::Stalled), ["the next value is about to be pushed", "Stalled"]),
        (shown(TryRecvError::Closed), [over, "Closed"]),
        (shown(RecvError), [over, "RecvError"]),
        (shown(RecvTimeoutError::Timeout), ["nothing was pushed in time", "Timeout"]),
        (shown(RecvTimeoutError::Closed), [over, "Closed"]),
        (shown(AlreadySplit), ["the ring has been split before", "AlreadySplit"]),
    ];
    for (shown, expected) in all {
        assert_eq!(shown, expected);
    }
}
