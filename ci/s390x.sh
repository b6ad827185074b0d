#!/usr/bin/env bash
# All tests on s390x: big endian.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source ci/emulated.sh

test_emulated s390x-unknown-linux-gnu gcc-s390x-linux-gnu qemu-s390x libc6-dev-s390x-cross
