#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The long statistical checks: acceptance.sh [BUILD [WORD ...]]. One table on stdout, kept in
# validation/acceptance/results-prediction.txt when all items run. Exit 1 if an item fails.
set -u -o pipefail
cd "$(dirname "$0")/.." || exit 1
build=${1:-build}
shift
here=validation/acceptance
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$(nproc)} PYTHONDONTWRITEBYTECODE=1
if [ $# -gt 0 ]; then
    exec /usr/bin/python3 "$here/prediction.py" "$build" "$@"
fi
/usr/bin/python3 "$here/prediction.py" "$build" | tee "$here/results-prediction.txt"
