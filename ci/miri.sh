#!/usr/bin/env bash
# Miri, which interprets the program and stops at undefined behaviour: accesses out of bounds or to
# what is gone, data races, broken aliasing, pointers made of numbers; and which gives atomics the
# freedom of the memory model, so that loads return old values.
#
# It follows one execution a seed. The unit tests are sequential, and run under both models of aliasing; the
# properties, under the stricter one. The stress tests run with any number of seeds, each another schedule and other old
# values: `MIRI_SEEDS=100 ci/miri.sh` for a night. To follow all executions is loom's part.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_toolchain "$NIGHTLY" miri rust-src

# A standard library of our own: another Miri at work would be in the way of the shared one.
export XDG_CACHE_HOME=$PWD/target/cache

# miri FLAGS TESTS...
miri() {
    run env MIRIFLAGS="-Zmiri-strict-provenance $1" cargo "+$NIGHTLY" miri test --locked "${@:2}"
}

run cargo "+$NIGHTLY" miri setup

# The word-wise copy where words have 16 bits, which no other gate runs. (Values as words are what the
# width of a pointer changes; there are no threads to follow.)
run_in ci/sixteen-bits cargo "+$NIGHTLY" miri run --locked --target msp430-none-elf
ran msp430-none-elf "sequence locks of several sizes, in Miri"

# Some answers are wrong only where loads return old values. The smallest programs that show one take a second a
# seed. (All of `--test histories` takes an hour, for a night.)
#
# The cache in examples/ follows pointers to nodes that others free: Miri stops at one that is followed too late, and at a
# node that is never freed.
beside_the_properties() {
    miri "-Zmiri-tree-borrows" --package latchfree --lib
    miri "-Zmiri-many-seeds=0..32" --package latchfree --test histories send_after_receive_finds_room
    miri "-Zmiri-many-seeds=0..32" --package latchfree --test histories reserve_after_release_finds_room
    miri "-Zmiri-many-seeds=0..4" --package latchfree-examples --example metadata_cache table::tests
}

# Each takes one processor and minutes, so they run beside each other.
beside_the_properties >"$LOGS/miri-beside.log" 2>&1 &
trap 'kill $! 2>/dev/null || true' EXIT
miri "" --package latchfree --lib --test properties
wait $! || fail "beside the properties, see $LOGS/miri-beside.log"

miri "-Zmiri-many-seeds=0..${MIRI_SEEDS:-1}" --package latchfree --test stress
