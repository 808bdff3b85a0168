import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lastSignal, signalName, signalNumber } from './signals.ts'

it('every signal from 1 to 64 has a name that leads back to it, with and without SIG', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: lastSignal }), (number) => {
      const name = signalName(number)!
      expect(signalNumber(name)).toBe(number)
      expect(signalNumber(name.slice(3))).toBe(number)
      expect(signalNumber(String(number))).toBe(number)
    }),
  )
})

it('the names are those of signal(7) on x86-64', () => {
  expect(['SIGHUP', 'SIGKILL', 'SIGSEGV', 'SIGCHLD', 'SIGSTOP', 'SIGIO', 'SIGSYS'].map(signalNumber)).toEqual([
    1, 9, 11, 17, 19, 29, 31,
  ])
})

it('real-time signals are counted from 32, so SIGRT_2 is 34', () => {
  expect(['SIGRTMIN', 'SIGRT_2', 'RT_32'].map(signalNumber)).toEqual([32, 34, 64])
  expect([32, 34, 64].map(signalName)).toEqual(['SIGRTMIN', 'SIGRT_2', 'SIGRT_32'])
})

it('a number above 64 and a word that is no signal name none', () => {
  expect(['65', '0', '', 'SIGNOT', '1.5'].map(signalNumber)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect([0, 65].map(signalName)).toEqual([undefined, undefined])
})
