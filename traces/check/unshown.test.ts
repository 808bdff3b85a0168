import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'

const START = ['5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0', '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0']
const END = ['5 exit_group(0) = ?', '5 +++ exited with 0 +++']

const check = (...lines: string[]) => checkText([...START, ...lines, ...END].join('\n'))

/** What explains the lines is left out of the capture by name, or stands somewhere in it. */
async function expectExcusedWithout(shown: string, lines: readonly string[], assumed: RegExp) {
  const without = await check(...lines)
  expect(without.violations).toEqual([])
  expect(without.assumptions.join()).toMatch(assumed)
  expect((await check(...lines, shown)).violations.length).toBeGreaterThan(0)
}

describe('a capture that shows none of the calls that must have been made before a line shows no fault of Linux', () => {
  it('where a descriptor is used that fcntl makes', async () => {
    const lines = ['5 dup2(0, 1) = 1', '5 close(20) = 0', '5 close(20) = 0']
    await expectExcusedWithout('5 fcntl(0, F_GETFD) = 0', lines, /shows no fcntl/)
  })

  it('where a pipe has bytes that nobody has written', async () => {
    const others = Array.from({ length: 300 }, () => '5 getpid() = 5')
    const lines = [...others, '5 dup2(0, 1) = 1', '5 pipe2([3, 4], 0) = 0', '5 read(3, "a", 1) = 1']
    await expectExcusedWithout('5 write(4, "b", 1) = 1', lines, /shows no write/)
  })

  it('where a call finds a lower descriptor than is free without a close', async () => {
    const open = '5 openat(AT_FDCWD, "/etc/a", O_RDONLY) = 3'
    await expectExcusedWithout('5 close(3) = 0', [open, open], /shows no close/)
  })

  it('where a signal waits no more that a descriptor for signals has given away', async () => {
    const lines = [
      '5 munmap(0x7f1000, 4096) = 0',
      '5 rt_sigprocmask(SIG_BLOCK, [USR1], [], 8) = 0',
      '5 kill(5, SIGUSR1) = 0',
      '5 rt_sigpending([], 8) = 0',
    ]
    await expectExcusedWithout('5 read(0, "", 1) = 0', lines, /shows no read/)
  })

  it('where a segment has been attached before', async () => {
    const lines = [
      '5 shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 7',
      '5 shmctl(7, IPC_STAT, {shm_perm={uid=0, gid=0, mode=0600, key=0, cuid=0, cgid=0}, shm_segsz=4096, shm_cpid=5, shm_lpid=5, shm_nattch=1, shm_atime=1, shm_dtime=0, shm_ctime=1}) = 0',
    ]
    await expectExcusedWithout('5 shmat(7, NULL, 0) = 0x7f0000', lines, /shows no shmat/)
  })

  it('where a signal comes from a process that is never seen to send one', async () => {
    const lines = [
      '5 rt_sigaction(SIGUSR1, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0',
      '5 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=5, si_uid=0} ---',
      '5 rt_sigreturn({mask=[]}) = 0',
    ]
    await expectExcusedWithout('5 kill(5, 0) = 0', lines, /shows no kill/)
  })

  it('where handlers start again and again, and none returns', async () => {
    const signal = [
      '5 kill(5, SIGUSR1) = 0',
      '5 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=5, si_uid=0} ---',
    ]
    const lines = [
      '5 rt_sigaction(SIGUSR1, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x40}, NULL, 8) = 0',
      ...signal,
      ...signal,
    ]
    await expectExcusedWithout('5 rt_sigreturn({mask=[]}) = 0', lines, /./)
  })
})
