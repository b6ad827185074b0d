#!/usr/bin/env bash
# The README's table of platforms says what the gates before this one have really run; nothing else.
#
#     BLESS=1 ci/platforms.sh     writes that into the README

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BEGIN='<!-- platforms: BLESS=1 ci/platforms.sh -->'
END='<!-- /platforms -->'

table() {
    # shellcheck disable=SC2016 # these are Markdown's
    printf '%s\n' '| target | what runs | gate |' '| --- | --- | --- |'
    find "$LOGS" -name 'ran-*' -exec cat {} + | LC_ALL=C sort
}

claimed() {
    sed -n "\\|^$BEGIN\$|,\\|^$END\$|p" README.md | sed '1d;$d'
}

if [[ -n ${BLESS:-} ]]; then
    table >"$LOGS/platforms.md"
    run sed -i -e "\\|^$BEGIN\$|,\\|^$END\$|{//!d}" -e "\\|^$BEGIN\$|r $LOGS/platforms.md" README.md
fi

if [[ -z ${CI:-} ]] && grep '^>' <(diff <(table) <(claimed)); then
    skip "what is listed above did not run here; \`ci/all.sh\` runs everything"
fi
run diff --label "what ran" --label README.md --unified <(table) <(claimed)
