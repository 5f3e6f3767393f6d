#!/usr/bin/env bash
# The test command: installs what is missing where it may, builds, runs every test, and ends with "N passed, N failed, N skipped".
#   build/test.sh                     everything but the long runs
#   build/test.sh --soak              the long kill and fuzz runs as well
#   build/test.sh --filter EXPRESSION passed on to dotnet test
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

soak=0
filter=()
while [ $# -gt 0 ]; do
  case "$1" in
    --soak) soak=1 ;;
    --filter) filter=(--filter "$2"); shift ;;
    *) echo "usage: build/test.sh [--soak] [--filter EXPRESSION]" >&2; exit 2 ;;
  esac
  shift
done

fail() { echo "$1" >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

# What the tests need beside the SDK and Node: command or file | Debian package
needs='/usr/bin/chromium|chromium
/usr/bin/setpriv|util-linux'
missing=()
while IFS='|' read -r path package; do
  [ -e "$path" ] || missing+=("$package")
done <<<"$needs"

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null || fail "could not install: ${missing[*]}"
  else
    echo "missing, their tests are skipped; install with: sudo apt-get install ${missing[*]}" >&2
  fi
fi
command -v dotnet >/dev/null || fail "missing: the .NET SDK 10"
command -v npm >/dev/null || fail "missing: Node.js 20 with npm"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
dotnet build LogConsole.sln -c Release -v quiet -nodeReuse:false || fail "the build failed"

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# A test that never ends would hold the run for ever: the host is ended after ten minutes in which no test finished, and the test named.
patience=(--blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none)
[ "$soak" = 0 ] || patience=()
LOGCONSOLE_SOAK=$soak dotnet test LogConsole.Tests -c Release --no-build --logger "trx;LogFileName=tests.trx" --results-directory "$results" "${patience[@]}" "${filter[@]}"
status=$?

counters=$(grep -o '<Counters [^>]*>' "$results/tests.trx" 2>/dev/null | head -n 1)
number() { sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" <<<"$counters"; }
total=$(number total); passed=$(number passed); failed=$(number failed)
[ -n "${total:-}" ] || fail "the test run wrote no results"
skipped=$((total - passed - failed))

# On a build machine nothing may be left out for want of a server or a browser.
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  grep -o 'testName="[^"]*"[^>]*outcome="NotExecuted"' "$results/tests.trx" | sed -E 's/testName="([^"]*)".*/skipped: \1/' | head -n 20
  failed=$((failed + skipped)); skipped=0
fi
[ "$passed" -gt 0 ] || [ "$failed" -gt 0 ] || { failed=1; echo "no test was run" >&2; }
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
