import { checkText } from './check-capture.ts'

/** The beginning of a capture from the first execve on, of process 5. */
export const start = [
  '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
  '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
  '5 rt_sigprocmask(SIG_BLOCK, NULL, [], 8) = 0',
]

/** Lines of strace. */
export const fork = (maker: number, child: number) =>
  `${maker} clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = ${child}`
export const sent = (to: number, signal: string, from: number) =>
  `${to} --- ${signal} {si_signo=${signal}, si_code=SI_USER, si_pid=${from}, si_uid=0} ---`
export const forked = fork(5, 6)
export const ended = ['6 exit_group(0) = ?', '6 +++ exited with 0 +++']
export const reaped = '5 wait4(6, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 6'

/** What becomes of lines that follow upon that beginning. */
export const verdictOf = (...lines: string[]) => checkText([...start, ...lines, ''].join('\n'))
export const violationsOf = async (...lines: string[]) => (await verdictOf(...lines)).violations
