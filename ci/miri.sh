#!/usr/bin/env bash
# Miri, which interprets the program and stops at undefined behaviour: accesses out of bounds or to
# what is gone, data races, broken aliasing, pointers made of numbers; and which gives atomics the
# freedom of the memory model, so that loads return old values.
#
# It follows one execution a seed. The properties are sequential, and run under both models of
# aliasing; the stress tests run with several seeds, each another schedule and another choice of old
# values. All executions are loom's part.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_toolchain "$NIGHTLY" miri rust-src

# Random numbers of proptest's default generator are nine tenths of what Miri would interpret.
CHEAP_RANDOMNESS=-Zmiri-env-set=PROPTEST_RNG_ALGORITHM=xs

# miri FLAGS TESTS...
miri() {
    run env MIRIFLAGS="-Zmiri-strict-provenance $CHEAP_RANDOMNESS $1" \
        cargo "+$NIGHTLY" miri test --target-dir target/miri "${@:2}"
}

miri "" --lib --test properties
miri "-Zmiri-tree-borrows" --lib --test properties
miri "-Zmiri-many-seeds=0..8" --test stress
