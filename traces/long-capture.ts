/** Lines of strace's canonical form, a tenth of a millisecond apart. */
function pen() {
  let time = 1_700_000_000
  const bare = (pid: number, text: string) => `${pid} ${(time += 0.0001).toFixed(6)} ${text}`
  return { bare, line: (pid: number, text: string) => `${bare(pid, text)} <0.000010>` }
}

/** A capture as long as wanted of one process at work on descriptors and files. For measuring; 12 lines a round. */
export function* longWork(rounds: number): Generator<string> {
  const { line, bare } = pen()
  const pid = 100
  yield line(pid, 'execve("./work", ["./work"], 0x7ffc0000 /* 1 var */) = 0')
  for (let round = 0; round < rounds; round++) {
    yield line(pid, 'openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 3')
    yield line(pid, 'newfstatat(3, "", {st_mode=S_IFREG|0644, st_size=174, ...}, AT_EMPTY_PATH) = 0')
    yield line(pid, 'read(3, "127.0.0.1 localhost\\n", 4096) = 20')
    yield line(pid, 'read(3, "", 4096) = 0')
    yield line(pid, 'close(3) = 0')
    yield line(pid, 'pipe2([3, 4], O_CLOEXEC) = 0')
    yield line(pid, 'write(4, "hello\\n", 6) = 6')
    yield line(pid, 'read(3, "hello\\n", 4096) = 6')
    yield line(pid, 'rt_sigprocmask(SIG_BLOCK, [CHLD], [], 8) = 0')
    yield line(pid, 'rt_sigprocmask(SIG_SETMASK, [], [CHLD], 8) = 0')
    yield line(pid, 'close(3) = 0')
    yield line(pid, 'close(4) = 0')
  }
  yield bare(pid, 'exit_group(0) = ?')
  yield bare(pid, '+++ exited with 0 +++')
}

/**
 * A capture as long as wanted of a process that makes a pipe and a child in each round; the child writes and exits, and
 * the parent reads, meets end-of-file and waits. For measuring; 13 lines a round.
 */
export function* longFamily(rounds: number): Generator<string> {
  const parent = 100
  const { line, bare } = pen()
  yield line(parent, 'execve("./round", ["./round"], 0x7ffc0000 /* 1 var */) = 0')
  for (let round = 0; round < rounds; round++) {
    const child = 101 + round
    yield line(parent, 'pipe2([3, 4], O_CLOEXEC) = 0')
    yield line(
      parent,
      `clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x3733d650) = ${child}`,
    )
    yield line(child, 'close(3) = 0')
    yield line(parent, 'close(4) = 0')
    yield line(child, 'write(4, "hello\\n", 6) = 6')
    yield line(parent, 'read(3, "hello\\n", 4096) = 6')
    yield bare(parent, 'read(3,  <unfinished ...>')
    yield bare(child, 'exit_group(0) = ?')
    yield line(parent, '<... read resumed>"", 4096) = 0')
    yield bare(child, '+++ exited with 0 +++')
    yield bare(
      parent,
      `--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=${child}, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---`,
    )
    yield line(parent, `wait4(${child}, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = ${child}`)
    yield line(parent, 'close(3) = 0')
  }
  yield bare(parent, 'exit_group(0) = ?')
  yield bare(parent, '+++ exited with 0 +++')
}

/**
 * A capture as long as wanted of a process and seven children that work at the same time, each call in two halves with
 * those of the others between. For measuring; 72 lines a round.
 */
export function* longCrowd(rounds: number): Generator<string> {
  const { bare, line } = pen()
  const pids = Array.from({ length: 8 }, (_, index) => 100 + index)
  yield line(100, 'execve("./crowd", ["./crowd"], 0x7ffc0000 /* 1 var */) = 0')
  for (const child of pids.slice(1)) {
    yield line(100, `clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x3733d650) = ${child}`)
  }
  const calls = [
    ['openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC', ') = 3'],
    ['read(3, ', '"127.0.0.1 localhost\\n", 4096) = 20'],
    ['rt_sigprocmask(SIG_BLOCK, [CHLD], ', '[], 8) = 0'],
    ['close(3', ') = 0'],
  ] as const
  for (let round = 0; round < rounds; round++) {
    for (const [begins, ends] of calls) {
      for (const pid of pids) yield bare(pid, `${begins} <unfinished ...>`)
      const name = begins.slice(0, begins.indexOf('('))
      for (const pid of pids) yield line(pid, `<... ${name} resumed>${ends}`)
    }
    for (const pid of pids) yield line(pid, 'rt_sigprocmask(SIG_SETMASK, [], [CHLD], 8) = 0')
  }
  for (const pid of pids.toReversed()) {
    yield bare(pid, 'exit_group(0) = ?')
    yield bare(pid, '+++ exited with 0 +++')
  }
}
