#!/bin/sh
# Records the captures anew on the running kernel, all or those of the named programs: record.sh [pipe-sigpipe.c ...]
# Needs root, gcc, strace and unshare.
# Each program runs in fresh pid, ipc and mount namespaces, strace inside them too, so that the pids of the capture are
# those the program sees and no signal or IPC object can meet anything outside. A capture is taken only if the program
# ended as its comments say.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=/tmp/lr
kernel="Linux $(uname -r | sed 's/-.*//') $(uname -m)"
strace_version=$(strace --version | sed -n '1s/.*version //p')

# comment SOURCE LABEL: the text after "LABEL:" in the comments of a program, one line for each comment.
comment() {
  awk -v label="$2: " '
    !inside && (at = index($0, label)) && at <= 4 { inside = 1; text = ""; $0 = substr($0, at + length(label)) }
    inside {
      last = /\*\/$/ || source_is_shell
      sub(/ *\*\/$/, "")
      sub(/^ +/, "")
      text = text == "" ? $0 : text " " $0
      if (last) { print text; inside = 0 }
    }' source_is_shell="$(case $1 in *.sh) echo 1 ;; *) echo 0 ;; esac)" "$1"
}

# run COMMAND...: leaves the raw capture in $work/raw. Nothing of the caller's environment or directories is in it.
run() {
  unshare --fork --pid --mount-proc --ipc --mount setsid sh -c '
    mount -t tmpfs tmpfs /dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts
    cd "$0"
    env -i PATH=/usr/bin:/bin strace -f -ttt -T -s 256 -o raw -- "$@" </dev/null >out 2>err || true
  ' "$work" "$@"
}

# demonstrates SOURCE: whether the program ended as it should, and the capture holds what the source says it must.
demonstrates() {
  first=$(sed -n '1s/ .*//p' "$work/raw")
  end=$(comment "$1" Ends)
  grep -q "^$first .*+++ ${end:-exited with 0} +++\$" "$work/raw" || return 1
  comment "$1" 'Must hold' | while read -r text; do grep -qF -- "$text" "$work/raw" || exit 1; done
}

record() {
  source=$here/programs/$1
  name=${1%.*}
  rm -rf "$work"
  mkdir -p "$work"
  case $1 in
    *.c)
      gcc -O1 -static -pthread -D_GNU_SOURCE -Wall -Wextra -Werror -o "$work/$name" "$source"
      set -- "./$name"
      ;;
    *.sh)
      cp "$source" "$work/"
      set -- sh "./$name.sh"
      ;;
  esac
  for attempt in 1 2 3; do
    rm -f "$work/f" "$work/q"
    run "$@"
    if demonstrates "$source"; then break; fi
    if [ "$attempt" = 3 ]; then
      echo "$name: does not show what it should" >&2
      cat "$work/err" >&2
      return 1
    fi
  done
  # The kernel's own words never hold a path of the recording machine; a capture that does was not recorded as above.
  if grep -nE '/(root|home|usr/local|mnt|srv|opt|work)(/|")' "$work/raw"; then
    echo "$name: a path of this machine is in the capture" >&2
    return 1
  fi
  {
    echo "# shows: $(comment "$source" Shows)"
    echo "# kernel: $kernel"
    echo "# strace: $strace_version"
    echo "# command: strace -f -ttt -T -s 256 -o ... -- $*"
    echo "# program: programs/${source##*/}"
    echo "# closed: yes"
    # dash holds the script that it reads at descriptor 10, and this very script hands its own on.
    case $name in sh-*) echo "# inherited: 0 1 2 10" ;; *) echo "# inherited: 0 1 2" ;; esac
    echo "# expect: conforms"
    cat "$work/raw"
  } >"$here/$name.strace"
}

if [ $# = 0 ]; then
  cd "$here/programs"
  set -- *.c *.sh
fi
for program in "$@"; do record "$program"; done
cd "$here"
npx tsx "$here/alter.ts"
