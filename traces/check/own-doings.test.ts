import { describe, expect, it } from 'vitest'
import { forked, violationsOf } from './testing.ts'

const opens = '6 openat(AT_FDCWD, "/tmp/f", O_RDWR|O_CREAT, 0600) = 3'
const range = 'l_whence=SEEK_SET, l_start=0, l_len=1'

describe('what no outside actor can have done', () => {
  it('is a deadlock with a process that holds no lock', async () => {
    const wants = `6 fcntl(3, F_SETLKW, {l_type=F_WRLCK, ${range}}) = -1 EDEADLK (Resource deadlock avoided)`
    const holds = `6 fcntl(3, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=9, l_len=1}) = 0`
    expect(await violationsOf(forked, opens, wants)).toMatchObject([{ line: 6, process: 'P1 (6)' }])
    expect(await violationsOf(forked, opens, holds, wants)).toEqual([])
  })

  it("is a lock of the caller's own in its way", async () => {
    const found = (pid: number) => `6 fcntl(3, F_GETLK, {l_type=F_WRLCK, ${range}, l_pid=${pid}}) = 0`
    expect(await violationsOf(forked, opens, found(6))).toMatchObject([{ line: 6, process: 'P1 (6)' }])
    expect(await violationsOf(forked, opens, found(77))).toEqual([])
  })

  it('is that a blocked signal is pending no longer', async () => {
    const sent = ['5 rt_sigprocmask(SIG_BLOCK, [USR1], [], 8) = 0', '5 kill(5, SIGUSR1) = 0']
    expect(await violationsOf(...sent, '5 rt_sigpending([], 8) = 0')).toMatchObject([
      { line: 6, allowed: ['rt_sigpending = 0, set [USR1]'] },
    ])
    expect(await violationsOf(...sent, '5 rt_sigpending([USR1], 8) = 0')).toEqual([])
  })

  it('is another parent-death signal than the one that was set', async () => {
    const sets = '5 prctl(PR_SET_PDEATHSIG, SIGTERM) = 0'
    expect(await violationsOf(sets, '5 prctl(PR_GET_PDEATHSIG, [SIGINT]) = 0')).toMatchObject([
      { line: 5, because: 'line 4, P0 (5) prctl(PR_SET_PDEATHSIG, SIGTERM) = 0' },
    ])
    expect(await violationsOf(sets, '5 prctl(PR_GET_PDEATHSIG, [SIGTERM]) = 0')).toEqual([])
  })

  it('is a signal for a process that was waited for', async () => {
    const lines = [
      forked,
      '5 pidfd_open(6, 0) = 3',
      '6 exit_group(0) = ?',
      '6 +++ exited with 0 +++',
      '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0} ---',
      '5 wait4(6, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 6',
    ]
    expect(await violationsOf(...lines, '5 pidfd_send_signal(3, SIGTERM, NULL, 0) = 0')).toMatchObject([
      { line: 10, allowed: ['pidfd_send_signal = -1 ESRCH'] },
    ])
    const gone = '5 pidfd_send_signal(3, SIGTERM, NULL, 0) = -1 ESRCH (No such process)'
    expect(await violationsOf(...lines, gone)).toEqual([])
  })
})
