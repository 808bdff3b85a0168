import { describe, expect, test } from 'vitest'
import { movesOf } from './moves.ts'
import { named, P0, Played, PTHREAD } from './played-program.ts'
import { flagSet } from './params.ts'
import {
  SIGALRM,
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGKILL,
  SIGQUIT,
  SIGSTOP,
  SIGTERM,
  SIGTSTP,
  SIGUSR1,
  SIGUSR2,
  SIGWINCH,
} from './signals.ts'
import { NO_SIGNALS, setOfSignals, signalsOf } from './state/signal-set.ts'

const RT = 34

/** P0 and a child of it. */
function pair(): [Played, number] {
  const play = new Played()
  return [play, play.child(P0)]
}

const timedWait = (play: Played, by: number, signals: number[], timeout: number | null) =>
  play.call(by, 'rt_sigtimedwait', { set: setOfSignals(...signals), info: null, timeout, sigsetsize: 8 })

const pendingOf = (play: Played, name: number) =>
  play.kernel.processes.at(play.pid(name)).pending.map(({ signal }) => signal)

/** Sent before the receiver can do anything. */
const send = (play: Played, name: number, signal: number) =>
  play.kernel.fn.sendToProcess(play.kernel, play.pid(name), { signal, code: 'SI_USER', pid: 2 })

describe('a pending signal', () => {
  test('of a standard number is kept once, with the first sender; real-time ones are queued', () => {
    const [play, child] = pair()
    play.block(child, SIGUSR1, RT)
    play.kill(P0, child, SIGUSR1)
    play.kill(child, child, SIGUSR1)
    play.kill(P0, child, RT)
    play.kill(child, child, RT)
    const { pending } = play.kernel.processes.at(play.pid(child))
    expect(pending.map(({ signal, pid }) => [signal, pid])).toEqual([
      [SIGUSR1, 2],
      [RT, 2],
      [RT, play.pid(child)],
    ])
  })

  test('that is ignored and not blocked is discarded; a blocked one stays, whatever its disposition', () => {
    const [play, child] = pair()
    play.action(child, SIGUSR1, 'SIG_IGN')
    play.kill(P0, child, SIGUSR1)
    expect(pendingOf(play, child)).toEqual([])
    play.block(child, SIGUSR1, SIGWINCH)
    play.kill(P0, child, SIGUSR1)
    play.kill(P0, child, SIGWINCH)
    expect(pendingOf(play, child)).toEqual([SIGUSR1, SIGWINCH])
  })

  test('goes when its disposition becomes one that ignores it', () => {
    const [play, child] = pair()
    play.block(child, SIGUSR1, SIGCHLD, SIGTERM)
    for (const signal of [SIGUSR1, SIGCHLD, SIGTERM]) play.kill(P0, child, signal)
    play.action(child, SIGUSR1, 'SIG_IGN')
    play.action(child, SIGCHLD, 'SIG_DFL')
    play.action(child, SIGTERM, 'SIG_DFL')
    expect(pendingOf(play, child)).toEqual([SIGTERM])
  })

  test('is shown by sigpending while it is blocked, the thread’s own and the process’s', () => {
    const [play, child] = pair()
    play.block(child, SIGUSR1, SIGUSR2)
    play.kill(P0, child, SIGUSR1)
    play.call(P0, 'tgkill', { tgid: named(child), tid: named(child), sig: SIGUSR2 })
    const { set } = play.call(child, 'rt_sigpending', { set: null, sigsetsize: 8 }).out as { set: typeof NO_SIGNALS }
    expect(signalsOf(set)).toEqual([SIGUSR1, SIGUSR2])
  })
})

describe('sigaction', () => {
  test('refuses any new action for SIGKILL and SIGSTOP, but tells the old one', () => {
    const play = new Played()
    const act = { handler: 'SIG_DFL', mask: NO_SIGNALS, flags: flagSet() }
    expect(play.call(P0, 'rt_sigaction', { sig: SIGKILL, act, oldact: null, sigsetsize: 8 }).result).toBe('EINVAL')
    expect(play.call(P0, 'rt_sigaction', { sig: SIGSTOP, act: null, oldact: null, sigsetsize: 8 }).result).toBe(0)
    expect(play.call(P0, 'rt_sigaction', { sig: 65, act: null, oldact: null, sigsetsize: 8 }).result).toBe('EINVAL')
  })

  test('leaves SIGKILL and SIGSTOP out of every mask', () => {
    const play = new Played()
    play.block(P0, SIGKILL, SIGSTOP, SIGTERM)
    expect(signalsOf(play.kernel.threads.at(2).blocked)).toEqual([SIGTERM])
  })
})

describe('a fatal signal', () => {
  test('that cannot dump core decides at once: the first one sent, not the lowest number', () => {
    const [play, child] = pair()
    for (const signal of [SIGTERM, SIGHUP, SIGKILL]) send(play, child, signal)
    play.runner.finish()
    expect(play.wait(P0).out).toEqual({ status: { signaled: SIGTERM, core: false } })
  })

  test('to a stopped process waits for SIGCONT, and then the lowest number decides', () => {
    const [play, child] = pair()
    for (const signal of [SIGSTOP, SIGTERM, SIGHUP]) play.kill(P0, child, signal)
    expect(play.kernel.processes.at(play.pid(child)).state).toBe('stopped')
    play.kill(P0, child, SIGCONT)
    expect(play.wait(P0).out).toEqual({ status: { signaled: SIGHUP, core: false } })
  })

  test('of any thread ends the process', () => {
    const play = new Played()
    const child = play.child(P0)
    const thread = play.child(child, 'clone3', PTHREAD)
    play.call(P0, 'tgkill', { tgid: named(child), tid: named(thread), sig: SIGTERM })
    expect(play.wait(P0).out).toEqual({ status: { signaled: SIGTERM, core: false } })
  })

  test('with a core dump may leave one or not', () => {
    const statuses = [0, 1].map((choice) => {
      const [play, child] = pair()
      play.call(P0, 'kill', { pid: named(child), sig: SIGQUIT }, { choice })
      return play.wait(P0).out
    })
    expect(statuses).toEqual([
      { status: { signaled: SIGQUIT, core: false } },
      { status: { signaled: SIGQUIT, core: true } },
    ])
  })

  test('after one that dumps core may come before it, or after', () => {
    const [play, child] = pair()
    for (const signal of [SIGQUIT, SIGTERM]) send(play, child, signal)
    const thread = play.kernel.threads.at(play.pid(child))
    const dies = play.kernel.fn.deliveries(play.kernel, thread).map(({ signal }) => signal.info.signal)
    expect(new Set(dies)).toEqual(new Set([SIGQUIT, SIGTERM]))
  })

  test('sent to a process that is dying already changes nothing', () => {
    const [play, child] = pair()
    play.call(child, 'exit_group', { status: 5 }, { pace: 1 })
    play.kill(P0, child, SIGKILL)
    expect(play.wait(P0).out).toEqual({ status: { exited: 5 } })
  })

  test('does no harm to the namespace’s init', () => {
    const play = new Played()
    for (const sig of [SIGTERM, SIGKILL, SIGSTOP]) expect(play.call(P0, 'kill', { pid: 1, sig }).result).toBe(0)
    expect(play.kernel.processes.at(1)).toMatchObject({ state: 'running', pending: [] })
  })
})

describe('a handler', () => {
  test('blocks its own signal and its mask, and gives the old mask back', () => {
    const [play, child] = pair()
    play.action(child, SIGUSR1, 'handler', [], setOfSignals(SIGUSR2))
    play.call(P0, 'kill', { pid: named(child), sig: SIGUSR1 }, { pace: 3 })
    const thread = () => play.kernel.threads.at(play.pid(child))
    expect(thread().frames).toHaveLength(1)
    expect(signalsOf(thread().blocked)).toEqual([SIGUSR1, SIGUSR2])
    play.runner.finish()
    expect(thread()).toMatchObject({ frames: [], blocked: NO_SIGNALS })
  })

  test('under SA_NODEFER leaves its own signal open, and under SA_RESETHAND is gone', () => {
    const [play, child] = pair()
    play.action(child, SIGUSR1, 'handler', ['SA_NODEFER', 'SA_RESETHAND'])
    play.call(P0, 'kill', { pid: named(child), sig: SIGUSR1 }, { pace: 3 })
    expect(play.kernel.threads.at(play.pid(child)).blocked).toEqual(NO_SIGNALS)
    play.runner.finish()
    play.kill(P0, child, SIGUSR1)
    expect(play.wait(P0).out).toEqual({ status: { signaled: SIGUSR1, core: false } })
  })

  test('of the lowest number is entered first, so that it runs last', () => {
    const [play, child] = pair()
    for (const signal of [SIGUSR1, SIGUSR2]) play.action(child, signal, 'handler')
    play.block(child, SIGUSR1, SIGUSR2)
    for (const signal of [SIGUSR2, SIGUSR1]) play.kill(P0, child, signal)
    play.call(
      child,
      'rt_sigprocmask',
      { how: 'SIG_SETMASK', set: NO_SIGNALS, oldset: null, sigsetsize: 8 },
      { pace: 4 },
    )
    const { frames } = play.kernel.threads.at(play.pid(child))
    expect(frames.map(({ signal }) => signal)).toEqual([SIGUSR1, SIGUSR2])
  })

  test('interrupts a wait with EINTR, and under SA_RESTART lets it start again', () => {
    for (const [flags, expected] of [
      [[], 'EINTR'],
      [['SA_RESTART'], undefined],
    ] as const) {
      const [play, child] = pair()
      const grandchild = play.child(child)
      play.action(child, SIGUSR1, 'handler', [...flags])
      const wait = play.wait(child)
      play.kill(P0, child, SIGUSR1)
      expect(wait.result).toBe(expected)
      play.exit(grandchild)
      expect(wait.result).toBe(expected ?? play.pid(grandchild))
    }
  })

  test('ends pause with EINTR, even under SA_RESTART', () => {
    const [play, child] = pair()
    play.action(child, SIGUSR1, 'handler', ['SA_RESTART'])
    const pause = play.call(child, 'pause')
    play.kill(P0, child, SIGUSR1)
    expect(pause.result).toBe('EINTR')
  })
})

describe('sigsuspend', () => {
  test('takes a signal that only its own mask lets through, fails with EINTR, and puts the old mask back', () => {
    const [play, child] = pair()
    play.block(child, SIGUSR1)
    play.action(child, SIGUSR1, 'handler')
    const suspended = play.call(child, 'rt_sigsuspend', { mask: NO_SIGNALS, sigsetsize: 8 })
    expect(suspended.result).toBeUndefined()
    play.kill(P0, child, SIGUSR1)
    expect(suspended.result).toBe('EINTR')
    expect(signalsOf(play.kernel.threads.at(play.pid(child)).blocked)).toEqual([SIGUSR1])
  })

  test('takes one that was pending before', () => {
    const [play, child] = pair()
    play.block(child, SIGUSR1)
    play.action(child, SIGUSR1, 'handler')
    play.kill(P0, child, SIGUSR1)
    expect(play.call(child, 'rt_sigsuspend', { mask: NO_SIGNALS, sigsetsize: 8 }).result).toBe('EINTR')
  })

  test('sleeps on through a stop and a continue', () => {
    const [play, child] = pair()
    const suspended = play.call(child, 'rt_sigsuspend', { mask: NO_SIGNALS, sigsetsize: 8 })
    play.kill(P0, child, SIGSTOP)
    play.kill(P0, child, SIGCONT)
    expect(suspended.result).toBeUndefined()
    expect(play.kernel.threads.at(play.pid(child)).state).toBe('in-call')
  })
})

describe('sigtimedwait', () => {
  test('takes the lowest pending signal of the set, the thread’s own first, without a handler', () => {
    const [play, child] = pair()
    const signals = [SIGHUP, SIGUSR1, SIGUSR2]
    play.block(child, ...signals)
    play.kill(P0, child, SIGUSR1)
    play.kill(P0, child, SIGHUP)
    play.call(P0, 'tgkill', { tgid: named(child), tid: named(child), sig: SIGUSR2 })
    const taken = signals.map(() => timedWait(play, child, signals, null).result)
    expect(taken).toEqual([SIGUSR2, SIGHUP, SIGUSR1])
  })

  test('fails with EAGAIN when its time is up, at once when it has none', () => {
    const [play, child] = pair()
    expect(timedWait(play, child, [SIGUSR1], 0).result).toBe('EAGAIN')
    const wait = timedWait(play, child, [SIGUSR1], 10)
    play.exit(P0)
    expect(wait.result).toBe('EAGAIN')
  })

  test('takes a signal which is blocked and sent while it sleeps, and which would be fatal', () => {
    const [play, child] = pair()
    play.block(child, SIGTERM)
    const wait = timedWait(play, child, [SIGTERM], null)
    play.kill(P0, child, SIGTERM)
    expect(wait).toMatchObject({ result: SIGTERM, out: { info: { code: 'SI_USER', pid: 2 } } })
  })

  test('does not save from a fatal signal that is not blocked', () => {
    const [play, child] = pair()
    timedWait(play, child, [SIGTERM], null)
    play.kill(P0, child, SIGTERM)
    expect(play.wait(P0).out).toEqual({ status: { signaled: SIGTERM, core: false } })
  })

  test('returns a signal of the set whose handler it does not run, and fails with EINTR for another’s handler', () => {
    const [play, child] = pair()
    play.action(child, SIGUSR1, 'handler')
    play.action(child, SIGUSR2, 'handler', ['SA_RESTART'])
    const first = timedWait(play, child, [SIGUSR1], null)
    play.kill(P0, child, SIGUSR1)
    expect(first.result).toBe(SIGUSR1)
    const second = timedWait(play, child, [SIGUSR1], null)
    play.kill(P0, child, SIGUSR2)
    expect(second.result).toBe('EINTR')
  })

  test('fails with EINTR after a stop and a continue', () => {
    const [play, child] = pair()
    const wait = timedWait(play, child, [SIGUSR1], null)
    play.kill(P0, child, SIGSTOP)
    play.kill(P0, child, SIGCONT)
    expect(wait.result).toBe('EINTR')
  })
})

describe('alarm', () => {
  test('ends a pause: by death, or by EINTR with a handler', () => {
    for (const handled of [false, true]) {
      const [play, child] = pair()
      if (handled) play.action(child, SIGALRM, 'handler')
      play.call(child, 'alarm', { seconds: 1 })
      const pause = play.call(child, 'pause')
      play.wait(P0)
      play.runner.finish()
      expect(pause.result).toBe(handled ? 'EINTR' : undefined)
      expect(play.kernel.processes.has(play.pid(child))).toBe(handled)
    }
  })

  test('tells what the one before had left: any number of seconds up to its own', () => {
    const play = new Played()
    expect(play.call(P0, 'alarm', { seconds: 3 }).result).toBe(0)
    const left = [0, 1, 2].map((choice) => play.call(P0, 'alarm', { seconds: 3 }, { choice }).result)
    expect(left).toEqual([3, 2, 1])
    expect(play.call(P0, 'alarm', { seconds: 0 }).result).toBe(3)
    expect(play.call(P0, 'alarm', { seconds: 0 }).result).toBe(0)
  })
})

describe('a signal for a process with several threads', () => {
  test('is taken by one that does not block it', () => {
    const play = new Played()
    const thread = play.child(P0, 'clone3', PTHREAD)
    const child = play.child(P0)
    play.action(P0, SIGUSR1, 'handler')
    play.block(P0, SIGUSR1)
    play.call(child, 'kill', { pid: 2, sig: SIGUSR1 }, { pace: 3 })
    const taken = [2, play.pid(thread)].map((tid) => play.kernel.threads.at(tid).frames.length)
    expect(taken).toEqual([0, 1])
  })

  test('is discarded by the mask of the thread through which the sender knows it', () => {
    const play = new Played()
    const thread = play.child(P0, 'clone3', PTHREAD)
    play.action(P0, SIGUSR1, 'SIG_IGN')
    play.block(thread, SIGUSR1)
    play.kill(thread, P0, SIGUSR1)
    expect(pendingOf(play, P0)).toEqual([])
    play.call(thread, 'kill', { pid: named(thread), sig: SIGUSR1 }, { pace: 1 })
    expect(pendingOf(play, P0)).toEqual([SIGUSR1])
  })
})

describe('a stop', () => {
  test('takes every thread, and only then is the parent told', () => {
    const play = new Played()
    play.block(P0, SIGCHLD)
    const child = play.child(P0)
    const thread = play.child(child, 'clone3', PTHREAD)
    play.call(P0, 'tgkill', { tgid: named(child), tid: named(thread), sig: SIGSTOP }, { pace: 3 })
    const process = () => play.kernel.processes.at(play.pid(child))
    expect(process()).toMatchObject({ state: 'running', stopSignal: SIGSTOP, toStop: [play.pid(child)] })
    expect(pendingOf(play, P0)).toEqual([])
    play.runner.finish()
    expect(process()).toMatchObject({ state: 'stopped', toStop: [], report: 'stopped' })
    expect(pendingOf(play, P0)).toEqual([SIGCHLD])
  })

  test('is ended by SIGCONT although that is blocked or ignored', () => {
    const [play, child] = pair()
    play.block(child, SIGCONT)
    play.action(child, SIGCONT, 'SIG_IGN')
    play.kill(P0, child, SIGSTOP)
    play.kill(P0, child, SIGCONT)
    expect(play.kernel.processes.at(play.pid(child)).state).toBe('running')
  })

  test('and a continue take each other’s pending signals away', () => {
    const [play, child] = pair()
    play.block(child, SIGTSTP, SIGCONT)
    play.kill(P0, child, SIGTSTP)
    play.kill(P0, child, SIGCONT)
    expect(pendingOf(play, child)).toEqual([SIGCONT])
    play.kill(P0, child, SIGTSTP)
    expect(pendingOf(play, child)).toEqual([SIGTSTP])
  })

  test('holds other signals back, but SIGKILL ends it at once, without CLD_CONTINUED', () => {
    const [play, child] = pair()
    play.action(child, SIGUSR1, 'handler')
    play.kill(P0, child, SIGSTOP)
    play.kill(P0, child, SIGUSR1)
    expect(pendingOf(play, child)).toEqual([SIGUSR1])
    expect(movesOf(play.kernel, play.pid(child)).moves).toEqual([])
    play.kill(P0, child, SIGKILL)
    expect(play.wait(P0, child, 'WCONTINUED').out).toEqual({ status: { signaled: SIGKILL, core: false } })
  })

  test('of a blocked wait leaves it to go on after SIGCONT', () => {
    const [play, child] = pair()
    const grandchild = play.child(child)
    const wait = play.wait(child)
    play.kill(P0, child, SIGSTOP)
    play.exit(grandchild)
    expect(wait.result).toBeUndefined()
    play.kill(P0, child, SIGCONT)
    expect(wait.result).toBe(play.pid(grandchild))
  })

  test('that SIGCONT overtakes is told as CLD_STOPPED', () => {
    const play = new Played()
    play.block(P0, SIGCHLD)
    const child = play.child(P0)
    const thread = play.child(child, 'clone3', PTHREAD)
    play.call(P0, 'tgkill', { tgid: named(child), tid: named(thread), sig: SIGSTOP }, { pace: 3 })
    play.kill(P0, child, SIGCONT)
    expect(play.kernel.processes.at(2).pending).toMatchObject([{ signal: SIGCHLD, code: 'CLD_STOPPED', status: 0 }])
    expect(play.wait(P0, child, 'WCONTINUED').out).toEqual({ status: 'continued' })
  })
})

describe('kill', () => {
  test('reaches a zombie to no effect, and finds nobody after it was reaped', () => {
    const [play, child] = pair()
    play.exit(child)
    expect(play.kill(P0, child, SIGUSR1).result).toBe(0)
    expect(pendingOf(play, child)).toEqual([])
    play.wait(P0)
    expect(play.kill(P0, child, 0).result).toBe('ESRCH')
  })

  test('looks for the process before it looks at the signal', () => {
    const play = new Played()
    expect(play.call(P0, 'kill', { pid: 999, sig: 65 }).result).toBe('ESRCH')
    expect(play.call(P0, 'kill', { pid: 2, sig: 65 }).result).toBe('EINVAL')
  })

  test('with -1 spares init and the caller, and fails with ESRCH when there is no one else', () => {
    const [play, child] = pair()
    expect(play.call(P0, 'kill', { pid: -1, sig: SIGKILL }).result).toBe(0)
    expect(play.wait(P0).result).toBe(play.pid(child))
    expect(play.call(P0, 'kill', { pid: -1, sig: SIGKILL }).result).toBe('ESRCH')
  })
})

test('tgkill looks at its numbers, then for the thread in that process, then at the signal', () => {
  const [play, child] = pair()
  const tgkill = (tgid: number, tid: number, sig: number) => play.call(P0, 'tgkill', { tgid, tid, sig }).result
  expect(tgkill(0, 2, 65)).toBe('EINVAL')
  expect(tgkill(2, play.pid(child), 65)).toBe('ESRCH')
  expect(tgkill(2, 2, 65)).toBe('EINVAL')
  expect(tgkill(2, 2, 0)).toBe(0)
})

describe('dispositions shared by two processes (CLONE_SIGHAND)', () => {
  const SHARES = { child_stack: 0, flags: flagSet('CLONE_VM', 'CLONE_SIGHAND', 'SIGCHLD') }
  const handlerOf = (play: Played, name: number, signal: number) =>
    play.kernel.processes.at(play.pid(name)).actions[signal]?.handler

  test('are set by either for both, also by SA_RESETHAND', () => {
    const play = new Played()
    const child = play.child(P0, 'clone', SHARES)
    play.action(child, SIGUSR1, 'handler', ['SA_RESETHAND'])
    expect(handlerOf(play, P0, SIGUSR1)).toBe('handler')
    play.kill(P0, child, SIGUSR1)
    expect(handlerOf(play, P0, SIGUSR1)).toBeUndefined()
  })

  test('part at execve', () => {
    const play = new Played()
    const child = play.child(P0, 'clone', SHARES)
    play.action(P0, SIGUSR1, 'handler')
    play.call(child, 'execve', { filename: '/bin/true' })
    expect([handlerOf(play, P0, SIGUSR1), handlerOf(play, child, SIGUSR1)]).toEqual(['handler', undefined])
    play.action(P0, SIGUSR1, 'SIG_IGN')
    expect(handlerOf(play, child, SIGUSR1)).toBeUndefined()
  })

  test('are no reason to die together', () => {
    const play = new Played()
    const child = play.child(P0, 'clone', SHARES)
    play.kill(P0, child, SIGKILL)
    expect(play.wait(P0).result).toBe(play.pid(child))
  })

  test('are not both shared and cleared; cleared, what is ignored stays', () => {
    const play = new Played()
    play.action(P0, SIGUSR1, 'handler')
    play.action(P0, SIGUSR2, 'SIG_IGN')
    const both = flagSet('CLONE_VM', 'CLONE_SIGHAND', 'CLONE_CLEAR_SIGHAND')
    expect(play.call(P0, 'clone3', { flags: both, exit_signal: SIGCHLD, size: 88 }).result).toBe('EINVAL')
    const child = play.child(P0, 'clone3', { flags: flagSet('CLONE_CLEAR_SIGHAND'), exit_signal: SIGCHLD, size: 88 })
    expect([handlerOf(play, child, SIGUSR1), handlerOf(play, child, SIGUSR2)]).toEqual([undefined, 'SIG_IGN'])
  })
})

test('tkill and rt_tgsigqueueinfo reach one thread alone', () => {
  const play = new Played()
  const thread = play.child(P0, 'clone3', PTHREAD)
  play.block(P0, SIGUSR1, RT)
  play.block(thread, SIGUSR1, RT)
  play.call(P0, 'tkill', { tid: named(thread), sig: SIGUSR1 })
  play.call(P0, 'rt_tgsigqueueinfo', { tgid: named(P0), tid: named(thread), sig: RT, info: 5 })
  expect(play.kernel.threads.at(play.pid(thread)).pending).toMatchObject([
    { signal: SIGUSR1, code: 'SI_TKILL' },
    { signal: RT, code: 'SI_QUEUE', value: 5 },
  ])
  expect([pendingOf(play, P0), play.call(P0, 'tkill', { tid: 9999, sig: 0 }).result]).toEqual([[], 'ESRCH'])
})

describe('sigsuspend that a signal without a handler has ended', () => {
  /** P0 and a child that sleeps in sigsuspend, with SIGUSR1 pending that only its own mask lets in. */
  function suspended(): [Played, number] {
    const [play, child] = pair()
    play.action(child, SIGUSR1, 'handler')
    play.call(child, 'rt_sigsuspend', { mask: setOfSignals(SIGUSR1), sigsetsize: 8 })
    play.kill(P0, child, SIGUSR1)
    expect(pendingOf(play, child)).toEqual([SIGUSR1])
    return [play, child]
  }

  test('puts the mask back, so that what only it kept out is taken, and sleeps again', () => {
    const [play, child] = suspended()
    play.kill(P0, child, SIGSTOP)
    play.kill(P0, child, SIGCONT)
    expect(pendingOf(play, child)).toEqual([])
    expect(play.kernel.threads.at(play.pid(child))).toMatchObject({ state: 'in-call', frames: [], restart: null })
  })

  test('dies of a signal that only its own mask lets in', () => {
    const play = new Played()
    const child = play.child(P0)
    play.call(child, 'rt_sigsuspend', { mask: setOfSignals(SIGUSR1), sigsetsize: 8 })
    play.kill(P0, child, SIGUSR1)
    play.kill(P0, child, SIGSTOP)
    play.kill(P0, child, SIGCONT)
    expect(play.wait(P0).out).toEqual({ status: { signaled: SIGUSR1, core: false } })
  })
})
