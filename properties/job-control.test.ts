import { describe, expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import { patchFunctions, type Rules } from '../model/rules.ts'
import { flagSet } from '../model/params.ts'
import { SIGCONT, SIGHUP, SIGSTOP, SIGTERM } from '../model/signals.ts'
import { Play } from '../model/testing/play.ts'
import { Checks, Judge } from './hold.ts'
import { aDeadLeaderLeavesNoTerminal } from './invariants/a-dead-leader-leaves-no-terminal.ts'
import { aStoppedProcessRunsNoCall } from './invariants/a-stopped-process-runs-no-call.ts'
import { invariants, stepProperties } from './invariants/index.ts'
import { faults } from './faults/index.ts'
import { aGroupGoesWithItsLastLivingMember } from './faults/a-group-goes-with-its-last-living-member.ts'
import { aGroupLeaderMayCallSetsid } from './faults/a-group-leader-may-call-setsid.ts'
import { aLinkMayCrossSessions } from './faults/a-link-may-cross-sessions.ts'
import { allChildrenMoveBeforeOrphansAreLookedFor } from './faults/all-children-move-before-orphans-are-looked-for.ts'
import { backgroundAccessStopsTheCallerAlone } from './faults/background-access-stops-the-caller-alone.ts'
import { childrensGroupsNotLookedAt } from './faults/childrens-groups-not-looked-at.ts'
import { hangupIsForgotten } from './faults/hangup-is-forgotten.ts'
import { hangupLeavesTheSessionItsTerminal } from './faults/hangup-leaves-the-session-its-terminal.ts'
import { hangupSignalsTheForeground } from './faults/hangup-signals-the-foreground.ts'
import { leaderExitContinues } from './faults/leader-exit-continues.ts'
import { leaderExitKeepsTheTerminal } from './faults/leader-exit-keeps-the-terminal.ts'
import { leaderExitSignalsTheSession } from './faults/leader-exit-signals-the-session.ts'
import { nottyTakesTheTerminalFromAll } from './faults/notty-takes-the-terminal-from-all.ts'
import { orphansContinueBeforeHangup } from './faults/orphans-continue-before-hangup.ts'
import { orphansJoinTheirReapersGroup } from './faults/orphans-join-their-reapers-group.ts'
import { orphansOnlyContinue } from './faults/orphans-only-continue.ts'
import { ownGroupNotLookedAt } from './faults/own-group-not-looked-at.ts'
import { runningOrphansSignalled } from './faults/running-orphans-signalled.ts'
import { setpgidAfterExecve } from './faults/setpgid-after-execve.ts'
import { setsidKeepsTheTerminal } from './faults/setsid-keeps-the-terminal.ts'
import { stealingLeavesTheRobbedTheirTerminal } from './faults/stealing-leaves-the-robbed-their-terminal.ts'
import { theBackgroundMayRead } from './faults/the-background-may-read.ts'
import { theDyingCountAsLinks } from './faults/the-dying-count-as-links.ts'
import { zombiesCountAsLinks } from './faults/zombies-count-as-links.ts'

const P0 = Play.first
const MASTER = 0
const SLAVE = 1

/** Handled and blocked: both signals wait where they can be seen. */
function watch(play: Play, ...pids: number[]): void {
  for (const pid of pids) {
    for (const signal of [SIGHUP, SIGCONT]) play.handle(pid, signal, 'handler')
    play.block(pid, SIGHUP, SIGCONT)
  }
}

/** P0 adopts orphans; its child leads a session, whose only other member leads a group of its own. */
function job(play: Play): { leader: number; member: number } {
  play.kernel.processes.edit(P0).subreaper = true
  const leader = play.fork(P0)
  play.call(leader, 'setsid')
  return { leader, member: play.own(leader, play.fork(leader)) }
}

/** The same on a terminal, whose foreground group is the member's. P0 alone has the master. */
function onTerminal(play: Play): { leader: number; member: number } {
  play.kernel.processes.edit(P0).subreaper = true
  play.call(P0, 'openpty')
  const leader = play.fork(P0)
  play.call(leader, 'close', { fd: MASTER })
  play.call(leader, 'setsid')
  play.call(leader, 'ioctl(TIOCSCTTY)', { fd: SLAVE, request: 'TIOCSCTTY', arg: 0 })
  const member = play.own(leader, play.fork(leader))
  play.call(leader, 'ioctl(TIOCSPGRP)', { fd: SLAVE, request: 'TIOCSPGRP', pgrp: member })
  return { leader, member }
}

const hangUp = (play: Play) => play.call(P0, 'close', { fd: MASTER })
const notty = (play: Play, pid: number) => play.call(pid, 'ioctl(TIOCNOTTY)', { fd: SLAVE, request: 'TIOCNOTTY' })

/** One history per fault, by its name, which tells the kernel with the fault from Linux by what it returns or by a broken property. */
const histories: Record<string, (play: Play) => unknown> = {
  [orphansContinueBeforeHangup.name](play) {
    const { leader, member } = job(play)
    watch(play, member)
    play.kill(leader, member, SIGSTOP)
    play.exit(leader)
  },
  [orphansOnlyContinue.name](play) {
    const { leader, member } = job(play)
    play.kill(leader, member, SIGSTOP)
    play.exit(leader)
    return play.kernel.processes.at(member).state
  },
  [childrensGroupsNotLookedAt.name](play) {
    const { leader, member } = job(play)
    play.kill(leader, member, SIGSTOP)
    play.exit(leader)
  },
  [ownGroupNotLookedAt.name](play) {
    const { member } = job(play)
    const grandchild = play.fork(member)
    play.kill(member, grandchild, SIGSTOP)
    play.exit(member)
  },
  [runningOrphansSignalled.name](play) {
    const { leader, member } = job(play)
    play.exit(leader)
    return play.kernel.processes.at(member).state
  },
  [aLinkMayCrossSessions.name](play) {
    const { leader, member } = job(play)
    play.kill(leader, member, SIGSTOP)
    play.exit(leader)
  },
  [theDyingCountAsLinks.name](play) {
    const { member } = job(play)
    const grandchild = play.fork(member)
    play.kill(member, grandchild, SIGSTOP)
    play.exit(member)
  },
  [zombiesCountAsLinks.name](play) {
    const { leader, member } = job(play)
    const second = play.fork(leader)
    play.call(leader, 'setpgid', { pid: second, pgid: member })
    const last = play.fork(second)
    play.exit(member)
    play.kill(leader, last, SIGSTOP)
    play.exit(second)
  },
  [allChildrenMoveBeforeOrphansAreLookedFor.name](play) {
    const { leader, member } = job(play)
    const other = play.fork(leader)
    play.call(leader, 'setpgid', { pid: other, pgid: member })
    play.kernel.threads.edit(other).parentDeathSignal = SIGTERM
    play.kill(leader, member, SIGSTOP)
    play.exit(leader)
    return play.kernel.processes.at(other).groupExit
  },
  [hangupSignalsTheForeground.name](play) {
    const { leader, member } = onTerminal(play)
    watch(play, leader, member)
    hangUp(play)
    return play.pending(member)
  },
  [hangupLeavesTheSessionItsTerminal.name](play) {
    watch(play, onTerminal(play).leader)
    hangUp(play)
  },
  [hangupIsForgotten.name](play) {
    const { leader, member } = onTerminal(play)
    watch(play, leader, member)
    hangUp(play)
    play.exit(leader)
    return play.pending(member)
  },
  [leaderExitContinues.name](play) {
    const { leader, member } = onTerminal(play)
    watch(play, member)
    play.exit(leader)
    return play.pending(member)
  },
  [leaderExitSignalsTheSession.name](play) {
    const { leader } = onTerminal(play)
    const other = play.own(leader, play.fork(leader))
    watch(play, other)
    play.exit(leader)
    return play.pending(other)
  },
  [leaderExitKeepsTheTerminal.name](play) {
    const { leader, member } = onTerminal(play)
    watch(play, member)
    play.exit(leader)
  },
  [nottyTakesTheTerminalFromAll.name](play) {
    notty(play, onTerminal(play).member)
  },
  [stealingLeavesTheRobbedTheirTerminal.name](play) {
    onTerminal(play)
    const thief = play.fork(P0)
    play.call(thief, 'setsid')
    play.call(thief, 'ioctl(TIOCSCTTY)', { fd: SLAVE, request: 'TIOCSCTTY', arg: 1 })
  },
  [setsidKeepsTheTerminal.name](play) {
    const { member } = onTerminal(play)
    play.call(play.fork(member), 'setsid')
  },
  [aGroupLeaderMayCallSetsid.name](play) {
    const { member } = job(play)
    play.fork(member)
    play.call(member, 'setsid')
  },
  [aGroupGoesWithItsLastLivingMember.name](play) {
    play.exit(job(play).member)
  },
  [theBackgroundMayRead.name](play) {
    const { leader } = onTerminal(play)
    const { kernel } = play
    const thread = kernel.threads.at(leader)
    return kernel.fn.ttyRead(kernel, thread, Math.floor(kernel.fn.slotOf(kernel, thread, SLAVE) / 2), 1)
  },
  [backgroundAccessStopsTheCallerAlone.name](play) {
    const { leader } = onTerminal(play)
    const caller = play.own(leader, play.fork(leader))
    const friend = play.fork(caller)
    play.call(caller, 'tcsetattr', { fd: SLAVE, c_lflag: flagSet() })
    return play.kernel.processes.at(friend).state
  },
  [setpgidAfterExecve.name](play) {
    const { leader, member } = job(play)
    play.kernel.processes.edit(member).didExec = true
    return play.call(leader, 'setpgid', { pid: member, pgid: leader })
  },
  [orphansJoinTheirReapersGroup.name](play) {
    play.kernel.processes.edit(P0).subreaper = true
    const parent = play.fork(P0)
    play.fork(play.own(P0, parent))
    play.exit(parent)
  },
}

function follow(rules: Rules, history: (play: Play) => unknown): { seen: string; broken: string | undefined } {
  const judge = new Judge(new Checks(rules, invariants, stepProperties))
  const play = new Play(rules, judge)
  const seen = JSON.stringify(history(play))
  if (judge.violation === null) judge.finish(play.kernel)
  return { seen, broken: judge.violation?.name }
}

describe('groups, sessions and terminals', () => {
  for (const [name, history] of Object.entries(histories)) {
    const fault = faults.find((candidate) => candidate.name === name)!
    it(`would be noticed: ${fault.name}`, () => {
      const linuxDoes = follow(linux, history)
      expect(linuxDoes.broken).toBeUndefined()
      const faulty = follow(fault.apply(linux), history)
      if (fault.breaks.length > 0) expect(fault.breaks).toContain(faulty.broken)
      else {
        expect(faulty.broken).toBeUndefined()
        expect(faulty.seen).not.toBe(linuxDoes.seen)
      }
    })
  }

  it('the shadows of the invariants on terminals are seen in these histories', () => {
    const checks = new Checks(linux, invariants, stepProperties)
    for (const history of Object.values(histories)) {
      const judge = new Judge(checks)
      history(new Play(linux, judge))
      expect(judge.violation).toBeNull()
    }
    const judge = new Judge(checks)
    const play = new Play(linux, judge)
    const { leader, member } = job(play)
    play.fork(member)
    play.exit(member)
    play.wait(leader)
    play.exit(leader)
    play.wait(P0)
    const unseen = Object.entries(checks.seen())
      .filter(([name, count]) => count === 0 && /terminal|session|group|hang/.test(name))
      .map(([name]) => name)
    expect(unseen).toEqual([])
    expect(checks.seen()[aDeadLeaderLeavesNoTerminal.sometimes.name]).toBeGreaterThan(0)
  })

  it('a stopped process that entered a call would be noticed', () => {
    const play = new Play()
    const { leader, member } = job(play)
    play.kill(leader, member, SIGSTOP)
    const event = { kind: 'call', tid: member, call: { syscall: linux.syscalls.get('getpgrp')!, args: {} } } as const
    expect(aStoppedProcessRunsNoCall.before(play.kernel, event)).toBe(true)
    expect(aStoppedProcessRunsNoCall.before(play.kernel, { ...event, tid: leader })).toBeUndefined()
    play.kill(leader, member, SIGCONT)
    expect(aStoppedProcessRunsNoCall.before(play.kernel, event)).toBeUndefined()
  })

  it('a process that two groups list would be noticed', () => {
    const twice = patchFunctions(({ leaveGroup }) => ({
      leaveGroup: (kernel, pid) =>
        kernel.groups.at(kernel.processes.at(pid).group).members.length > 1 ? undefined : leaveGroup(kernel, pid),
    }))
    expect(follow(twice(linux), (play) => job(play)).broken).toMatch(/process group/)
  })
})
