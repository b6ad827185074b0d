#!/usr/bin/env bash
# The tests of the library on 32-bit ARM: exclusive pairs, and barriers in place of ordered accesses.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source ci/emulated.sh

test_library_emulated armv7-unknown-linux-gnueabihf gcc-arm-linux-gnueabihf qemu-arm libc6-dev-armhf-cross
