import { expect, it } from 'vitest'
import { checkTranscript } from '../transcript.ts'
import { checkText } from './check-capture.ts'

const lines = (...asked: string[]) =>
  [
    '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
    '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
    ...asked,
    '5 exit_group(0) = ?',
    '5 +++ exited with 0 +++',
  ].join('\n')

const FORK = '5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 6'

it('a process that leads its group since before the capture leads it for its children too', async () => {
  const { violations, assumptions } = await checkText(
    lines('5 getsid(0) = 3', '5 getpgrp() = 5', FORK, '6 getpgrp() = 5'),
  )
  expect(violations).toEqual([])
  expect(assumptions.join()).toMatch(/led its group when the capture began/)
})

it('a process that leads its session since before the capture leads a group', async () => {
  const { violations } = await checkText(lines(FORK, '6 getsid(0) = 5', '6 getpgid(5) = 5'))
  expect(violations).toEqual([])
})

it('what a child that has made its own session is in does not tell in which its parent began', async () => {
  const { violations } = await checkText(
    lines(FORK, '6 setsid() = 6', '6 getsid(0) = 6', '5 getsid(0) = 5', '5 getpgrp() = 5'),
  )
  expect(violations).toEqual([])
})

it('a process that has shown that it leads no group comes to lead one by no other call than setpgid and setsid', async () => {
  const { violations } = await checkText(lines('5 getpgrp() = 3', '5 getpgrp() = 5'))
  expect(violations.map(({ line }) => line)).toEqual([4])
})

it('a history by hand, in which nobody stands outside, may ask for groups and name one that nobody has', () => {
  expect(checkTranscript(['P0  getpgrp() = 1', 'P0  setpgid(0, 9999) = 0']).violations).toEqual([])
})
