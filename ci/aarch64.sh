#!/usr/bin/env bash
# All tests on aarch64: acquire loads, release stores and exclusive accesses.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source ci/emulated.sh

test_emulated aarch64-unknown-linux-gnu gcc-aarch64-linux-gnu qemu-aarch64 libc6-dev-arm64-cross
