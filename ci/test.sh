#!/usr/bin/env bash
# Unit, integration and documentation tests, with each feature set.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The tests of one process, with features that change what is compiled: each way is gone, but not as often. Those that
# record, step through or start programs take minutes, and run with the features that change what they look at.
quick_tests() {
    local LATCHFREE_STRESS=${LATCHFREE_STRESS:-0.3}
    export LATCHFREE_STRESS
    run cargo test --package latchfree "$@" --lib --test properties --test stopped --test stress --test tfs
    run cargo test --package latchfree "$@" --doc
}

run cargo test --workspace
quick_tests --no-default-features
run cargo test --package latchfree --no-default-features --test histories
quick_tests --no-default-features --features alloc
all=$(features)
quick_tests --features "${all//$'\n'/,}"
ran "$(rustc -vV | sed -n 's/^host: //p')" "all tests, on the machine itself"
