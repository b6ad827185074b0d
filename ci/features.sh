#!/usr/bin/env bash
# Every set of features, all of them as well, compiles without a warning, here and on a processor without 64-bit atomics.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BARE=thumbv7em-none-eabi

need_component clippy cargo clippy --version
need_target "$BARE"

clippy() {
    run cargo clippy --locked --package latchfree --lib --no-default-features "$@" -- -D warnings
}

# Nothing excludes anything: this is what many tools run.
run cargo clippy --locked --package latchfree --lib --all-features -- -D warnings

# This one takes a check away, which the gate `no-std` looks at.
mapfile -t all < <(features | grep -vx no-interrupt-handlers)
for ((set = 0; set < 1 << ${#all[@]}; set++)); do
    chosen=
    for at in "${!all[@]}"; do
        ((set >> at & 1)) && chosen+=${all[at]},
    done
    clippy --features "$chosen"
    # The other has no `std`, and takes no locks for 64-bit atomics.
    [[ ,$chosen != *,std,* ]] || continue
    [[ ,$chosen != *,portable-atomic,* ]] || chosen+=portable-atomic/unsafe-assume-single-core
    clippy --features "$chosen" --target "$BARE"
done
