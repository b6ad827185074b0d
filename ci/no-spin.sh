#!/usr/bin/env bash
# No wake-up is lost by threads that block at once, and are held up between the steps where it would be.
#
# The stress tests of a normal build spin before they block, so that they hardly ever do, and the steps of a
# wake-up follow each other in nanoseconds. Loom explores these protocols completely, but it compiles the fence
# of the memory model where x86 has a locked instruction only; this runs what x86 has.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What it notices within seconds, each tried by hand: no second attempt after a request was left pending; no request
# taken, by a holder or by a waker; no second look after entering the list (in each family); a cancelled wait that
# does not notify; a look for waiters before the change, on x86. What it does not: a missing fence where a plain store
# is the change (the window is a few nanoseconds), and a waker that is not renewed (threads keep theirs).
run env RUSTFLAGS="--cfg latchfree_no_spin" cargo test --locked --package latchfree --target-dir target/no-spin --release \
    --config 'profile.release.lto="off"' --test stress -- semaphore watermark mpsc log group
