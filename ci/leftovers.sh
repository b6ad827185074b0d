#!/usr/bin/env bash
# No tracked file holds a note to come back later, a piece that was never written, or a path of the
# machine that it was written on.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Each pattern has a bracket in it, so that it does not find itself.
NOTES='\b(TOD[O]|FIXM[E]|XX[X])\b'
STUBS='\b(unimplemente[d]|tod[o])!'
PATHS='(^|[^[:alnum:]_./-])/(wor[k]|hom[e]|roo[t])/'

if run git grep -InE -e "$NOTES" -e "$STUBS" -e "$PATHS"; then
    fail "remove what is listed above"
fi
