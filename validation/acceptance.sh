#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The long statistical checks: acceptance.sh [BUILD [WORD ...]]. Tables on stdout, kept in
# validation/acceptance/results-*.txt when all items run. Exit 1 if an item fails.
set -u -o pipefail
cd "$(dirname "$0")/.." || exit 1
build=${1:-build}
shift
here=validation/acceptance
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$(nproc)} PYTHONDONTWRITEBYTECODE=1
status=0
for table in prediction replicas conditional records temperature over_parametrized; do
    if [ $# -gt 0 ]; then
        /usr/bin/python3 "$here/$table.py" "$build" "$@" || status=1
    else
        /usr/bin/python3 "$here/$table.py" "$build" | tee "$here/results-$table.txt" || status=1
    fi
done
exit $status
