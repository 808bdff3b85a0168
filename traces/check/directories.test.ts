import { expect, it } from 'vitest'
import { checkText } from './check-capture.ts'

const start = [
  '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
  '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
  '5 rt_sigprocmask(SIG_BLOCK, NULL, [], 8) = 0',
  '5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 6',
]
const locks = (pid: number) => [
  `${pid} openat(AT_FDCWD, "lock", O_RDWR|O_CREAT, 0600) = 3`,
  `${pid} fcntl(3, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0`,
]
const violationsOf = async (...lines: string[]) => (await checkText([...start, ...lines, ''].join('\n'))).violations

it('one relative name in two directories leads to two files', async () => {
  expect(await violationsOf(...locks(5), '6 chdir("d") = 0', ...locks(6))).toEqual([])
  expect(await violationsOf(...locks(5), '6 fchdir(4) = 0', ...locks(6))).toEqual([])
})

it('a change of directory that failed is none, and one goes back by the same way', async () => {
  const failed = '6 chdir("d") = -1 ENOENT (No such file or directory)'
  expect(await violationsOf(...locks(5), failed, ...locks(6))).toHaveLength(1)
  expect(await violationsOf('5 chdir("/d") = 0', ...locks(5), '6 chdir("/d") = 0', ...locks(6))).toHaveLength(1)
})

it('a child begins in the directory of its parent, also where its first line comes before that of its making', async () => {
  const found = await violationsOf(
    '5 chdir("/d") = 0',
    ...locks(5),
    '5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>',
    '7 close(3) = 0',
    ...locks(7),
    '5 <... clone resumed>, child_tidptr=0x7f) = 7',
  )
  expect(found).toHaveLength(1)
})

it('somebody outside may write to a fifo that has a name, and hold a lock that is found', async () => {
  const found = await violationsOf(
    '5 mknodat(AT_FDCWD, "f", S_IFIFO|0600) = 0',
    '5 openat(AT_FDCWD, "f", O_RDWR|O_NONBLOCK) = 3',
    '5 read(3, "d", 1) = 1',
    '5 openat(AT_FDCWD, "l", O_RDWR) = 4',
    '5 fcntl(4, F_GETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0, l_pid=99}) = 0',
  )
  expect(found).toEqual([])
})

it('nobody outside writes to a pipe without a name', async () => {
  const found = await violationsOf('5 pipe2([3, 4], O_NONBLOCK) = 0', '5 read(3, "d", 1) = 1')
  expect(found).toHaveLength(1)
})

it('a fork among threads copies the descriptors at some moment between its lines', async () => {
  const thread =
    '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, exit_signal=0, stack=0x7f, stack_size=0x7f}, 88) = 7'
  const forked = (...first: string[]) => [
    thread,
    '5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>',
    '7 openat(AT_FDCWD, "/dev/null", O_RDONLY) = 3',
    '7 openat(AT_FDCWD, "/dev/null", O_RDONLY) = 4',
    '5 <... clone resumed>, child_tidptr=0x7f) = 8',
    ...Array.from({ length: 40 }, () => '5 dup2(0, 0) = 0'),
    ...first,
  ]
  for (const lowest of [3, 4, 5]) expect(await violationsOf(...forked(`8 dup(0) = ${lowest}`))).toEqual([])
})

it('a line in which the output of a program stands says nothing of what was sent', async () => {
  const { violations, undecided } = await checkText(
    [
      ...start,
      '5 kill(6, SIGTERM[16] Exit before auth <unfinished ...>',
      '5 <... kill resumed>) = 0',
      '6 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=5, si_uid=0} ---',
      '6 +++ killed by SIGTERM +++',
      '',
    ].join('\n'),
  )
  expect(violations).toEqual([])
  expect(undecided.length).toBeGreaterThan(0)
})
