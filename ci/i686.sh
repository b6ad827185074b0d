#!/usr/bin/env bash
# The tests of the library on 32-bit x86: 64-bit atomics beside 32-bit pointers.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source ci/emulated.sh

test_library_emulated i686-unknown-linux-gnu gcc-i686-linux-gnu qemu-i386 libc6-dev-i386-cross
