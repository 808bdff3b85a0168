#!/bin/sh
# Records captures with a second witness anew on the running kernel, all or those of the named programs: record.sh [wait-status ...]
# Needs root, gcc, strace, unshare and a kernel with tracefs. Each program of ../programs runs in namespaces of its own.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
node=$(command -v node)
work=/tmp/lr

record() {
  rm -rf "$work"
  mkdir -p "$work"
  gcc -O1 -static -pthread -D_GNU_SOURCE -Wall -Wextra -Werror -o "$work/$1" "$here/../programs/$1.c"
  unshare --fork --pid --mount-proc --ipc --mount setsid sh -c '
    mount -t tmpfs tmpfs /dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts
    cd "$0"
    env -i PATH=/usr/bin:/bin "$1" "$2" record --witness -o raw.strace -- "./$3" </dev/null >out 2>err
  ' "$work" "$node" "$here/../../../dist/scripts/lastrites.js" "$1" || {
    cat "$work/out" "$work/err" >&2
    return 1
  }
  gzip -9nc "$work/raw.strace" >"$here/$1.strace.gz"
  gzip -9nc "$work/raw.witness" >"$here/$1.witness.gz"
}

if [ $# = 0 ]; then
  cd "$here"
  for capture in *.strace.gz; do set -- "$@" "${capture%.strace.gz}"; done
fi
for program in "$@"; do record "$program"; done
