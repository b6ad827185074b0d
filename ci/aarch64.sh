#!/usr/bin/env bash
# All tests on aarch64, in an emulator.
#
# qemu-user runs the code of the other instruction set on this machine's memory system, and on
# x86_64 that is strongly ordered. So this gate tests code paths and instruction selection: that
# everything compiles for aarch64, links, and computes the right things with its exclusive loads and
# stores. It can never show a missing barrier: weak memory is the work of the gates `loom` and
# `miri`.
#
# The tests are linked statically: Debian 12's qemu-user hangs in the thread start of programs that
# are linked dynamically.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

TARGET=aarch64-unknown-linux-gnu

need_target "$TARGET"
need_deb gcc-aarch64-linux-gnu command -v aarch64-linux-gnu-gcc
need_deb libc6-dev-arm64-cross test -e /usr/aarch64-linux-gnu/lib/libc.a
need_deb qemu-user command -v qemu-aarch64

export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS="-C target-feature=+crt-static"
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64

run cargo test --target "$TARGET"
