import { FIRST_STEP } from '../../model/program.ts'
import { SIGCONT, SIGHUP, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU } from '../../model/signals.ts'
import { fork, minds, signal, thing, type Scene } from './stage.ts'

/** A session with a controlling terminal: its leader, and groups in the foreground and behind. */
export const session: Scene = {
  subjects: ['terminals', 'groups', 'signals', 'descriptors'],
  set(stage) {
    const { dice } = stage
    const outside = dice.percent(40)
    const leader = outside ? FIRST_STEP : fork(stage)
    const before = dice.percent(50)
    const early = before ? stage.act(FIRST_STEP, 'openpty') : undefined
    const boss = outside ? fork(stage) : leader
    stage.act(boss, 'setsid')
    const pty = early ?? stage.act(boss, 'openpty')
    const slave = thing(pty, 1)
    stage.act(boss, 'ioctl(TIOCSCTTY)', { fd: slave, arg: 0 })
    if (before) stage.act(boss, 'close', { fd: thing(pty) })
    const job = fork(stage, boss)
    const second = dice.percent(50) ? fork(stage, dice.pick([boss, job])) : undefined
    if (dice.percent(70)) stage.act(dice.percent(50) ? boss : job, 'setpgid', { pid: thing(job), pgid: thing(job) })
    if (second !== undefined && dice.percent(60))
      stage.act(second, 'setpgid', { pid: 0, pgid: dice.percent(75) ? thing(job) : 0 })
    if (dice.percent(60)) minds(stage, dice.pick([boss, job, second]), SIGHUP, SIGHUP, SIGCONT, SIGTTIN, SIGTTOU)
    if (dice.percent(50)) stage.act(boss, 'ioctl(TIOCSPGRP)', { fd: slave, pgrp: thing(job) })
    if (dice.percent(25)) stage.act(outside ? fork(stage) : FIRST_STEP, 'setsid')
    if (dice.percent(25)) stage.act(dice.pick([boss, job, second]), 'read', { fd: slave, count: 1 })
    if (dice.percent(30)) signal(stage, boss, second ?? job, SIGSTOP, SIGTSTP)
  },
}

/** A session whose terminal is about to hang up: one process alone has the master. */
export const hangup: Scene = {
  subjects: ['terminals', 'groups', 'signals'],
  set(stage) {
    const { dice } = stage
    const pty = stage.act(FIRST_STEP, 'openpty')
    const leader = fork(stage)
    stage.act(leader, 'close', { fd: thing(pty) })
    stage.act(leader, 'setsid')
    stage.act(leader, 'ioctl(TIOCSCTTY)', { fd: thing(pty, 1), arg: 0 })
    minds(stage, leader, SIGHUP)
    const job = fork(stage, leader)
    if (dice.percent(60)) minds(stage, job, SIGHUP)
    if (dice.percent(60)) minds(stage, job, SIGCONT)
    if (dice.percent(80)) stage.act(job, 'setpgid', { pid: 0, pgid: 0 })
    if (dice.percent(75)) stage.act(leader, 'ioctl(TIOCSPGRP)', { fd: thing(pty, 1), pgrp: thing(job) })
    if (dice.percent(60)) stage.act(FIRST_STEP, 'close', { fd: thing(pty) })
  },
}

/** Process groups that a death may orphan, with stopped members, some below a subreaper, some in sessions of their own. */
export const orphans: Scene = {
  subjects: ['groups', 'processes', 'signals'],
  set(stage) {
    const { dice } = stage
    if (dice.percent(50)) stage.act(FIRST_STEP, 'prctl(PR_SET_CHILD_SUBREAPER)', { value: 1 })
    const parent = fork(stage)
    const apart = dice.percent(65)
    if (!apart) stage.act(parent, 'setpgid', { pid: 0, pgid: 0 })
    else if (dice.percent(60)) stage.act(parent, 'setsid')
    const child = fork(stage, parent)
    const second = dice.percent(70) ? fork(stage, parent) : undefined
    if (apart) stage.act(child, 'setpgid', { pid: 0, pgid: 0 })
    if (apart && dice.percent(75)) stage.act(second, 'setpgid', { pid: 0, pgid: thing(child) })
    for (const member of [child, second]) {
      if (dice.percent(30)) minds(stage, member, SIGHUP, SIGCONT)
      if (dice.percent(25)) stage.act(member, 'prctl(PR_SET_PDEATHSIG)', { sig: dice.pick([SIGCONT, SIGSTOP, SIGHUP]) })
    }
    if (dice.percent(15)) stage.act(child, 'execve')
    if (dice.percent(70)) signal(stage, FIRST_STEP, child, SIGSTOP)
    if (dice.percent(60)) signal(stage, FIRST_STEP, second, SIGSTOP)
  },
}

/** Children of one parent, in several groups; one may run a new program, another be dead. */
export const children: Scene = {
  subjects: ['groups', 'waits', 'signals'],
  set(stage) {
    const { dice } = stage
    const first = fork(stage)
    const second = fork(stage)
    if (dice.percent(60)) stage.act(first, 'execve')
    if (dice.percent(60)) stage.act(FIRST_STEP, 'setpgid', { pid: thing(second), pgid: thing(second) })
    if (dice.percent(30)) signal(stage, FIRST_STEP, dice.pick([first, second]), SIGSTOP, SIGCONT)
    if (dice.percent(30)) stage.act(second, 'exit_group')
  },
}

/** Two sessions, each with a leader; the terminal controls one of them, and the leader of the other has it open. */
export const theft: Scene = {
  subjects: ['terminals', 'groups'],
  set(stage) {
    const { dice } = stage
    const slave = thing(stage.act(FIRST_STEP, 'openpty'), 1)
    const leaders = [fork(stage), fork(stage)]
    for (const leader of leaders) stage.act(leader, 'setsid')
    stage.act(leaders[0], 'ioctl(TIOCSCTTY)', { fd: slave, arg: 0 })
    if (dice.percent(50)) fork(stage, leaders[0])
  },
}

/**
 * A process group of which one member has a parent in the session and outside the group, and the others have not; the
 * last of them stops. The one, and a zombie with the same parent, are what keeps the group from being orphaned.
 */
export const lastLink: Scene = {
  subjects: ['groups', 'signals'],
  set(stage) {
    const { dice } = stage
    const boss = dice.percent(70) ? fork(stage) : FIRST_STEP
    if (boss !== FIRST_STEP) stage.act(boss, 'setsid')
    const link = fork(stage, boss)
    stage.act(link, 'setpgid', { pid: 0, pgid: 0 })
    const zombie = dice.percent(35) ? fork(stage, boss) : undefined
    stage.act(zombie, 'setpgid', { pid: 0, pgid: thing(link) })
    stage.act(zombie, 'exit_group')
    const child = fork(stage, link)
    const last = dice.percent(40) ? fork(stage, child) : child
    if (last !== child) stage.act(child, 'exit_group')
    if (dice.percent(30)) minds(stage, last, SIGHUP, SIGCONT)
    signal(stage, FIRST_STEP, last, SIGSTOP)
  },
}
