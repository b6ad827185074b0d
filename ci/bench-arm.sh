#!/usr/bin/env bash
# Tests and benchmarks on 64-bit ARM, with what there is:
#
# - on such a machine, natively; only then the benchmarks measure, and the figures are recorded in
#   target/bench-arm;
# - elsewhere through `cross`, if that and a running Docker are there;
# - or else with Debian's cross compiler and qemu-user, as the gate `aarch64` does.
#
# In an emulator each benchmark runs once, to see that it works. How long it takes there says nothing
# about a processor.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source ci/emulated.sh

TARGET=aarch64-unknown-linux-gnu

natively() {
    run cargo test
    run cargo bench --package latchfree-benches
    run cargo run --release --package latchfree-benches --bin record -- --out target/bench-arm
}

with_cross() {
    export CROSS_CONFIG=ci/Cross.toml
    run cross test --target "$TARGET"
    run cross bench --target "$TARGET" --package latchfree-benches -- --test
}

with_qemu() {
    set_up_emulator "$TARGET" gcc-aarch64-linux-gnu qemu-aarch64 libc6-dev-arm64-cross
    test_in_emulator "$TARGET" qemu-aarch64
    test_log_in_emulator "$TARGET" qemu-aarch64
    run cargo bench --target "$TARGET" --package latchfree-benches -- --test
}

if [[ $(uname -m) == aarch64 ]]; then
    natively
elif command -v cross >/dev/null && docker info >/dev/null 2>&1; then
    with_cross
else
    with_qemu
fi
