#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The long statistical checks: acceptance.sh [BUILD [--stale | WORD ...]]. All, those that are older than their engines,
# or those whose names contain a word. Each row is kept in validation/acceptance as soon as it is measured. Exit 1 if an
# item fails.
set -u -o pipefail
cd "$(dirname "$0")/.." || exit 1
build=${1:-build}
shift
here=validation/acceptance
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$(nproc)} PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3
status=0

for table in $($python $here/stale.py --scripts); do
    $python "$here/$table.py" "$build" "$@" || status=1
done
while read -r script _ parts; do
    [ -z "$script" ] || $python "$here/$script" "$build" $parts || status=1 # shellcheck disable=SC2086
done < <($python $here/stale.py --tables "$@")
exit $status
