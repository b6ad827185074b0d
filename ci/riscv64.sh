#!/usr/bin/env bash
# The tests of the library on RISC-V: fences, and narrow atomics made of wider ones.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source ci/emulated.sh

test_library_emulated riscv64gc-unknown-linux-gnu gcc-riscv64-linux-gnu qemu-riscv64 libc6-dev-riscv64-cross
