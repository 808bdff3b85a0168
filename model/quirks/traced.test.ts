import { describe, expect, test } from 'vitest'
import { linux } from '../linux.ts'
import { NO_SIGNALS, setOfSignals } from '../state/signal-set.ts'
import { P0, Played } from '../played-program.ts'
import { SIGHUP, SIGKILL, SIGTERM, SIGUSR1 } from '../signals.ts'
import { traced } from './traced.ts'

const rules = traced.apply(linux)

describe('under a tracer', () => {
  test('an ignored signal is queued, and so ends a sleep', () => {
    const play = new Played(rules)
    const child = play.child(P0)
    play.action(child, SIGUSR1, 'SIG_IGN')
    const wait = play.call(child, 'rt_sigtimedwait', {
      set: setOfSignals(SIGHUP),
      info: null,
      timeout: null,
      sigsetsize: 8,
    })
    play.kill(P0, child, SIGUSR1)
    expect(wait.result).toBe('EINTR')
    expect(play.kernel.processes.at(play.pid(child))).toMatchObject({ pending: [], state: 'running' })
  })

  test('a fatal signal other than SIGKILL kills when it is taken, the lowest number first', () => {
    const play = new Played(rules)
    const child = play.child(P0)
    for (const signal of [SIGTERM, SIGHUP]) {
      play.kernel.fn.sendToProcess(play.kernel, play.pid(child), { signal, code: 'SI_USER', pid: 2 })
    }
    expect(play.kernel.processes.at(play.pid(child)).groupExit).toBe(-1)
    play.runner.finish()
    expect(play.wait(P0).out).toEqual({ status: { signaled: SIGHUP, core: false } })
  })

  test('any of several zombies may be the first to be waited for', () => {
    const play = new Played(rules)
    const children = [play.child(P0), play.child(P0)]
    for (const child of children) play.exit(child)
    play.call(P0, 'wait4', { pid: -1, options: new Set() }, { choice: 1 })
    expect(children.map((child) => play.kernel.processes.has(play.pid(child)))).toEqual([true, false])
  })

  test('the init of the namespace is safe all the same', () => {
    const play = new Played(rules)
    for (const sig of [SIGTERM, SIGKILL]) play.call(P0, 'kill', { pid: 1, sig })
    expect(play.kernel.processes.at(1)).toMatchObject({ state: 'running', pending: [] })
    expect(play.kernel.threads.at(1).blocked).toEqual(NO_SIGNALS)
  })
})
