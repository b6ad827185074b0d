//! What a user's model can see of latchfree, in every build: `ci/loom-user.sh` runs them all.

use latchfree_loom_user::Records;
use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const FLAG: bool = cfg!(any(loom, latchfree_loom));
const FEATURE: bool = cfg!(feature = "seen");

/// Loom misses interleavings of threads that begin with a load
/// (<https://github.com/tokio-rs/loom/issues/392>), so both begin with a read-modify-write.
fn spawn(f: impl FnOnce() + 'static) -> loom::thread::JoinHandle<()> {
    let gate = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
    let theirs = Arc::clone(&gate);
    let child = loom::thread::spawn(move || {
        theirs.fetch_add(1, Ordering::Relaxed);
        f();
    });
    gate.fetch_add(1, Ordering::Relaxed);
    child
}

/// Runs `model`, with up to two preemptions; returns the number of its executions.
fn explore(model: impl Fn() + Send + Sync + 'static) -> Result<usize, Box<dyn Any + Send>> {
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&executions);
    catch_unwind(AssertUnwindSafe(|| {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(2);
        builder.check(move || {
            model();
            counted.fetch_add(1, Ordering::Relaxed);
        });
    }))?;
    Ok(executions.load(Ordering::Relaxed))
}

/// A reader beside a writer. Returns the executions, and all that the reader saw.
fn read_beside_write() -> Result<(usize, BTreeSet<u64>), Box<dyn Any + Send>> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let all = Arc::clone(&seen);
    let executions = explore(move || {
        let records = Arc::new(Records::new());
        let writer = Arc::clone(&records);
        let writer = spawn(move || writer.write());
        all.lock().unwrap().insert(records.read());
        writer.join().unwrap();
    })?;
    let seen = seen.lock().unwrap().clone();
    Ok((executions, seen))
}

/// How many executions there are of a model in which nothing but the threads is loom's.
fn executions_of_nothing() -> usize {
    explore(|| spawn(|| {}).join().unwrap()).expect("does nothing")
}

#[test]
fn model_sees_latchfree_or_fails() {
    let result = read_beside_write();
    match (FLAG, FEATURE) {
        (true, true) => {
            let (executions, seen) = result.expect("the records are right");
            assert_eq!(seen, BTreeSet::from([0, 1, 2]));
            assert!(executions > executions_of_nothing(), "{executions} executions");
        }
        (true, false) => assert_refused(result),
        // Loom is not asked for, and the feature does nothing by itself.
        (false, _) => {
            assert_eq!(result.expect("the records are right").0, executions_of_nothing());
        }
    }
}

/// Loom's threads have stacks of their own each.
#[test]
fn second_thread_of_a_model_sees_latchfree_or_fails() {
    let result = explore(|| {
        spawn(|| Records::new().write()).join().unwrap();
    });
    if FLAG && !FEATURE { assert_refused(result) } else { assert!(result.is_ok()) }
}

/// A wait that is not seen would block the thread that runs the model, for good.
#[test]
fn wait_in_a_model_ends() {
    if !FLAG {
        return;
    }
    let result = explore(|| {
        let records = Arc::new(Records::new());
        let writer = Arc::clone(&records);
        let writer = spawn(move || writer.write());
        records.wait();
        writer.join().unwrap();
    });
    if FEATURE {
        assert!(result.unwrap() > executions_of_nothing());
    } else {
        assert_refused(result);
    }
}

/// A model is found also on a thread that used latchfree outside of models before, and outside of models
/// it may be used after as well.
#[test]
fn use_outside_of_models_goes_on() {
    if FLAG && FEATURE {
        return; // then it is loom's, and in models only
    }
    let outside = || {
        let records = Records::new();
        records.write();
        std::thread::scope(|scope| {
            scope.spawn(|| records.wait());
        });
        assert_eq!(records.read(), 2);
    };
    outside();
    if FLAG {
        assert_refused(read_beside_write());
        outside();
    }
}

fn assert_refused<T>(result: Result<T, Box<dyn Any + Send>>) {
    let panic = result.err().expect("a model that loom does not see must not pass");
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).expect("a message");
    assert!(message.contains("latchfree's feature `loom`"), "{message}");
}
