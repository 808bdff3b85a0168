import { expect, it } from 'vitest'
import { checkText } from './check-capture.ts'

const FSTAT = 'newfstatat(3, "", {st_mode=S_IFREG|0644, st_size=10, ...}, AT_EMPTY_PATH) = 0'

const lines = (offset: number) => [
  '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
  '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
  '5 openat(AT_FDCWD, "/etc/a", O_RDONLY) = 3',
  `5 ${FSTAT}`,
  '5 read(3, "0123456789", 10) = 10',
  '5 close(3) = 0',
  '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, exit_signal=0, stack=0x7f, stack_size=0x7f}, 88) = 6',
  '5 openat(AT_FDCWD, "/etc/b", O_RDONLY) = 3',
  `5 ${FSTAT}`,
  '6 exit(0) = ?',
  '6 +++ exited with 0 +++',
  `5 lseek(3, 0, SEEK_CUR) = ${offset}`,
  '5 openat(AT_FDCWD, "/etc/c", O_RDONLY) = 4',
  `5 ${FSTAT.replace('3', '4')}`,
  '5 read(4, "0123456789", 10) = 10',
  `5 lseek(4, 0, SEEK_CUR) = ${10 + offset}`,
  '5 exit_group(0) = ?',
  '5 +++ exited with 0 +++',
]

it('a file opened while a thread shares the table does not stand where one that is closed has stood', async () => {
  expect((await checkText(lines(0).join('\n'))).violations).toEqual([])
})

it('an offset that the reads before it contradict is a violation', async () => {
  expect((await checkText(lines(1).join('\n'))).violations.map(({ line, allowed }) => [line, allowed])).toEqual([
    [16, ['lseek = 10']],
  ])
})
