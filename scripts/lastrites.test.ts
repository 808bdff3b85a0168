import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { root } from './root.ts'
import { program, scratchFolder } from './testing.ts'
import { verbs } from './verbs.ts'

const capture = join(root, 'traces/captures/sem-undo-waiter.strace')
const folder = scratchFolder('verbs')

function lastrites(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: root })
  return { status, stdout, stderr }
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Refused in one or two lines that say what is wrong, without a stack trace. */
function expectRefused({ status, stderr }: ReturnType<typeof lastrites>, ...says: string[]) {
  expect(status).toBe(2)
  expect(stderr).not.toMatch(/\n\s+at |node:internal/)
  for (const text of says) expect(stderr).toContain(text)
}

describe('the command line', () => {
  it('lists every verb, and each verb explains itself with an example', () => {
    const help = lastrites('--help')
    expect(help.status).toBe(0)
    for (const verb of verbs) {
      expect(help.stdout).toContain(verb.name)
      const own = lastrites(verb.name, '--help')
      expect(own.status).toBe(0)
      expect(own.stdout).toContain(verb.example)
    }
  })

  it('starts in less than 0.4 seconds', () => {
    const times = Array.from({ length: 5 }, () => {
      const begun = performance.now()
      lastrites('--help')
      return performance.now() - begun
    })
    expect(Math.min(...times)).toBeLessThan(400)
  })

  it('shows what it is for: the model holds, the mistakes in it are noticed, the captures conform', () => {
    const { status, stdout } = lastrites('tour', '--json')
    const { check, faults, captures } = JSON.parse(stdout) as {
      check: { verdict: string; runs: number }
      faults: number
      captures: { verdict: string }[]
    }
    expect([status, check.verdict, faults]).toEqual([0, 'holds', 5])
    expect(check.runs).toBeGreaterThan(100)
    expect(captures.length).toBeGreaterThanOrEqual(60)
    expect(captures.filter(({ verdict }) => verdict !== 'conforms')).toEqual([])
  })

  it('names the nearest verb when a verb is mistyped', () => {
    expectRefused(lastrites('replai', capture), 'replay')
  })

  it('refuses an unknown flag', () => {
    expectRefused(lastrites('replay', '--clozed', capture), '--clozed', '--closed')
  })

  it('refuses numbers that are none', () => {
    expectRefused(lastrites('check', '--runs', 'many'), '--runs', 'many')
    expectRefused(lastrites('check', '--time', '-1'), '--time')
  })

  it('names the nearest faults when a fault is unknown', () => {
    expectRefused(lastrites('check', '--fault', 'exit_sem is skiped'), 'exit_sem is skipped')
    expectRefused(lastrites('faults', 'exit_sem is skiped'), 'exit_sem is skipped')
  })
})

describe('replay of what cannot be read', () => {
  it('a file that is not there', () => {
    expectRefused(lastrites('replay', join(folder, 'none.strace')), 'none.strace', 'no such file')
  })

  it('a directory without captures', () => {
    expectRefused(lastrites('replay', folder), folder, '.strace')
  })

  it('an empty file', () => {
    expectRefused(lastrites('replay', file('empty.strace', '')), 'empty.strace', 'expected')
  })

  it('a binary file', () => {
    expectRefused(
      lastrites('replay', file('binary.strace', Uint8Array.of(127, 69, 76, 70, 0, 1, 2, 0))),
      'binary.strace',
    )
  })

  it('text that is no strace output', () => {
    expectRefused(
      lastrites('replay', file('poem.strace', 'whose woods these are\nI think I know\n')),
      'poem.strace',
      'strace',
    )
  })

  it('a gzip file cut short is checked up to the cut, and the cut is named', () => {
    const whole = gzipSync(readFileSync(capture), { level: 0 })
    const { status, stdout } = lastrites('replay', file('cut.strace.gz', whole.subarray(0, whole.length - 900)))
    expect(status).toBe(4)
    expect(stdout).toMatch(/undecided.*line \d+/)
  })

  it('a line that strace did not write is undecided, by its number', () => {
    const lines = readFileSync(capture, 'utf8').split('\n')
    lines.splice(20, 0, '7 what is this')
    const { status, stdout } = lastrites('replay', file('odd.strace', lines.join('\n')))
    expect(status).toBe(4)
    expect(stdout).toContain('line 21')
  })

  it('a capture that ends in the middle of a line is checked up to there, and says so', () => {
    const text = readFileSync(capture, 'utf8')
    const { status, stdout } = lastrites('replay', file('half.strace', text.slice(0, text.length - 60)))
    expect(status).toBe(0)
    expect(stdout).toContain('conforms: 52 lines')
    expect(stdout).toContain('assumed    the capture ends in the middle of a line')
  })
})

describe('replay', () => {
  it('files of strace -ff whose lines have no times are checked each by itself', () => {
    const pieces = mkdtempSync(join(folder, 'ff-'))
    const exec = 'execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0\narch_prctl(ARCH_SET_FS, 0x7f) = 0\n'
    const fork =
      'clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 8\n'
    writeFileSync(
      join(pieces, 'raw.7'),
      `${exec}${fork}close(0) = 0\nclose(0) = 0\nexit_group(0) = ?\n+++ exited with 0 +++\n`,
    )
    writeFileSync(join(pieces, 'raw.8'), 'close(0) = 0\nexit_group(0) = ?\n+++ exited with 0 +++\n')
    writeFileSync(join(pieces, 'raw.9'), '')
    const { status, stdout } = lastrites('replay', pieces)
    expect(status).toBe(1)
    expect(stdout).toMatch(/raw\.7:5 +violates(.|\n)*raw\.8 +conforms/)
  })

  it('a reader that goes away ends it without a message', () => {
    const shell = `'${process.execPath}' '${program}' replay traces/captures | head -n 1`
    const { stdout, stderr } = spawnSync('sh', ['-c', shell], { encoding: 'utf8', cwd: root })
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).toBe('')
  })

  it('a capture of a real kernel conforms: exit code 0, and one JSON document a line with --json', () => {
    const { status, stdout } = lastrites('replay', '--json', capture)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'conforms', violations: [], file: capture })
  })

  it('a semaphore that is not given back violates: exit code 1, and the first three lines say where, what and what instead', () => {
    const altered = readFileSync(capture, 'utf8').replace('GETVAL, NULL) = 0', 'GETVAL, NULL) = 1')
    const { status, stdout } = lastrites('replay', file('altered.strace', altered))
    expect(status).toBe(1)
    const [where, seen, allowed, because] = stdout.split('\n')
    expect(where).toMatch(/altered\.strace:\d+ {2}violates/)
    expect(seen).toContain('semctl(0, 0, GETVAL, NULL) = 1')
    expect(allowed).toContain('semctl = 0')
    // The waiter that took what the dead gave back was the last to write the set.
    expect(because).toMatch(/line \d+, .*semtimedop\(0, \[\{sem_num=0, sem_op=-1, sem_flg=0\}\]/)
  })
})
