#!/usr/bin/env bash
# The library compiles with the toolchain that Cargo.toml promises, and passes its tests there.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

toolchain=$(msrv)
need_toolchain "$toolchain"

each_feature_set run cargo "+$toolchain" check --package latchfree --target-dir target/msrv
run cargo "+$toolchain" test --package latchfree --lib --target-dir target/msrv
