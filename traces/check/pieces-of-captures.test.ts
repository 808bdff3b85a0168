import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'
import { ended, forked, reaped, start, verdictOf } from './testing.ts'

const SOME = 'the capture shows only some processes'

describe('lines that were searched for one process', () => {
  const waited = (status: string) => `5 wait4(-1, [{${status}}], 0, NULL) = 6`

  it('do not show what its children did before it waited for them', async () => {
    const pipe = ['5 pipe2([3, 4], 0) = 0', forked, '5 close(4) = 0', '5 read(3, "abc", 9) = 3', '5 read(3, "", 9) = 0']
    const { violations, assumptions } = await verdictOf(...pipe, waited('WIFEXITED(s) && WEXITSTATUS(s) == 3'))
    expect(violations).toEqual([])
    expect(assumptions).toEqual([SOME])
  })
  it.each([
    ['5 vfork() = 6'],
    ['5 vfork( <unfinished ...>', '5 <... vfork resumed>) = 6'],
    ['5 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_VFORK|SIGCHLD) = 6'],
  ])('do not show how a child gave the memory of a vfork back: %s', async (...made) => {
    const thread =
      '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0, stack=0x7f, stack_size=0x1000} => {parent_tid=[9]}, 88) = 9'
    const { violations, assumptions } = await verdictOf(thread, ...made, reaped)
    expect(violations).toEqual([])
    expect(assumptions).toEqual([SOME])
  })
  it('do not show which descriptors a child has of a maker of whose threads some are not shown', async () => {
    const thread =
      '5 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, exit_signal=0, stack=0x7f, stack_size=0x1000} => {parent_tid=[9]}, 88) = 9'
    const work = [
      '5 openat(AT_FDCWD, "f", O_RDONLY) = 3',
      '5 close(3) = 0',
      ...Array.from({ length: 40 }, () => '5 getppid() = 1'),
    ]
    const asks = '6 fcntl(3, F_GETFD) = 0'
    expect((await verdictOf(thread, ...work, forked, asks)).violations).toEqual([])
    expect((await verdictOf('5 vfork() = 9', ...work, forked, asks)).violations).toHaveLength(1)
  })
  it('do not show it either where they were found only further on', async () => {
    const work = Array.from({ length: 5200 }, () => '5 getppid() = 1')
    const told = '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0} ---'
    const pipe = ['5 pipe2([3, 4], 0) = 0', forked, '5 close(4) = 0', '5 read(3, "", 9) = 0']
    expect((await verdictOf(...work, ...pipe, reaped)).violations).toEqual([])
    expect((await verdictOf(...work, ...pipe, told)).violations).toEqual([])
    expect((await verdictOf(...work, '5 vfork() = 6')).violations).toEqual([])
  })
  it('do not show it where their process is gone without having waited', async () => {
    const pipe = ['5 pipe2([3, 4], 0) = 0', forked, '5 close(4) = 0', '5 read(3, "r", 1) = 1', '5 exit_group(0) = ?']
    expect((await verdictOf(...pipe, '5 +++ exited with 0 +++')).violations).toEqual([])
  })
  it('are not meant by lines of all processes', async () => {
    const early = ['5 pipe2([3, 4], 0) = 0', forked, '5 close(4) = 0', '5 read(3, "", 9) = 0', ...ended, reaped]
    expect((await verdictOf(...early)).violations).toHaveLength(1)
    const late = [forked, '6 getppid() = 5', reaped, ...ended]
    expect((await verdictOf(...late)).violations).toHaveLength(1)
  })
})

describe('what strace wrote of several commands, one after the other (-A)', () => {
  const one = ['5 openat(AT_FDCWD, "f", O_RDONLY) = 3', forked, ...ended, reaped, '5 exit_group(0) = ?']
  const whole = [...start, ...one, '5 +++ exited with 0 +++']
  const check = (...lines: string[]) => checkText([...lines, ''].join('\n'))

  it('is judged one command at a time, whatever numbers they had', async () => {
    const next = whole.map((line) =>
      line.replace(/^5/, '8').replace('= 6', '= 9').replace(/^6/, '9').replace('(6', '(9'),
    )
    const { violations, undecided, events, lines } = await check(...whole, ...whole, ...next)
    expect([violations, undecided, lines]).toEqual([[], [], 3 * whole.length])
    expect(events).toBe(3 * (await check(...whole)).events)
  })
  it('is judged so though strace did not say that they ended (-qqq)', async () => {
    const quiet = whole.filter((line) => !line.includes('+++'))
    expect((await check(...quiet, ...quiet)).violations).toEqual([])
  })
  it('is judged each by itself: what one violates is a violation', async () => {
    const wrong = whole.map((line) => line.replace('(s) == 0', '(s) == 1'))
    const found = await check(...whole, ...wrong, ...whole)
    expect(found.violations.map(({ line }) => line)).toEqual([whole.length + 8])
  })
  it('is not thought to begin while somebody is left', async () => {
    const dead = [...start, forked, '5 exit_group(0) = ?', '5 +++ exited with 0 +++', '6 getppid() = 1']
    expect((await check(...dead, start[0]!, '6 getppid() = 1')).violations).not.toEqual([])
  })
  it('may be that of the files of -ff, put together', async () => {
    const bare = (lines: readonly string[]) => lines.map((line) => line.slice(2))
    const child = [
      '6 set_robust_list(0x7f, 24) = 0',
      '6 close(7) = 0',
      '6 exit_group(0) = ?',
      '6 +++ exited with 0 +++',
    ]
    const parent = whole.filter((line) => line.startsWith('5'))
    expect((await check(...bare(parent), ...bare(child), ...bare(child))).violations).toEqual([])
  })
})

describe('lines with something before each of them', () => {
  const lines = [...start, forked, '6 exit_group(3) = ?', '6 +++ exited with 3 +++', '5 +++ exited with 1 +++']
  it.each(['12:', '> ', '  7\t', 'host app[77]: '])(
    'are not judged by those that happen to be read: %s',
    async (before) => {
      const found = await checkText(lines.map((line) => `${before}${line}\n`).join('')).catch(String)
      expect(typeof found === 'string' ? [] : found.violations).toEqual([])
    },
  )
})

it('the end of a process may be behind what others wrote on its line', async () => {
  const lines = [forked, '6 exit_group(0) = ?', 'a program says 6 +++ exited with 0 +++', reaped]
  expect((await verdictOf(...lines)).violations).toEqual([])
})
