import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'
import { ended, fork, forked, sent, start, verdictOf, violationsOf } from './testing.ts'

const outside = 77
const many = Array.from({ length: 6000 }, () => '5 getppid() = 1')
const told = (code: string, status: string) =>
  `5 --- SIGCHLD {si_signo=SIGCHLD, si_code=${code}, si_pid=6, si_uid=0, si_status=${status}, si_utime=0, si_stime=0} ---`

describe('SIGKILL from outside', () => {
  const pipe = ['5 pipe2([3, 4], 0) = 0', forked, '5 close(4) = 0']
  const end = '5 read(3, "", 9) = 0'
  const killed = '6 +++ killed by SIGKILL +++'

  it.each([[[]], [many]])('closes a pipe before its line is there', async (before) => {
    const { violations, assumptions } = await verdictOf(...before, ...pipe, end, killed)
    expect(violations).toEqual([])
    expect(assumptions).toEqual(['a process was killed by SIGKILL from outside the capture'])
  })
  it('lets go of locks before its line is there', async () => {
    const take = '5 flock(3, LOCK_EX|LOCK_NB) = 0'
    const locks = ['5 openat(AT_FDCWD, "f", O_RDWR) = 3', forked, '6 openat(AT_FDCWD, "f", O_RDWR) = 4']
    const held = [...locks, '6 flock(4, LOCK_EX) = 0', take]
    expect(await violationsOf(...held, killed)).toEqual([])
    expect(await violationsOf(...held, '6 getppid() = 5', killed)).toHaveLength(1)
  })
  it('has not come yet to a process that goes on', async () => {
    expect(await violationsOf(...pipe, end, '6 getppid() = 5', killed)).toHaveLength(1)
    expect(await violationsOf(...pipe, end, ...ended)).toHaveLength(1)
  })
  it('is not that which a process is seen to send later', async () => {
    expect(await violationsOf(...pipe, end, '5 kill(6, SIGKILL) = 0', killed)).toHaveLength(1)
  })
  it('does not come where nobody else acts', async () => {
    const lines = [...start, ...pipe, end, killed, ''].join('\n')
    expect((await checkText(lines, 'text', { closed: true })).violations).toHaveLength(2)
  })
})

describe('SIGCONT from outside', () => {
  const stopped = [forked, '6 pause() = ? ERESTARTNOHAND (To be restarted if no handler)', sent(6, 'SIGSTOP', outside)]
  const stop = [...stopped, '6 --- stopped by SIGSTOP ---', told('CLD_STOPPED', 'SIGSTOP')]

  it('is told to the parent before the process itself shows it', async () => {
    const lines = [...stop, told('CLD_CONTINUED', 'SIGCONT')]
    expect(await violationsOf(...lines, sent(6, 'SIGCONT', outside))).toEqual([])
    expect(await violationsOf(...lines, '6 +++ killed by SIGKILL +++')).toHaveLength(1)
  })
  it('lets a process take other signals first', async () => {
    const handled =
      '5 rt_sigaction(SIGUSR1, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0'
    const lines = [
      handled,
      ...stop,
      sent(6, 'SIGUSR1', outside),
      '6 rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)',
    ]
    expect(await violationsOf(...lines, sent(6, 'SIGCONT', outside))).toEqual([])
  })
  it('is needed: a stopped process does nothing', async () => {
    expect(await violationsOf(...stop, '6 getppid() = 5')).toHaveLength(1)
  })
})

it('a signal that was ignored since before the capture harms none of those that it reaches', async () => {
  const family = [forked, fork(5, 7), '6 pause() = ? ERESTARTNOHAND (To be restarted if no handler)']
  const asleep = '7 pause() = ? ERESTARTNOHAND (To be restarted if no handler)'
  const quit = [sent(6, 'SIGQUIT', outside), sent(7, 'SIGQUIT', outside)]
  const { violations, assumptions } = await verdictOf(
    ...family,
    asleep,
    ...quit,
    '6 pause( <unfinished ...>',
    '7 getppid() = 5',
  )
  expect(violations).toEqual([])
  expect(assumptions).toContain('SIGQUIT was ignored when the capture began')
})

it('who has begun to exit goes on to, though a signal that killed others is found to be ignored', async () => {
  const lines = `[pid    11] clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 17
[pid    17] kill(11, SIGUSR1) = 0
[pid    17] exit_group(0) = ?
[pid    11] --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=17, si_uid=0} ---
--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=20, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---
exit_group(0)             = ?
+++ exited with 0 +++
`
  expect((await checkText(lines)).violations).toEqual([])
})

describe('a signal from outside', () => {
  const forks = ['5 rt_sigprocmask(SIG_BLOCK, [CHLD], NULL, 8) = 0', forked, ...ended]
  const lets = '5 rt_sigprocmask(SIG_SETMASK, [], NULL, 8) = 0'

  it('that is pending takes the place of those that follow', async () => {
    expect(await violationsOf(...forks, lets, sent(5, 'SIGCHLD', outside), '5 getppid() = 1')).toEqual([])
  })
  it('may also have been taken before the next came', async () => {
    const own = told('CLD_EXITED', '0')
    expect(await violationsOf(...forks, lets, sent(5, 'SIGCHLD', outside), own, '5 getppid() = 1')).toEqual([])
    expect(await violationsOf(...forks, lets, sent(5, 'SIGCHLD', outside), own, own)).toHaveLength(1)
  })
})
