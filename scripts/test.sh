#!/usr/bin/env bash
# What CI runs on a new machine: installs what is missing, then checks, specs, end-to-end tests, the demo. Ends with `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh test
exec npx --no-install tsx scripts/test.ts "$@"
