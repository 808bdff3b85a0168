import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readClaim } from '../traces/claim.ts'
import { exitOf } from './claims.ts'
import { root } from './root.ts'

function claims(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist/scripts/lastrites.js'), 'claims', ...args],
    { encoding: 'utf8', cwd: root, env: { ...process.env, NO_COLOR: '1' } },
  )
  return { status, stdout, stderr }
}

describe('claims without a live kernel', () => {
  it('are a table by topic; those that programs decide are undecided, and the exit code says that some are', () => {
    const { status, stdout, stderr } = claims('--live', 'never')
    expect({ status, stderr }).toEqual({ status: 4, stderr: '' })
    expect(stdout).toMatch(/\nfile locks\n/)
    expect(stdout).toMatch(/false +forbidden +not run +A flock taken on a descriptor/)
    expect(stdout).toMatch(/incomplete +allowed +not run +All file locks of a process are released/)
    expect(stdout).toMatch(/undecided +undecided +not run +Functions registered with atexit/)
    expect(stdout).toContain('Not run live: it was not asked for.')
  })

  it('can be shown in full, with their histories, and hold if the model decides them', () => {
    const { status, stdout } = claims('flock-before-fork', '--live', 'never')
    expect(status).toBe(0)
    expect(stdout).toContain('verdict  false')
    expect(stdout).toContain('P0  flock(0, LOCK_EX|LOCK_NB) = 0')
    expect(claims('atexit-order', '--live', 'never').stdout).toContain('HISTORIES(')
  })

  it('are one JSON document a line with --json', () => {
    const { status, stdout } = claims('nattch-counts-processes', 'atexit-order', '--json', '--live', 'never')
    expect(status).toBe(4)
    const [first, second, ...more] = stdout.trim().split('\n')
    expect(more).toEqual([])
    expect(JSON.parse(first!)).toMatchObject({
      id: 'nattch-counts-processes',
      origin: 'man page',
      model: 'allowed',
      live: 'not run',
      verdict: 'incomplete',
    })
    expect((JSON.parse(first!) as { transcript: string }).transcript).toContain('shm_nattch=2')
    expect(JSON.parse(second!)).toMatchObject({ verdict: 'undecided', transcript: null })
  })
})

describe('claims', () => {
  it('that are unknown are answered with the nearest names', () => {
    const { status, stderr } = claims('flok-before-fork')
    expect(status).toBe(2)
    expect(stderr).toContain('"flock-before-fork"')
    expect(claims('--live', 'sometimes')).toMatchObject({ status: 2 })
  })

  it('are listed by name', () => {
    const { status, stdout } = claims('--list')
    expect(status).toBe(0)
    expect(stdout.split('\n')).toContain('flock-before-fork')
  })

  it('that come out other than expected end with exit code 1, unless that is expected of the target', () => {
    const claim = readClaim(
      '# claim: A b.\n# topic: exit\n# origin: POSIX\n# expected: true\n# because: c\n# source: d\n# as claimed: e\n# otherwise: f\n',
      'x.claim',
    )
    const judged = (verdict: 'true' | 'false' | 'disputed' | 'undecided') => ({ claim, histories: [], verdict })
    expect(exitOf([judged('true')])).toBe(0)
    expect(exitOf([judged('true'), judged('undecided')])).toBe(4)
    expect(exitOf([judged('undecided'), judged('false')])).toBe(1)
    expect(exitOf([judged('disputed')])).toBe(1)
    expect(exitOf([{ ...judged('false'), isExpected: true }])).toBe(0)
  })
})

describe('claims on a target', () => {
  const qemu = (...words: string[]) => claims('--wrap', 'qemu-x86_64', ...words)

  it('are run there, transcripts and programs, and say whose word it is', ({ skip }) => {
    const { status, stdout, stderr } = qemu('any-close-drops-record-locks', 'atexit-order', '--json')
    if (status === 3) return skip(stderr)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const [transcript, program] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(transcript).toMatchObject({ verdict: 'true', live: 'seen', target: 'qemu-x86_64' })
    expect(program).toMatchObject({ verdict: 'false', model: 'undecided', live: 'not seen', target: 'qemu-x86_64' })
  })

  it('find what no Linux does, with exit code 1, where that is not expected of the target', ({ skip }) => {
    const found = qemu('vfork-parent-waits-for-the-end')
    if (found.status === 3) return skip(found.stderr)
    expect(found.stdout).toContain('(qemu-x86_64 does what no Linux does: P0 vfork = P1)')
    expect(found.status).toBe(1)
    const expected = claims('vfork-parent-waits-for-the-end', '--target', 'qemu-user')
    expect(expected.stdout).toContain('live: not run ("vfork = ok" is expected of qemu-user)')
    expect(expected.status).toBe(0)
  })

  it('that start other programs are not run where those would run beside the target', ({ skip }) => {
    const { status, stdout, stderr } = qemu('disown-makes-immune')
    if (status === 3) return skip(stderr)
    expect(stdout).toContain('what it executes would run beside qemu-x86_64, and not under it')
    expect(status).toBe(4)
  })

  it('are run there or nowhere', () => {
    expect(claims('--wrap', 'env', '--live', 'never')).toMatchObject({ status: 2 })
    const { status, stderr } = claims('--wrap', 'no-such-emulator')
    expect(stderr).toContain('no-such-emulator, which is not on the PATH')
    expect(status).toBe(3)
  })
})
