import { describe, expect, test } from 'vitest'
import { P0, Played, PTHREAD } from './played-program.ts'
import { SIGCHLD, SIGKILL, SIGSTOP, SIGTERM, SIGUSR1, SIGUSR2 } from './signals.ts'

const subreaper = (play: Played, by: number, value = 1) =>
  play.call(by, 'prctl(PR_SET_CHILD_SUBREAPER)', { option: 'PR_SET_CHILD_SUBREAPER', value })

const onParentDeath = (play: Played, by: number, sig: number) =>
  play.call(by, 'prctl(PR_SET_PDEATHSIG)', { option: 'PR_SET_PDEATHSIG', sig })

const ppid = (play: Played, of: number) => play.call(of, 'getppid').result

/** P0, and below it three generations. */
function line(): [Played, number, number, number] {
  const play = new Played()
  const child = play.child(P0)
  const grandchild = play.child(child)
  return [play, child, grandchild, play.child(grandchild)]
}

describe('an orphan', () => {
  test('goes to init when nobody else wants it', () => {
    const [play, child, grandchild] = line()
    play.exit(child)
    expect(ppid(play, grandchild)).toBe(1)
  })

  test('goes to the nearest living ancestor that is a subreaper, also if it became one later', () => {
    const [play, child, grandchild, last] = line()
    subreaper(play, P0)
    subreaper(play, child)
    play.exit(grandchild)
    expect(ppid(play, last)).toBe(play.pid(child))
    play.exit(child)
    expect(ppid(play, last)).toBe(2)
  })

  test('goes past an ancestor that is a subreaper no longer', () => {
    const [play, child, grandchild, last] = line()
    subreaper(play, P0)
    subreaper(play, child)
    subreaper(play, child, 0)
    play.exit(grandchild)
    expect(ppid(play, last)).toBe(2)
  })

  test('of a thread goes to another thread of the same process', () => {
    const play = new Played()
    const child = play.child(P0)
    const thread = play.child(child, 'clone3', PTHREAD)
    const orphan = play.child(thread)
    play.call(thread, 'exit', { status: 0 })
    expect(ppid(play, orphan)).toBe(play.pid(child))
    play.exit(orphan, 2)
    expect(play.wait(child).out).toEqual({ status: { exited: 2 } })
  })

  test('comes after the adopter’s own children', () => {
    const [play, child, grandchild, last] = line()
    subreaper(play, P0)
    const own = play.child(P0)
    play.exit(child)
    expect(play.kernel.threads.at(2).children).toEqual([child, own, grandchild].map((name) => play.pid(name)))
    expect(ppid(play, last)).toBe(play.pid(grandchild))
  })

  test('that is a zombie is announced to its adopter, before its parent’s own death', () => {
    const play = new Played()
    play.block(P0, SIGCHLD)
    subreaper(play, P0)
    const child = play.child(P0)
    const zombie = play.child(child)
    play.exit(zombie, 6)
    play.exit(child)
    expect(play.kernel.processes.at(2).pending).toMatchObject([{ signal: SIGCHLD, pid: play.pid(zombie), status: 6 }])
    expect(play.wait(P0, zombie).out).toEqual({ status: { exited: 6 } })
  })

  test('that is a zombie vanishes when its adopter wants none', () => {
    const play = new Played()
    play.action(P0, SIGCHLD, 'SIG_IGN')
    subreaper(play, P0)
    const child = play.child(P0)
    play.action(child, SIGCHLD, 'SIG_DFL')
    const zombie = play.child(child)
    play.exit(zombie)
    expect(play.kernel.processes.has(play.pid(zombie))).toBe(true)
    play.exit(child)
    expect(play.kernel.processes.has(play.pid(zombie))).toBe(false)
  })

  test('that is stopped keeps its unread report, of which the adopter gets no SIGCHLD', () => {
    const play = new Played()
    play.block(P0, SIGCHLD)
    subreaper(play, P0)
    const child = play.child(P0)
    const stopped = play.child(child)
    play.kill(child, stopped, SIGSTOP)
    play.exit(child)
    expect(play.kernel.processes.at(2).pending).toMatchObject([{ pid: play.pid(child) }])
    expect(play.wait(P0, stopped, 'WUNTRACED').out).toEqual({ status: { stopped: SIGSTOP } })
  })

  test('has SIGCHLD as its exit signal from then on', () => {
    const play = new Played()
    subreaper(play, P0)
    const child = play.child(P0)
    const orphan = play.child(child, 'clone', { child_stack: 0, flags: new Set(['SIGUSR1']) })
    play.exit(child)
    expect(play.kernel.processes.at(play.pid(orphan)).exitSignal).toBe(SIGCHLD)
  })
})

describe('the subreaper attribute', () => {
  test('is not inherited, but survives execve', () => {
    const play = new Played()
    subreaper(play, P0)
    const child = play.child(P0)
    const get = { option: 'PR_GET_CHILD_SUBREAPER', value: null }
    expect(play.call(child, 'prctl(PR_GET_CHILD_SUBREAPER)', get).out).toEqual({ value: 0 })
    play.call(P0, 'execve', { filename: '/bin/true' })
    expect(play.call(P0, 'prctl(PR_GET_CHILD_SUBREAPER)', get).out).toEqual({ value: 1 })
  })
})

describe('the parent-death signal', () => {
  test('comes from the dying parent', () => {
    const play = new Played()
    const child = play.child(P0)
    const orphan = play.child(child)
    play.block(orphan, SIGUSR1)
    onParentDeath(play, orphan, SIGUSR1)
    play.exit(child)
    expect(play.kernel.processes.at(play.pid(orphan)).pending).toMatchObject([
      { signal: SIGUSR1, code: 'SI_USER', pid: play.pid(child) },
    ])
  })

  test('comes again whenever an adopter dies', () => {
    const [play, child, grandchild, last] = line()
    subreaper(play, child)
    play.action(last, SIGUSR1, 'handler')
    play.block(last, 34)
    onParentDeath(play, last, 34)
    play.exit(grandchild)
    play.exit(child)
    expect(play.kernel.processes.at(play.pid(last)).pending.map(({ pid }) => pid)).toEqual(
      [grandchild, child].map((name) => play.pid(name)),
    )
  })

  test('comes when the thread that forked exits, although its process lives', () => {
    const play = new Played()
    const thread = play.child(P0, 'clone3', PTHREAD)
    const child = play.child(thread)
    play.block(child, SIGUSR2)
    onParentDeath(play, child, SIGUSR2)
    play.call(thread, 'exit', { status: 0 })
    expect(play.kernel.processes.at(play.pid(child)).pending).toMatchObject([{ signal: SIGUSR2, pid: 2 }])
    expect(ppid(play, child)).toBe(2)
  })

  test('set after the parent’s death does not come', () => {
    const [play, child, grandchild] = line()
    play.exit(child)
    onParentDeath(play, grandchild, SIGTERM)
    expect(ppid(play, grandchild)).toBe(1)
  })

  test('is refused for a number that is no signal, and can be asked for and taken back', () => {
    const play = new Played()
    const get = () => play.call(P0, 'prctl(PR_GET_PDEATHSIG)', { option: 'PR_GET_PDEATHSIG', sig: null }).out
    expect(onParentDeath(play, P0, 65).result).toBe('EINVAL')
    onParentDeath(play, P0, SIGKILL)
    expect(get()).toEqual({ sig: SIGKILL })
    onParentDeath(play, P0, 0)
    expect(get()).toEqual({ sig: 0 })
  })
})
