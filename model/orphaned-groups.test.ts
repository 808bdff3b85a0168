import { describe, expect, it } from 'vitest'
import { SIGCONT, SIGHUP, SIGKILL, SIGSTOP, SIGTERM, SIGTSTP } from './signals.ts'
import { Play } from './testing/play.ts'

const P0 = Play.first

/** A session whose leader has one child, which leads a group of its own. P0 adopts orphans, and does not wait for them. */
function job(): { play: Play; leader: number; member: number } {
  const play = new Play()
  play.kernel.processes.edit(P0).subreaper = true
  const leader = play.fork(P0)
  play.call(leader, 'setsid')
  const member = play.own(leader, play.fork(leader))
  return { play, leader, member }
}

/** Both signals stay where they can be seen. */
const watch = (play: Play, ...pids: number[]) => {
  for (const pid of pids) {
    play.handle(pid, SIGHUP, 'handler')
    play.handle(pid, SIGCONT, 'handler')
    play.block(pid, SIGHUP, SIGCONT)
  }
}

describe('orphaned process groups', () => {
  it('a stopped member gets SIGHUP, then SIGCONT, when the parent that linked its group dies', () => {
    const { play, leader, member } = job()
    const other = play.fork(leader)
    play.call(leader, 'setpgid', { pid: other, pgid: member })
    watch(play, member, other)
    play.kill(leader, member, SIGSTOP)
    play.exit(leader)
    expect(play.pending(member)).toEqual([SIGHUP, SIGCONT])
    expect(play.pending(other)).toEqual([SIGHUP, SIGCONT])
    expect(play.kernel.processes.at(member).state).toBe('running')
  })

  it('nobody gets anything when no member is stopped', () => {
    const { play, leader, member } = job()
    watch(play, member)
    play.exit(leader)
    expect(play.pending(member)).toEqual([])
  })

  it('the default action of SIGHUP kills a stopped member', () => {
    const { play, leader, member } = job()
    play.kill(leader, member, SIGSTOP)
    play.exit(leader)
    expect(play.kernel.processes.at(member)).toMatchObject({ state: 'zombie', groupExit: SIGHUP })
  })

  it('a member that was the last link orphans its group when it dies itself', () => {
    const { play, member } = job()
    const grandchild = play.fork(member)
    watch(play, grandchild)
    play.kill(member, grandchild, SIGSTOP)
    play.exit(member)
    expect(play.pending(grandchild)).toEqual([SIGHUP, SIGCONT])
  })

  it('a parent in another session is no link, and its death no event', () => {
    const play = new Play()
    const parent = play.fork(P0)
    const child = play.fork(parent)
    play.call(child, 'setsid')
    const grandchild = play.fork(child)
    watch(play, child, grandchild)
    play.kill(P0, grandchild, SIGSTOP)
    play.exit(parent)
    expect(play.pending(grandchild)).toEqual([])
    expect(play.kernel.processes.at(grandchild).state).toBe('stopped')
  })

  it('children are looked at one by one: a parent-death signal comes before the SIGHUP of the last one', () => {
    const { play, leader, member } = job()
    const other = play.fork(leader)
    play.call(leader, 'setpgid', { pid: other, pgid: member })
    play.kernel.threads.edit(other).parentDeathSignal = SIGTERM
    watch(play, member)
    play.kill(leader, member, SIGSTOP)
    play.exit(leader)
    expect(play.pending(member)).toEqual([SIGHUP, SIGCONT])
    expect(play.kernel.processes.at(other).groupExit).toBe(SIGTERM)
  })

  it('a zombie child is looked at too: an orphaned group that stopped afterwards is signalled at its move', () => {
    const { play, leader } = job()
    const father = play.own(leader, play.fork(leader))
    const zombie = play.own(father, play.fork(father))
    const last = play.fork(zombie)
    watch(play, last)
    play.exit(zombie)
    expect(play.kernel.fn.isOrphaned(play.kernel, zombie)).toBe(true)
    play.kill(leader, last, SIGSTOP)
    play.exit(father)
    expect(play.pending(last)).toEqual([SIGHUP, SIGCONT])
  })

  it('a subreaper of the same session keeps the link, until it dies', () => {
    const { play, leader } = job()
    play.kernel.processes.edit(leader).subreaper = true
    const father = play.own(leader, play.fork(leader))
    const member = play.own(father, play.fork(father))
    watch(play, member)
    play.kill(leader, member, SIGSTOP)
    play.exit(father)
    expect(play.kernel.processes.at(member).parent).toBe(leader)
    expect(play.pending(member)).toEqual([])
    play.exit(leader)
    expect(play.pending(member)).toEqual([SIGHUP, SIGCONT])
  })

  it('setsid of the parent orphans silently, and its later death is no event', () => {
    const play = new Play()
    const top = play.fork(P0)
    play.call(top, 'setsid')
    const parent = play.fork(top)
    const member = play.own(parent, play.fork(parent))
    watch(play, member)
    play.kill(top, member, SIGSTOP)
    play.call(parent, 'setsid')
    expect(play.kernel.fn.isOrphaned(play.kernel, member)).toBe(true)
    play.exit(parent)
    expect(play.pending(member)).toEqual([])
  })

  it('SIGTSTP is dropped in an orphaned group, SIGSTOP is not', () => {
    const { play, leader, member } = job()
    play.exit(leader)
    play.kill(P0, member, SIGTSTP)
    expect(play.kernel.processes.at(member).state).toBe('running')
    expect(play.pending(member)).toEqual([])
    play.kill(P0, member, SIGSTOP)
    expect(play.kernel.processes.at(member).state).toBe('stopped')
    play.kill(P0, member, SIGKILL)
  })
})
