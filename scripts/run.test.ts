import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { program, scratchFolder } from './testing.ts'

const folder = scratchFolder('run')

const file = (name: string, ...lines: string[]): string => {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  return join(folder, name)
}

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'run', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  return { status, stdout, stderr }
}

const several = [
  '# allowed: init holds a lock',
  'P0  openat(AT_FDCWD, "f", O_RDWR|O_CREAT, 0600) = 0',
  'P0  fcntl(0, F_GETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0, l_pid=1}) = 0',
  '',
  '# allowed: a child is made',
  'P0  fork() = P1',
  '',
  '# allowed: a call that the model does not know',
  'P0  setns(0, 0) = -1 EBADF',
]

describe('a file of histories, of which some cannot be run', () => {
  it('says of each why it is not run, runs the others and exits with 4', ({ skip }) => {
    const { status, stdout, stderr } = run(file('several.trace', ...several), '--times', '3')
    if (status === 3) return skip(stderr)
    expect(stdout).toMatch(/not run {2}\S+several.trace:1 {2}init holds a lock\n +fcntl\(F_GETLK\): what F_GETLK asked/)
    expect(stdout).toMatch(/allowed {2}\S+several.trace:5 {2}a child is made\n.*: 3 runs/)
    expect(stdout).toMatch(/not run {2}\S+several.trace:8 .*\n +line 1: setns is not modelled/)
    expect(stdout).toContain('2 of 3 programs were not run:\n     1  fcntl(F_GETLK): what F_GETLK asked is not known\n')
    expect(status).toBe(4)
  })

  it('counts them among what is undecided, for scripts', ({ skip }) => {
    const { status, stdout, stderr } = run(file('scripts.trace', ...several), '--times', '1', '--json')
    if (status === 3) return skip(stderr)
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { programs: number; undecided: object })
    expect(found.map(({ programs, undecided }) => [programs, undecided])).toEqual([
      [0, { 'fcntl(F_GETLK): what F_GETLK asked is not known': 1 }],
      [1, {}],
      [0, { 'line 1: setns is not modelled': 1 }],
    ])
  })
})

describe('what is no program', () => {
  const mistakes: readonly (readonly [lines: readonly string[], message: string])[] = [
    [['P0  fork() = P1', 'P2  getpid() = P2'], 'line 2: no call before it made P2'],
    [['# allowed: a line that is none', 'fork'], '  a line that is none: line 1: '],
    [['P0  fork() = P1', '# allowed: too late', 'P0  getpid() = P0'], 'line 1: a call before the first heading'],
    [[], 'line 1: no call in it'],
  ]
  for (const [lines, message] of mistakes)
    it(`is refused before anything is run, with its place and exit code 2: ${message}`, () => {
      const { status, stdout, stderr } = run(file('mistaken.trace', ...lines))
      expect(stderr).toContain('mistaken.trace')
      expect(stderr).toContain(message)
      expect(stdout).toBe('')
      expect(status).toBe(2)
    })
})
