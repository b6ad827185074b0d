#!/usr/bin/env bash
# Links of Markdown files lead to files, and to headings, that are there.
#
# The README is shown by docs.rs and by the registry as well, and the guide by docs.rs: their links to files
# begin with the repository's address. (Links of the guide to items are checked by rustdoc.)
#
# And the tests that the guide names, as `a_name_of_several_words`, are there.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

REPOSITORY=$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml)
[[ -n $REPOSITORY ]] || fail "Cargo.toml names no repository"

# Inline links and images, and reference definitions.
LINK='\]\(\K[^)\s]+|^\[[^\]]+\]: \K\S+'

# GitHub's name of each heading of a file.
headings() {
    awk '/^```/ { code = !code } !code && /^#+ / { sub(/^#+ /, ""); print tolower($0) }' "$1" |
        sed -E -e 's/[^[:alnum:] _-]//g' -e 's/ /-/g'
}

# Prints why a link of a file is broken; nothing if it is not.
flaw() {
    local file=$1 link=$2 path anchor=
    [[ $link != *\#* ]] || anchor=${link#*\#}
    case $link in
    \#*) path=$file ;;
    "$REPOSITORY"/blob/main/*) path=${link#"$REPOSITORY"/blob/main/} ;;
    "$REPOSITORY"*) echo "not below $REPOSITORY/blob/main" && return ;;
    http*) return ;;
    crate* | core::* | guide::*) return ;;
    *)
        if [[ $file == README.md || $file == src/guide/* ]]; then
            echo "leads nowhere on docs.rs: begin with $REPOSITORY/blob/main" && return
        fi
        path=$(dirname "$file")/$link
        ;;
    esac
    path=${path%%#*}
    if [[ ! -e $path ]]; then
        echo "no such file"
    elif [[ -n $anchor && $path == *.md ]] && ! headings "$path" | grep -qxF -- "$anchor"; then
        echo "no such heading"
    fi
}

# The gate can fail.
[[ -n $(flaw README.md ci/links.sh) ]] || fail "it takes a relative link of the README"
[[ -n $(flaw README.md "$REPOSITORY/blob/main/none.md") ]] || fail "it takes a link to a file that is not there"
[[ -n $(flaw CHANGELOG.md none.md) ]] || fail "it takes a relative link to a file that is not there"
[[ -n $(flaw README.md '#none') ]] || fail "it takes a link to a heading that is not there"
[[ -z $(flaw README.md "$REPOSITORY/blob/main/ci/links.sh") ]] || fail "it refuses a good link"

broken=0 count=0
while IFS=: read -r file link; do
    count=$((count + 1))
    flaw=$(flaw "$file" "$link")
    if [[ -n $flaw ]]; then
        printf '%s: %s: %s\n' "$file" "$link" "$flaw"
        broken=1
    fi
done < <(git ls-files -z "*.md" | xargs -0 grep -oHP "$LINK")
((broken == 0)) || fail "the links above are broken"

# shellcheck disable=SC2016 # the backticks are Markdown's
named=$(grep -ohP '`\K[a-z]+(_[a-z]+){2,}(?=`)' src/guide/stopped.md | sort -u)
[[ -n $named ]] || fail "src/guide/stopped.md names no test"
while read -r name; do
    git grep -qE "fn $name\b|::$name\"" -- src tests loom-tests ci/no-std || fail "there is no test $name"
done <<<"$named"
echo "$count links"
