# Sourced by the scripts beside it: strict mode, the repository as the working
# directory, and a few words to the reader.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bold='' red='' plain=''
if [ -t 1 ]; then bold=$'\033[1m' red=$'\033[31m' plain=$'\033[0m'; fi

say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }
fail() { printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2; exit 1; }

# apt_install PACKAGE...: answers false when there is no apt-get or no right to use it.
apt_install() {
  command -v apt-get >/dev/null || return 1
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || return 1
    sudo=(sudo -n)
  fi
  say "installing $* (apt-get)"
  local install=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@")
  mkdir -p .cache
  # The package lists of a fresh machine are empty or old; ask for new ones only then.
  "${install[@]}" >.cache/apt.log 2>&1 </dev/null && return 0
  "${sudo[@]}" apt-get update -qq >>.cache/apt.log 2>&1 </dev/null &&
    "${install[@]}" >>.cache/apt.log 2>&1 </dev/null && return 0
  tail -5 .cache/apt.log >&2
  return 1
}

# step NAME COMMAND...: runs it, remembers how it went and what it said; summary tells.
steps=() failed=0 said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
step() {
  local name=$1 began=$SECONDS result=ok
  shift
  say "$name"
  "$@" 2>&1 | tee "$said/${#steps[@]}" || { result=FAILED; failed=1; }
  steps+=("$(printf '%-7s %5ds  %s' "$result" $((SECONDS - began)) "$name")")
}

# failures FILE: the names of the tests that failed, and what they said first.
failures() {
  sed -E 's/\x1b\[[0-9;]*m//g' "$1" |
    grep -E '^ *(--- FAIL|FAIL |panic:|[A-Za-z]*Error: |❯ [^ ]+:[0-9]+:[0-9]+|[^ ]+_test\.go:[0-9]+:)' |
    cut -c -160 | awk '!seen[$0]++' | head -"$2"
}

# The failures come last, where whoever sees the end of a long output alone finds them.
summary() {
  local i
  printf '\n%s%s%s\n' "$bold" "$1" "$plain"
  printf '  %s\n' "${steps[@]}"
  if [ "$failed" = 0 ]; then
    printf '  everything passed in %d s\n' "$SECONDS"
    return
  fi
  printf '  %ssomething FAILED; its whole output is above%s\n' "$red" "$plain"
  for i in "${!steps[@]}"; do
    [[ ${steps[i]} != FAILED* ]] || failures "$said/$i" 8 || true
  done
  return 1
}
