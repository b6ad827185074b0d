#!/usr/bin/env bash
# Unit, integration and documentation tests, with each feature set.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

each_feature_set run cargo test
ran "$(rustc -vV | sed -n 's/^host: //p')" "all tests, on the machine itself"
