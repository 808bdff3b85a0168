import { expect, it } from 'vitest'
import { checkText } from './check-capture.ts'

/** A stop signal is taken, and its sender, who catches SIGCHLD, hears nothing of it. */
const lines = (sent: string) => [
  '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
  '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
  '5 rt_sigprocmask(SIG_BLOCK, NULL, [], 8) = 0',
  '5 rt_sigaction(SIGCHLD, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0',
  '5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 6',
  '5 kill(6, SIGSTOP) = 0',
  `5 kill(6, ${sent} <unfinished ...>`,
  '6 --- SIGSTOP {si_signo=SIGSTOP, si_code=SI_USER, si_pid=5, si_uid=0} ---',
  '5 <... kill resumed>) = 0',
  '5 getpid() = 5',
  `6 --- ${sent} {si_signo=${sent}, si_code=SI_USER, si_pid=5, si_uid=0} ---`,
  '6 getpid() = 6',
  '5 getpid() = 5',
  '',
]

it('SIGCONT that is sent while a tracer looks at a stop signal calls the stop off', async () => {
  expect((await checkText(lines('SIGCONT').join('\n'))).violations).toEqual([])
})

it('a process that has taken a stop signal takes no other until it has stopped, if no SIGCONT calls that off', async () => {
  const { violations } = await checkText(lines('SIGWINCH').join('\n'))
  expect(violations[0]).toMatchObject({ line: 11, allowed: ['stopped by SIGSTOP'] })
})

it('a stop that no SIGCONT calls off is told to the parent', async () => {
  const stopped = lines('SIGWINCH').with(10, '6 --- stopped by SIGSTOP ---').with(11, '5 getppid() = 4')
  const { violations } = await checkText(stopped.join('\n'))
  expect(violations[0]).toMatchObject({ line: 13, allowed: ['SIGCHLD (CLD_STOPPED)'] })
})
