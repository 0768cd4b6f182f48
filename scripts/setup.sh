#!/usr/bin/env bash
# Installs what the demo and the tests need and is missing: Debian packages (with root or sudo) and the npm packages of package-lock.json.
# Says what it installs; installs nothing twice.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "setup: $*" >&2; exit 1; }

command -v node >/dev/null || fail "Node.js 20 is not installed: install it first"
node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' || fail "Node.js $(node --version) is too old: 20.19 or newer is needed"
command -v npm >/dev/null || fail "npm is not installed: install it first"

packages="lua-check nginx libnginx-mod-http-lua lua-resty-core lua-resty-lrucache lua-cjson lua-nginx-string lua-luaossl openssl curl"
if [ "${1:-demo}" = test ]; then packages="$packages lua-busted luarocks haproxy apache2-bin caddy"; fi
# What Keycloak needs may be there without being Debian's.
if [ "${1:-demo}" = test ] || [ -n "${KEYCLOAK:-}" ]; then
  command -v java >/dev/null || packages="$packages default-jre-headless"
  command -v mvn >/dev/null || packages="$packages maven"
  command -v unzip >/dev/null || packages="$packages unzip"
fi

missing=""
for package in $packages; do
  state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [ "$state" = "install ok installed" ] || missing="$missing $package"
done

if [ -n "$missing" ]; then
  command -v apt-get >/dev/null || fail "these Debian packages are missing, and there is no apt-get:$missing"
  as_root=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "these Debian packages are missing, and installing them needs root or sudo:$missing"
    as_root=sudo
  fi
  echo "Installing Debian packages:$missing"
  log=$(mktemp)
  # Debian starts what it installs: servers on ports that are not ours to take. This file says no; it is taken away again.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
    trap '$as_root rm -f "$policy"' EXIT
  fi
  if ! { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install:$missing"
  fi
  rm -f "$log"
fi

# npm leaves this file behind; where it is newer than the lock file, nothing has changed since.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing the npm packages of package-lock.json"
  npm ci --no-audit --no-fund --loglevel=error || fail "npm ci failed"
  touch node_modules/.package-lock.json
fi
