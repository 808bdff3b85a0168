import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Expectations, type Asked } from './expectations.ts'
import { Absences, wordsOf, type Target } from './target.ts'
import { readTargetFile } from './target-file.ts'

const read = (file: unknown) => readTargetFile(JSON.stringify(file), 'x.json')

describe('a file of a target', () => {
  const folder = new URL('../targets/', import.meta.url)
  for (const name of readdirSync(folder))
    it(`can be read, with kind and command: ${name}`, () => {
      const file = readTargetFile(readFileSync(new URL(name, folder), 'utf8'), name)
      expect([file.kind, file.command?.length]).not.toContain(undefined)
    })

  it('says what is absent and what differs, until when', () => {
    const differences = [{ what: 'wait4 = ECHILD', reason: 'it forgets children', expires: '2030-01-31' }]
    const absent = ['clone3', 'clone = EINVAL', 'pipe2(*O_DIRECT*) = EINVAL', '/proc locks']
    expect(read({ absent, differences })).toEqual({
      absent: [
        { of: 'call', call: 'clone3' },
        { of: 'call', call: 'clone', error: 'EINVAL' },
        { of: 'call', call: 'pipe2', error: 'EINVAL', made: 'pipe2(*O_DIRECT*)' },
        { of: 'proc', part: 'locks' },
      ],
      differences,
    })
  })

  const mistaken: readonly (readonly [file: unknown, message: string])[] = [
    [[], 'x.json: takes an object'],
    [{ abesnt: [] }, 'x.json: unknown field "abesnt"; known are kind, command, package, absent, differences'],
    [{ kind: 'outside' }, 'x.json: kind: is "outside"; it may be wrap or inside'],
    [{ kind: 'wrap' }, 'x.json: a target with a kind has a command'],
    [{ kind: 'wrap', command: 'qemu "x' }, 'x.json: command: a quote has no end'],
    [{ kind: 'wrap', command: 'qemu {}' }, 'x.json: command: {} is for kind inside'],
    [{ absent: ['clnoe3'] }, 'x.json: absent[0]: unknown call "clnoe3"; did you mean clone3, '],
    [{ absent: ['clone = 22'] }, 'x.json: absent[0]: "22" is no error; '],
    [{ absent: ['pipe(*'] }, 'x.json: absent[0]: unknown call "pipe(*"'],
    [{ absent: ['pipe2(*)'] }, 'x.json: absent[0]: a call that is made so has an answer'],
    [{ absent: ['/proc maps'] }, 'x.json: absent[0]: "/proc maps" is no part of /proc; known are stat, '],
    [{ differences: [{ reason: 'r', expires: '2030-01-01' }] }, 'x.json: differences[0]: what differs is missing'],
    [{ differences: [{ what: 'w', expires: '2030-01-01' }] }, 'x.json: differences[0]: why it is expected is missing'],
    [{ differences: [{ what: 'w', reason: 'r' }] }, 'x.json: differences[0]: until when it is expected is missing'],
    [
      { differences: [{ what: 'w', reason: 'r', expires: '2030-02-30' }] },
      'x.json: differences[0]: expires: "2030-02-30" is no day; one is written YYYY-MM-DD',
    ],
    [
      { differences: [{ what: 'wiat4 = ok', reason: 'r', expires: '2030-01-01' }] },
      'x.json: differences[0]: what: unknown call "wiat4"; did you mean wait4, ',
    ],
  ]
  for (const [file, message] of mistaken)
    it(`is refused with the place and the choices: ${message}`, () => {
      expect(() => read(file)).toThrow(message)
    })

  it('is refused where it is no JSON', () => {
    expect(() => readTargetFile('{', 'x.json')).toThrow('x.json: no JSON: ')
  })
})

describe('a command', () => {
  it('is words, which quotes keep together', () => {
    expect(wordsOf(`run  --root='/a b' "c d"e`)).toEqual(['run', '--root=/a b', 'c de'])
    expect(wordsOf(`run 'a`)).toBeUndefined()
  })
})

const target: Target = {
  name: 't',
  kind: 'wrap',
  command: ['t'],
  absent: [
    { of: 'call', call: 'clone', error: 'EINVAL' },
    { of: 'call', call: 'mq_notify' },
    { of: 'call', call: 'mmap', error: 'EINVAL', made: 'mmap(*MAP_SHARED_VALIDATE*)' },
    { of: 'call', call: 'fcntl(F_GETLK)' },
  ],
  differences: [
    { what: 'wait4 = ECHILD', reason: 'r', expires: '2026-03-01' },
    { what: 'settled P is * kill', reason: 's', expires: '2026-03-02' },
  ],
}

describe('what is absent', () => {
  const absences = new Absences(target)
  const call = (name: string, hashAs = name) => ({ name, hashAs })
  const notAsked = (): string => {
    throw new Error('the line of a call that any arguments fit')
  }

  it('is a call, one of its forms, or an answer of it; and always what is answered by ENOSYS', () => {
    expect(absences.lacks(call('mq_notify'))).toBe(true)
    expect(absences.lacks(call('fcntl', 'fcntl(F_GETLK)'))).toBe(true)
    expect(absences.lacks(call('fcntl', 'fcntl(F_SETLK)'))).toBe(false)
    expect(absences.answeredBy(call('clone'), 'EINVAL', notAsked)).toBe(true)
    expect(absences.answeredBy(call('clone'), 'EAGAIN', notAsked)).toBe(false)
    expect(absences.answeredBy(call('clone3'), 'ENOSYS', notAsked)).toBe(true)
  })

  it('is an answer of a call with certain arguments', () => {
    const answer = (line: string) => absences.answeredBy(call('mmap'), 'EINVAL', () => line)
    expect(answer('mmap(NULL, 1, 0, MAP_SHARED_VALIDATE, 0, 0) = -1 EINVAL')).toBe(true)
    expect(answer('mmap(NULL, 1, 0, MAP_SHARED, 0, 0) = -1 EINVAL')).toBe(false)
  })

  it('is, of a command around the processes, their masks of signals in /proc', () => {
    expect(absences.shows('status 2')).toBe(false)
    expect(absences.shows('fd 2 0')).toBe(true)
  })

  it('is nothing of this kernel, and its ENOSYS is wrong', () => {
    expect(new Absences().answeredBy(call('clone3'), 'ENOSYS', notAsked)).toBe(false)
    expect(new Absences().shows('status 2')).toBe(true)
  })
})

describe('a difference that is expected', () => {
  it('is no divergence up to its last day, and one with its reason from the next day on', () => {
    expect(new Expectations(target, '2026-03-01').met({ signature: 'wait4 = ECHILD' })).toBe('expected')
    expect(new Expectations(target, '2026-03-02').met({ signature: 'wait4 = ECHILD' })).toEqual({
      reason: 'r',
      expires: '2026-03-01',
    })
    expect(new Expectations(target, '2026-03-01').met({ signature: 'wait4 = EINTR' })).toBe('unexpected')
  })

  it('may be one of certain arguments, of what Linux allows, or of what came before', () => {
    const mapped = (flags: string) => ({
      signature: 'mmap = ok',
      program: ['P0  fork() = P1', `P1  mmap(NULL, 1, 0, ${flags}, 0, 0)    = 0x1000`],
      allowed: ['mmap = -1 EEXIST', 'mmap = -1 ENOMEM'],
    })
    const met = (narrow: object, asked: Asked) => {
      const difference = { what: 'mmap = ok', reason: 'r', expires: '2026-03-01', ...narrow }
      return new Expectations({ ...target, differences: [difference] }, '').met(asked)
    }
    const asked = mapped('MAP_FIXED_NOREPLACE')
    expect(met({ call: 'mmap(*MAP_FIXED_NOREPLACE*) = 0x1000' }, asked)).toBe('expected')
    expect(met({ call: 'mmap(*MAP_FIXED_NOREPLACE*' }, mapped('MAP_SHARED'))).toBe('unexpected')
    expect(met({ allowed: 'mmap = -1 ENOMEM' }, asked)).toBe('expected')
    expect(met({ allowed: 'mmap = -1 EINVAL' }, asked)).toBe('unexpected')
    expect(met({ after: 'fork(*' }, asked)).toBe('expected')
    expect(met({ after: 'vfork(*' }, asked)).toBe('unexpected')
    expect(met({ after: 'fork(*' }, { signature: 'mmap = ok' })).toBe('unexpected')
  })

  it('is counted, also when it was never met', () => {
    const expectations = new Expectations(target, '2026-03-02')
    expect(expectations.met({ signature: 'settled P is stopped kill' })).toBe('expected')
    expect(expectations.met({ signature: 'settled P is stopped in kill(2)' })).toBe('unexpected')
    expect(expectations.report()?.differences.map(({ times, expired }) => [times, expired])).toEqual([
      [0, true],
      [1, false],
    ])
  })
})
