#!/usr/bin/env bash
# Pongo runs this on the host before each of its containers: the Lua under kong/ must be what the TypeScript under src/ says.
# Kong itself needs no Node. Without one, the committed Lua is tested as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${PONGO_COMMAND:-run}" in
  run | shell | lint | pack) ;;
  *) exit 0 ;;
esac

if ! command -v npm >/dev/null; then
  echo "pongo-setup-host: no npm here, testing the committed Lua" >&2
  exit 0
fi

# npm leaves this file behind; where it is newer than the lock file, nothing has changed since.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
npm run --silent build
