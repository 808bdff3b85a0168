import { expect, it } from 'vitest'
import { namesIn, numberNamed } from './constants.ts'
import { splitArguments } from './fields.ts'

it('names have the numbers that -X raw prints', () => {
  expect(numberNamed('AT_FDCWD')).toBe(-100)
  expect(numberNamed('F_DUPFD_CLOEXEC')).toBe(1030)
  expect(namesIn(0x80042, ['O_RDONLY', 'O_RDWR', 'O_CREAT', 'O_CLOEXEC'])).toEqual({
    names: ['O_RDWR', 'O_CREAT', 'O_CLOEXEC'],
    rest: 0,
  })
  expect(namesIn(0x1200011, ['CLONE_VM', 'CLONE_CHILD_CLEARTID', 'CLONE_CHILD_SETTID']).rest).toBe(17)
})

it('-X verbose gives a number with its names behind, which are read as names', () => {
  const [dirfd, flags, other] = splitArguments(
    '-100 /* AT_FDCWD */, 0x80000 /* O_RDONLY|O_CLOEXEC */, 0x1 /* FOO_??? */',
  )
  expect(dirfd?.value).toMatchObject({ kind: 'flags', names: ['AT_FDCWD'], rest: 0 })
  expect(flags?.value).toMatchObject({ kind: 'flags', names: ['O_RDONLY', 'O_CLOEXEC'], rest: 0 })
  expect(other?.value).toMatchObject({ kind: 'number', value: 1 })
})
