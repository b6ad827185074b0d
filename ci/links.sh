#!/usr/bin/env bash
# Links of the Markdown files that readers see on their own lead to files that are there. (Those of the
# guide are checked by rustdoc.) And the tests that the guide names, as `a_name_of_several_words`, are there.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

broken=0
while IFS=: read -r file link; do
    [[ $link != http* && $link != \#* ]] || continue
    if [[ ! -e $(dirname "$file")/${link%%#*} ]]; then
        printf '%s: %s\n' "$file" "$link"
        broken=1
    fi
done < <(git ls-files '*.md' ':!src/guide' | xargs grep -oHP '\]\(\K[^)\s]+')
((broken == 0)) || fail "nothing is where the links above lead"

# shellcheck disable=SC2016 # the backticks are Markdown's
named=$(grep -ohP '`\K[a-z]+(_[a-z]+){2,}(?=`)' src/guide/stopped.md | sort -u)
[[ -n $named ]] || fail "src/guide/stopped.md names no test"
while read -r name; do
    git grep -qE "fn $name\b|::$name\"" -- src tests loom-tests ci/no-std || fail "there is no test $name"
done <<<"$named"
