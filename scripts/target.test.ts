import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { program, scratchFolder } from './testing.ts'

const folder = scratchFolder('targets')

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const vfork = file('vfork.trace', 'P0  vfork() = P1\n')

function lastrites(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  return { status, stdout, stderr }
}
const runs = (...words: string[]) => lastrites('run', vfork, '--times', '1', ...words)

describe('a target on the command line', () => {
  const mistakes: readonly (readonly [words: string[], message: string])[] = [
    [['--wrap', 'env', '--inside', 'env'], '--wrap and --inside exclude each other'],
    [['--wrap', 'env "'], '--wrap: a quote has no end'],
    [['--wrap', ' '], '--wrap: no command'],
    [['--wrap', 'env {}'], '--wrap: {} is for kind inside'],
    [['--target', 'qemu'], 'unknown target "qemu"; did you mean "'],
    [['--expected', 'x.json'], '--expected takes a --wrap or --inside'],
    [['--wrap', 'env', '--expected', join(folder, 'none.json')], 'no such file'],
    [['--wrap', 'env', '--expected', file('list.json', '[]')], 'list.json: takes an object'],
    [['--target', file('half.json', '{}')], 'half.json: a target has a kind and a command'],
  ]
  for (const [words, message] of mistakes)
    it(`that is mistaken is refused with exit code 2: ${message}`, () => {
      const { status, stderr } = runs(...words)
      expect(stderr).toContain(message)
      expect(status).toBe(2)
    })

  it('whose program is not there is told so, with the package that has it and exit code 3', () => {
    const missing = { kind: 'wrap', command: 'no-such-emulator', package: 'emulators' }
    const { status, stderr } = runs('--target', file('missing.json', JSON.stringify(missing)))
    expect(stderr).toContain(
      'missing needs no-such-emulator, which is not on the PATH (Debian: apt-get install emulators)',
    )
    expect(status).toBe(3)
  })

  it('whose command ends at once is told so, with exit code 3', () => {
    const { status, stderr } = runs('--wrap', 'false')
    expect(stderr).toMatch(/false runs no program: the target's command ended with status 1|does not let live runs/)
    expect(status).toBe(3)
  })

  const difference = (expires: string) =>
    JSON.stringify({ differences: [{ what: 'vfork = ok', reason: 'a vfork is a fork', expires }] })

  it('may do what is expected of it, and what was expected for a time that is over it may not', ({ skip }) => {
    const how = ['--wrap', 'qemu-x86_64', '--expected']
    const expected = runs(...how, file('expected.json', difference('2999-01-01')))
    if (expected.status === 3) return skip(expected.stderr)
    expect(expected.stdout).toContain('1  expected until 2999-01-01: vfork = ok: a vfork is a fork')
    expect(expected.status).toBe(0)
    const expired = runs(...how, file('expired.json', difference('2020-01-01')))
    expect(expired.stdout).toContain('expired  it was expected until 2020-01-01: a vfork is a fork')
    expect(expired.status).toBe(1)
    const unexpected = runs('--wrap', 'qemu-x86_64')
    expect(unexpected.stdout).toContain('diverges')
    expect(unexpected.status).toBe(1)
  })

  it('may lack what a program asks for: it is counted, and nothing is decided, with exit code 4', ({ skip }) => {
    const clone3 = file('clone3.trace', 'P0  clone3({flags=0, exit_signal=SIGCHLD}, 88) = P1\n')
    const { status, stdout, stderr } = lastrites('run', clone3, '--times', '2', '--target', 'qemu-user')
    if (status === 3) return skip(stderr)
    expect(stdout).toContain('2  absent: clone3 = ENOSYS')
    expect(status).toBe(4)
  })

  it('that does what this kernel does is told which expected differences were never met', ({ skip }) => {
    const { status, stdout, stderr } = runs('--wrap', 'env', '--expected', file('unmet.json', difference('2999-01-01')))
    if (status === 3) return skip(stderr)
    expect(stdout).toContain('expected and not met: "vfork = ok"')
    expect(status).toBe(0)
  })
})
