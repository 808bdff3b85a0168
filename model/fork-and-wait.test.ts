import { describe, expect, test } from 'vitest'
import { flagSet } from './params.ts'
import { P0, Played, PTHREAD } from './played-program.ts'
import { SIGCHLD, SIGKILL, SIGSTOP, SIGCONT, SIGTERM, SIGUSR1 } from './signals.ts'

const forks = (count: number): [Played, number[]] => {
  const play = new Played()
  return [play, Array.from({ length: count }, () => play.child(P0))]
}

describe('a forked child', () => {
  test('has one thread, its maker as parent, and its maker’s group, session and mask', () => {
    const play = new Played()
    play.block(P0, SIGUSR1)
    const child = play.child(P0)
    const [parent, row] = [play.kernel.processes.at(2), play.kernel.processes.at(play.pid(child))]
    expect(row).toMatchObject({ threads: [row.pid], live: 1, parent: 2, group: parent.group, session: parent.session })
    expect(play.kernel.threads.at(row.pid).blocked).toEqual(play.kernel.threads.at(2).blocked)
  })

  test('has no pending signals, no alarm, and no parent-death signal', () => {
    const play = new Played()
    play.block(P0, SIGUSR1)
    play.kill(P0, P0, SIGUSR1)
    play.call(P0, 'alarm', { seconds: 5 })
    play.call(P0, 'prctl(PR_SET_PDEATHSIG)', { option: 'PR_SET_PDEATHSIG', sig: SIGTERM })
    const pid = play.pid(play.child(P0))
    expect(play.kernel.processes.at(pid)).toMatchObject({ pending: [], alarm: 0 })
    expect(play.kernel.threads.at(pid)).toMatchObject({ pending: [], parentDeathSignal: 0 })
  })

  test('made with CLONE_PARENT is a sibling, with its maker’s exit signal', () => {
    const play = new Played()
    const maker = play.child(P0, 'clone', { child_stack: 0, flags: flagSet('SIGUSR1') })
    const sibling = play.child(maker, 'clone', { child_stack: 0, flags: flagSet('CLONE_PARENT', 'SIGCHLD') })
    expect(play.call(sibling, 'getppid').result).toBe(2)
    expect(play.kernel.processes.at(play.pid(sibling)).exitSignal).toBe(SIGUSR1)
  })

  test('keeps a group id that outlives its leader', () => {
    const [play, [leader]] = forks(1)
    play.call(leader!, 'setpgid', { pid: 0, pgid: 0 })
    const member = play.child(leader!)
    play.exit(leader!)
    play.wait(P0, leader)
    expect(play.kernel.groups.at(play.pid(leader!)).members).toEqual([play.pid(member)])
  })
})

describe('clone refuses', () => {
  test.each([
    ['CLONE_THREAD without CLONE_SIGHAND', ['CLONE_THREAD', 'CLONE_VM']],
    ['CLONE_SIGHAND without CLONE_VM', ['CLONE_SIGHAND', 'CLONE_THREAD']],
  ])('%s', (_, words) => {
    const play = new Played()
    expect(play.call(P0, 'clone', { child_stack: 0, flags: flagSet(...words) }).result).toBe('EINVAL')
  })

  test('an exit signal for a thread, in clone3', () => {
    expect(new Played().call(P0, 'clone3', { ...PTHREAD, exit_signal: SIGCHLD }).result).toBe('EINVAL')
  })
})

describe('vfork', () => {
  test('holds its caller until the child exits', () => {
    const play = new Played()
    const call = play.call(P0, 'vfork')
    expect(call.result).toBeUndefined()
    play.exit(call.step.id)
    expect(call.result).toBe(play.pid(call.step.id))
  })

  test('holds its caller until the child execs', () => {
    const play = new Played()
    const call = play.call(P0, 'vfork')
    play.call(call.step.id, 'execve', { filename: '/bin/true' })
    expect(call.result).toBe(play.pid(call.step.id))
    expect(play.wait(P0, 'any', 'WNOHANG').result).toBe(0)
  })

  test('may release its caller while the child is not yet a zombie', () => {
    const play = new Played()
    const call = play.call(P0, 'vfork')
    play.call(call.step.id, 'exit_group', { status: 0 }, { pace: 4 })
    expect(play.kernel.threads.at(2).vforkChild).toBe(0)
    expect(play.kernel.processes.at(play.pid(call.step.id)).state).toBe('exiting')
  })

  test('does not keep its caller from a fatal signal, and the child goes on', () => {
    const play = new Played()
    const killer = play.child(P0)
    const child = play.child(P0, 'vfork')
    play.kill(killer, P0, SIGTERM)
    expect(play.kernel.processes.has(2)).toBe(false)
    expect(play.call(child, 'getppid').result).toBe(1)
  })
})

describe('wait4', () => {
  test('fails with ECHILD without children, and for a process that is no child', () => {
    const [play, [child]] = forks(1)
    const grandchild = play.child(child!)
    expect(play.wait(child!, grandchild, 'WNOHANG').result).toBe(0)
    expect(play.wait(P0, grandchild).result).toBe('ECHILD')
    expect(play.wait(grandchild).result).toBe('ECHILD')
  })

  test('reports the first child in the order of creation, not of death', () => {
    const [play, [first, second]] = forks(2)
    play.exit(second!, 2)
    play.exit(first!, 1)
    expect(play.wait(P0).result).toBe(play.pid(first!))
  })

  test('tells an exit value, a signal, a stop and a continue', () => {
    const [play, [exits, dies, stops]] = forks(3)
    play.exit(exits!, 300)
    expect(play.wait(P0, exits).out).toEqual({ status: { exited: 44 } })
    play.kill(P0, dies!, SIGKILL)
    expect(play.wait(P0, dies).out).toEqual({ status: { signaled: SIGKILL, core: false } })
    play.kill(P0, stops!, SIGSTOP)
    expect(play.wait(P0, stops, 'WUNTRACED').out).toEqual({ status: { stopped: SIGSTOP } })
    play.kill(P0, stops!, SIGCONT)
    expect(play.wait(P0, stops, 'WCONTINUED').out).toEqual({ status: 'continued' })
  })

  test('reports each stop once, and a continue takes an unread stop away', () => {
    const [play, [child]] = forks(1)
    play.kill(P0, child!, SIGSTOP)
    expect(play.wait(P0, 'any', 'WUNTRACED').result).toBe(play.pid(child!))
    expect(play.wait(P0, 'any', 'WUNTRACED', 'WNOHANG').result).toBe(0)
    play.kill(P0, child!, SIGCONT)
    play.kill(P0, child!, SIGSTOP)
    play.kill(P0, child!, SIGCONT)
    expect(play.wait(P0, 'any', 'WUNTRACED', 'WNOHANG').result).toBe(0)
    expect(play.wait(P0, 'any', 'WCONTINUED', 'WNOHANG').result).toBe(play.pid(child!))
  })

  test('sleeps until a child dies, and an ignored SIGCHLD does not matter to that', () => {
    const [play, [child]] = forks(1)
    const wait = play.wait(P0)
    expect(wait.result).toBeUndefined()
    play.exit(child!, 7)
    expect(wait).toMatchObject({ result: play.pid(child!), out: { status: { exited: 7 } } })
  })

  test('sees a child whose exit signal is not SIGCHLD only under __WALL or __WCLONE', () => {
    const play = new Played()
    const child = play.child(P0, 'clone', { child_stack: 0, flags: flagSet('SIGUSR1') })
    expect(play.wait(P0).result).toBe('ECHILD')
    expect(play.wait(P0, child, '__WCLONE', 'WNOHANG').result).toBe(0)
    expect(play.wait(P0, child, '__WALL', 'WNOHANG').result).toBe(0)
  })

  test('returns a child whose exit signal is the number of none, of which nobody is told', () => {
    const play = new Played()
    play.block(P0, ...Array.from({ length: 64 }, (_, index) => index + 1))
    const child = play.child(P0, 'clone', { child_stack: 0, flags: flagSet('SIGCHLD', 'SIGRT_32') })
    play.exit(child, 3)
    expect(play.kernel.processes.at(2).pending).toEqual([])
    expect(play.wait(P0, child, '__WALL')).toMatchObject({ result: play.pid(child), out: { status: { exited: 3 } } })
  })

  test('by a thread looks at its own children, then those of the next thread, round to the first', () => {
    const play = new Played()
    const threads = [P0, play.child(P0, 'clone3', PTHREAD), play.child(P0, 'clone3', PTHREAD)]
    const children = threads.map((thread) => play.child(thread))
    for (const child of children) play.exit(child)
    const order = children.map(() => play.wait(threads[1]!).result)
    expect(order).toEqual([children[1]!, children[2]!, children[0]!].map((child) => play.pid(child)))
    expect(play.wait(threads[2]!).result).toBe('ECHILD')
  })
})

describe('waitid', () => {
  test('with WNOWAIT leaves the zombie in place', () => {
    const [play, [child]] = forks(1)
    play.exit(child!, 3)
    const infop = { signal: SIGCHLD, code: 'CLD_EXITED', pid: play.pid(child!), status: 3 }
    expect(play.waitid(P0, 'any', 'WEXITED', 'WNOWAIT')).toMatchObject({ result: 0, out: { infop } })
    expect(play.waitid(P0, child!, 'WEXITED')).toMatchObject({ result: 0, out: { infop } })
    expect(play.waitid(P0, 'any', 'WEXITED').result).toBe('ECHILD')
  })

  test('reports only the kinds asked for', () => {
    const [play, [child]] = forks(1)
    play.exit(child!)
    // A zombie will never stop again: without WEXITED there is nobody to wait for.
    expect(play.waitid(P0, 'any', 'WUNTRACED', 'WNOHANG').result).toBe('ECHILD')
    expect(play.waitid(P0, 'any', 'WNOHANG').result).toBe('EINVAL')
    const none = { idtype: 'P_PID', id: 0, options: flagSet('WEXITED') }
    expect(play.call(P0, 'waitid', none).result).toBe('EINVAL')
    const own = { idtype: 'P_PGID', id: 0, options: flagSet('WEXITED') }
    expect(play.call(P0, 'waitid', own).result).toBe(0)
  })
})

describe('a parent that wants no zombies', () => {
  test('by SIG_IGN gets none, and no SIGCHLD; wait4 sleeps until the last child is gone, then fails with ECHILD', () => {
    const play = new Played()
    play.block(P0, SIGCHLD)
    play.action(P0, SIGCHLD, 'SIG_IGN')
    const [first, second] = [play.child(P0), play.child(P0)]
    const wait = play.wait(P0)
    play.exit(first)
    expect(play.kernel.processes.has(play.pid(first))).toBe(false)
    expect(wait.result).toBeUndefined()
    play.exit(second)
    expect(wait.result).toBe('ECHILD')
    expect(play.kernel.processes.at(2).pending).toEqual([])
  })

  test('by SA_NOCLDWAIT gets none, but SIGCHLD', () => {
    const play = new Played()
    play.block(P0, SIGCHLD)
    play.action(P0, SIGCHLD, 'handler', ['SA_NOCLDWAIT'])
    const child = play.child(P0)
    play.exit(child, 1)
    expect(play.kernel.processes.has(play.pid(child))).toBe(false)
    expect(play.kernel.processes.at(2).pending).toMatchObject([{ signal: SIGCHLD, code: 'CLD_EXITED', status: 1 }])
  })

  test('keeps a zombie that was there before it ignored SIGCHLD', () => {
    const [play, [child]] = forks(1)
    play.exit(child!)
    play.action(P0, SIGCHLD, 'SIG_IGN')
    expect(play.wait(P0).result).toBe(play.pid(child!))
  })
})

describe('SIGCHLD', () => {
  test('of the first child stands for those that die while it is pending', () => {
    const play = new Played()
    play.block(P0, SIGCHLD)
    const [first, second] = [play.child(P0), play.child(P0)]
    play.exit(first, 1)
    play.exit(second, 2)
    expect(play.kernel.processes.at(2).pending).toMatchObject([{ pid: play.pid(first), status: 1 }])
    play.wait(P0)
    expect(play.kernel.processes.at(2).pending).toHaveLength(1)
  })

  test('is sent for stops and continues, unless SA_NOCLDSTOP is set', () => {
    for (const flags of [[], ['SA_NOCLDSTOP']] as const) {
      const play = new Played()
      play.block(P0, SIGCHLD)
      play.action(P0, SIGCHLD, 'handler', [...flags])
      const child = play.child(P0)
      play.kill(P0, child, SIGSTOP)
      const { pending } = play.kernel.processes.at(2)
      expect(pending.map(({ code }) => code)).toEqual(flags.length === 0 ? ['CLD_STOPPED'] : [])
    }
  })
})
