#!/usr/bin/env bash
# What users download: the library, what they read, and the tests that they can run; and it compiles
# by itself.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

EXPECTED='^(\.cargo_vcs_info\.json|Cargo\.(toml|toml\.orig|lock)|README\.md|CHANGELOG\.md|LICENSE-(MIT|APACHE)|(src|tests)/.*\.(rs|md))$'

# What git does not have is not there on another machine either, and so must not be needed.
run cargo package --package latchfree --locked --allow-dirty --target-dir target/package
files=$(cargo package --package latchfree --locked --allow-dirty --list)
if grep -vE "$EXPECTED" <<<"$files"; then fail "users have no need of what is listed above"; fi
for needed in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE src/lib.rs; do
    grep -qx "$needed" <<<"$files" || fail "$needed is missing"
done
