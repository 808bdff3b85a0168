import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordLockRequest } from '../model/functions/record-ranges.ts'
import { Kernel } from '../model/kernel.ts'
import { linux } from '../model/linux.ts'
import type { RecordLock } from '../model/state/open-files.ts'

/** Bytes that are looked at; the last one stands for all beyond. */
const BYTES = 14

/** The types of the locks on each byte, by owner. */
type Naive = Map<string, RecordLockRequest['type'][]>

const requests = fc.array(
  fc
    .record({
      kind: fc.constantFrom('posix' as const, 'ofd' as const),
      owner: fc.integer({ min: 1, max: 2 }),
      type: fc.constantFrom('F_RDLCK' as const, 'F_WRLCK' as const, 'F_UNLCK' as const),
      start: fc.integer({ min: 0, max: BYTES - 7 }),
      length: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(Infinity)),
      pid: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ length, ...request }): RecordLockRequest => ({ ...request, end: request.start + length - 1 })),
  { maxLength: 40 },
)

const nameOf = ({ kind, owner }: Pick<RecordLock, 'kind' | 'owner'>): string => `${kind} ${owner}`

/** What a byte of a range is to the naive model. */
const bytesOf = ({ start, end }: { start: number; end: number }): number[] =>
  Array.from({ length: BYTES }, (_, byte) => byte).filter((byte) => byte >= start && (byte <= end || end === Infinity))

function naivelyGranted(naive: Naive, request: RecordLockRequest): boolean {
  if (request.type === 'F_UNLCK') return true
  return [...naive].every(
    ([name, types]) =>
      name === nameOf(request) ||
      bytesOf(request).every(
        (byte) => types[byte] === 'F_UNLCK' || (types[byte] === 'F_RDLCK' && request.type === 'F_RDLCK'),
      ),
  )
}

function setNaively(naive: Naive, request: RecordLockRequest): void {
  const types = naive.get(nameOf(request)) ?? Array.from({ length: BYTES }, () => 'F_UNLCK' as const)
  naive.set(
    nameOf(request),
    types.map((type, byte) => (bytesOf(request).includes(byte) ? request.type : type)),
  )
}

function byBytes(locks: readonly RecordLock[]): Naive {
  const naive: Naive = new Map()
  for (const lock of locks) setNaively(naive, lock)
  return naive
}

const held = (naive: Naive) =>
  [...naive].filter(([, types]) => types.some((type) => type !== 'F_UNLCK')).sort(([a], [b]) => a.localeCompare(b))

test('record locks are, byte for byte, what each owner last asked for and was granted', () => {
  const kernel = new Kernel(linux)
  const property = fc.property(requests, (sequence) => {
    let locks: readonly RecordLock[] = []
    const naive: Naive = new Map()
    for (const request of sequence) {
      const granted = kernel.fn.conflictingLocks(kernel, locks, request).length === 0 || request.type === 'F_UNLCK'
      expect(granted).toBe(naivelyGranted(naive, request))
      if (!granted) continue
      locks = kernel.fn.withRangeSet(kernel, locks, request)
      setNaively(naive, request)
      expect(held(byBytes(locks))).toEqual(held(naive))
    }
  })
  fc.assert(property, { numRuns: 500 })
})

test('equal sets of record locks are equal lists, whatever the order in which they came to be', () => {
  const kernel = new Kernel(linux)
  const set = (locks: readonly RecordLock[], request: RecordLockRequest) =>
    kernel.fn.conflictingLocks(kernel, locks, request).length === 0 || request.type === 'F_UNLCK'
      ? kernel.fn.withRangeSet(kernel, locks, request)
      : locks
  const property = fc.property(requests, (sequence) => {
    const locks = sequence.map((request) => ({ ...request, pid: 1 })).reduce<readonly RecordLock[]>(set, [])
    for (const lock of locks) expect(kernel.fn.withRangeSet(kernel, locks, lock)).toEqual(locks)
    expect(locks.toReversed().reduce<readonly RecordLock[]>(set, [])).toEqual(locks)
  })
  fc.assert(property, { numRuns: 500 })
})
