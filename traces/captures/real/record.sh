#!/bin/sh
# Records a capture of a real program as those here were: record.sh NAME 'OPTIONS OF STRACE' COMMAND...
# such as: record.sh opt06-sq '-f -yy' sh sqlite.sh
# Needs root, strace and unshare, and whatever the command runs. Everything happens in fresh pid, ipc and mount namespaces,
# in a directory of its own and without the caller's environment; a capture that names this machine is not kept.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
name=$1 options=$2
shift 2
work=/tmp/lr
rm -rf "$work"
mkdir -m 777 "$work"
cp "$here"/workloads/* "$work"
unshare --fork --pid --mount-proc --ipc --mount --kill-child setsid sh -c '
  mount -t tmpfs tmpfs /dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts
  cd "$0"
  options=$1
  shift
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$0" LANG=C TERM=xterm \
    strace $options -o raw -- "$@" </dev/null >out 2>err || true
' "$work" "$options" "$@"
sed -i "s/nodename=\"$(uname -n)\"/nodename=\"host\"/" "$work/raw"
if grep -nE '/(root|home|mnt|srv|opt|work)/[^:]' "$work/raw"; then
  echo "$name: a path of this machine is in the capture" >&2
  exit 1
fi
{
  echo "# kernel: Linux $(uname -r | sed 's/-.*//') $(uname -m)"
  echo "# strace: $(strace --version | sed -n '1s/.*version //p')"
  echo "# options: ${options:-none}"
  echo "# command: $*"
  echo "# expect: conforms"
  cat "$work/raw"
} | gzip -9n >"$here/$name.strace.gz"
