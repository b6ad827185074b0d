#!/usr/bin/env bash
# No warning, of the compiler or of Clippy, in any build that there is: every set of features, the
# build for loom, and the packages beside the workspace. And no Cargo.lock needs a change.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_component clippy cargo clippy --version
need_target thumbv7em-none-eabi # for ci/no-std

clippy() {
    run cargo clippy --locked --all-targets "$@" -- -D warnings
}

each_feature_set clippy --package latchfree
clippy --workspace
run env RUSTFLAGS="--cfg loom" cargo clippy --locked --package latchfree \
    --target-dir target/loom -- -D warnings # a model that is not seen
run env RUSTFLAGS="--cfg loom" cargo clippy --locked --package latchfree --features loom \
    --target-dir target/loom -- -D warnings
run env RUSTFLAGS="--cfg latchfree_counted" cargo clippy --locked --package latchfree \
    --target-dir target/counted -- -D warnings
for package in "${OTHER_PACKAGES[@]}"; do
    run_in "$package" cargo clippy --locked --all-targets -- -D warnings
done
run_in ci/no-std cargo clippy --locked --features panics,critical-section -- -D warnings
