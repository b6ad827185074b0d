#!/usr/bin/env bash
# Links of the Markdown files that readers see on their own lead to files that are there. (Those of the
# guide are checked by rustdoc.)

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
