//! No wake-up is lost: short rounds in which one thread goes to wait while another makes that unnecessary.
//!
//! Most waiters here are tasks: at the end of a round it is known whether the waker of each was called, so that
//! a lost wake-up fails at once, and no later one hides it. Blocking calls are these futures' and the consumer's
//! polls with a thread to wake; `blocking` has the tests of those.

#[path = "../../shared/count.rs"]
mod count;

use crate::scale::{Rng, finishes, rounds};
use count::Count;
use latchfree::atomic::{AcqRel, Acquire, Atomic, Release};
use latchfree::mpsc::{Receiver, Sender, bounded};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

/// Where two threads meet, so that they go on at the same time.
#[derive(Default)]
struct Meeting {
    came: Atomic<usize>,
    is_over: Atomic<bool>,
}

impl Meeting {
    /// Waits for the other. `false` if it does not come any more.
    fn meet(&self) -> bool {
        let both = self.came.fetch_add(1, AcqRel) / 2 * 2 + 2;
        let mut looks = 0;
        while self.came.load(Acquire) < both {
            if self.is_over.load(Acquire) {
                return false;
            }
            looks += 1;
            if looks % 200 == 0 || cfg!(miri) {
                thread::yield_now();
            }
            std::hint::spin_loop();
        }
        true
    }
}

/// A thread that does not come any more, be it because it panics.
struct Leaves<'a>(&'a Meeting);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Release);
    }
}

/// Runs `mine` on this thread and `theirs` on another, at the same time as far as that goes, and `check` after
/// both, again and again.
fn beside<S>(
    state: &mut S,
    mut prepare: impl FnMut(&mut S),
    mut mine: impl FnMut(&mut S),
    mut theirs: impl FnMut(&mut Rng) + Send,
    mut check: impl FnMut(&mut S),
) {
    let (meeting, rounds) = (Meeting::default(), rounds(5_000, 10));
    thread::scope(|scope| {
        scope.spawn(|| {
            let (mut rng, _leaves) = (Rng::new(1), Leaves(&meeting));
            while meeting.meet() {
                delay(&mut rng);
                theirs(&mut rng);
                meeting.meet();
            }
        });
        let (mut rng, _leaves) = (Rng::new(2), Leaves(&meeting));
        for _ in 0..rounds {
            prepare(state);
            assert!(meeting.meet(), "the other thread has failed");
            delay(&mut rng);
            mine(state);
            meeting.meet();
            check(state);
        }
    });
}

/// Waits for some nanoseconds.
fn delay(rng: &mut Rng) {
    let spins = rng.roll(4) * rng.roll(16);
    (0..spins).for_each(|_| std::hint::spin_loop());
}

/// A task that waits.
struct Task<'a> {
    future: Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
    woken: Arc<Count>,
}

impl<'a> Task<'a> {
    fn new(future: impl Future<Output = ()> + Send + 'a) -> Self {
        Self { future: Box::pin(future), woken: Arc::default() }
    }

    /// A task that sends a value.
    fn sends(sender: &'a Sender<u32>) -> Self {
        Self::new(async move { assert!(sender.send_async(1).await.is_ok()) })
    }

    fn poll(&mut self) -> Poll<()> {
        let waker = Arc::clone(&self.woken).into();
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    fn wakes(&self) -> usize {
        self.woken.get()
    }

    /// It has been woken, once, and is done then.
    #[track_caller]
    fn finish(&mut self) {
        assert_eq!(self.wakes(), 1, "wake-ups");
        assert_eq!(self.poll(), Poll::Ready(()));
    }
}

/// One slot, full. A task begins to wait while the slot is freed.
#[test]
fn sender_that_begins_to_wait_is_woken() {
    finishes(|| {
        let (sender, receiver) = bounded(1);
        sender.try_send(1).unwrap();
        let receiver = Mutex::new(receiver);
        beside(
            &mut None,
            |task| *task = Some((Task::sends(&sender), Poll::Pending)),
            |task| {
                let (task, polled) = task.as_mut().unwrap();
                *polled = task.poll();
            },
            |_| assert!(receiver.lock().unwrap().try_recv().is_ok()),
            |task| {
                let (mut task, polled) = task.take().unwrap();
                if polled.is_pending() {
                    task.finish();
                }
            },
        );
    });
}

/// One slot, full, and a task that waits. The slot is freed while others come and go, each of which takes the
/// lock of the list twice.
#[test]
fn sender_is_woken_beside_others_that_come_and_go() {
    finishes(|| {
        let (sender, mut receiver) = bounded(1);
        sender.try_send(1).unwrap();
        beside(
            &mut None,
            |task| {
                let waiting = task.insert(Task::sends(&sender));
                assert!(waiting.poll().is_pending());
            },
            |_| assert!(receiver.try_recv().is_ok()),
            |rng| {
                for _ in 0..=rng.roll(6) {
                    let other = pin!(sender.ready_async());
                    let _either = other.poll(&mut Context::from_waker(Waker::noop()));
                }
            },
            |task| task.take().unwrap().finish(),
        );
    });
}

/// Two slots: one is granted to a task that gives up, while another is freed. There are two changes, and two
/// tasks to wake, whichever comes first.
#[test]
fn two_changes_wake_two_senders() {
    finishes(|| {
        let (sender, mut receiver) = bounded(2);
        sender.try_send_many([1, 1]).unwrap();
        let granted: Mutex<Option<Task<'_>>> = Mutex::new(None);
        let cancel = |_: &mut Rng| drop(granted.lock().unwrap().take());
        let mut state = (Vec::new(), &mut receiver);
        beside(
            &mut state,
            |(tasks, receiver)| {
                tasks.extend((0..3).map(|_| Task::sends(&sender)));
                tasks.iter_mut().for_each(|task| assert!(task.poll().is_pending()));
                assert!(receiver.try_recv().is_ok());
                let first = tasks.remove(0);
                assert_eq!(first.wakes(), 1);
                *granted.lock().unwrap() = Some(first);
            },
            |(_, receiver)| assert!(receiver.try_recv().is_ok()),
            cancel,
            |(tasks, _)| tasks.drain(..).for_each(|mut task| task.finish()),
        );
    });
}

/// The consumer, as a task, begins to wait while a value is sent.
#[test]
fn consumer_that_begins_to_wait_is_woken() {
    finishes(|| {
        let (sender, receiver) = bounded(1);
        let mut state = (receiver, Arc::<Count>::default(), Poll::Pending);
        let poll = |receiver: &mut Receiver<u32>, count: &Arc<Count>| {
            receiver.poll_recv(&mut Context::from_waker(&Arc::clone(count).into()))
        };
        beside(
            &mut state,
            |(_, count, _)| *count = Arc::default(),
            |(receiver, count, polled)| *polled = poll(receiver, count),
            |_| assert!(sender.try_send(7).is_ok()),
            |(receiver, count, polled)| {
                if polled.is_pending() {
                    assert_eq!(count.get(), 1, "wake-ups");
                    *polled = poll(receiver, count);
                }
                assert_eq!(*polled, Poll::Ready(Ok(7)));
            },
        );
    });
}

/// As above, but the last producer goes without a word.
#[test]
fn consumer_that_begins_to_wait_learns_of_the_end() {
    finishes(|| {
        let senders: Mutex<Option<Sender<u32>>> = Mutex::new(None);
        beside(
            &mut None,
            |waiting| {
                let (sender, receiver) = bounded::<u32>(1);
                *senders.lock().unwrap() = Some(sender);
                *waiting = Some((receiver, Arc::<Count>::default(), Poll::Pending));
            },
            |waiting| {
                let (receiver, count, polled) = waiting.as_mut().unwrap();
                *polled = receiver.poll_recv(&mut Context::from_waker(&Arc::clone(count).into()));
            },
            |_| drop(senders.lock().unwrap().take()),
            |waiting| {
                let (mut receiver, count, polled) = waiting.take().unwrap();
                assert_eq!(count.get(), usize::from(polled.is_pending()), "wake-ups");
                assert!(receiver.try_recv().is_err() && receiver.is_closed());
            },
        );
    });
}
