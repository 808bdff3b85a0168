import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { processChart } from '../lifecycle/process.ts'
import { threadChart } from '../lifecycle/thread.ts'
import { SIGCHLD, SIGCONT, SIGHUP } from '../signals.ts'
import type { Process } from '../state/processes.ts'
import type { Thread } from '../state/threads.ts'
import { INIT, isExiting } from './signals.ts'

/** Whatever call the thread is in is given up: its place among sleepers, what it holds, what it was to release. */
export function leaveCall(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.at(tid)
  if (thread.sleepsOn !== null) kernel.fn.leaveSleepers(kernel, tid)
  if (thread.unfinished !== null) kernel.fn.abandonCall(kernel, tid)
  if (thread.lockCall === null) return
  kernel.fn.endLockCall(kernel, tid)
  while (kernel.threads.at(tid).work.length > 0) kernel.fn.taskWorkRunOne(kernel, tid)
}

/** The thread leaves whatever it was doing and begins to exit. Source: kernel/exit.c do_exit(). */
export function beginExit(kernel: Kernel, tid: number): void {
  kernel.fn.leaveCall(kernel, tid)
  const thread = kernel.threads.edit(tid)
  thread.state = advance(threadChart, thread.state, 'EXIT')
  thread.call = null
  thread.restart = null
  thread.result = null
  thread.out = null
  thread.due = false
  thread.cursor = 0
}

/**
 * The thread's place among the living of its process is given up; the last one fixes the status of a process that
 * nobody ended as a whole. A stop under way need not wait for it.
 * Source: kernel/exit.c synchronize_group_exit(), do_exit(), kernel/signal.c exit_signals().
 */
export function leaveLiving(kernel: Kernel, tid: number): void {
  const thread = kernel.threads.edit(tid)
  const process = kernel.processes.edit(thread.pid)
  process.live--
  thread.groupDead = process.live === 0
  if (thread.groupDead) kernel.fn.groupExit(kernel, thread.pid, kernel.fn.lastStatus(kernel, tid))
  if (process.toStop.includes(tid)) kernel.fn.stopThread(kernel, tid)
}

/** The status of a process whose threads all left by themselves: the last one's. Source: kernel/exit.c synchronize_group_exit(). */
export const lastStatus = (kernel: Kernel, tid: number): number => kernel.threads.at(tid).exitStatus

/** Children move, groups may be orphaned, the parent is told; then the thread is dead. Source: kernel/exit.c exit_notify(). */
export function exitNotify(kernel: Kernel, tid: number): void {
  kernel.fn.forgetOriginalParent(kernel, tid)
  const thread = kernel.threads.edit(tid)
  if (thread.groupDead) kernel.fn.orphanedByMember(kernel, thread.pid)
  thread.state = advance(threadChart, thread.state, 'GONE')
  kernel.fn.threadGone(kernel, tid)
}

/**
 * A main thread stays until its process is reaped; any other vanishes. With the last one gone the process is a zombie,
 * and its parent is told. Source: kernel/exit.c exit_notify(), release_task().
 */
export function threadGone(kernel: Kernel, tid: number): void {
  const { pid } = kernel.threads.at(tid)
  if (tid !== pid) {
    const process = kernel.processes.edit(pid)
    process.threads = process.threads.filter((other) => other !== tid)
    kernel.threads.remove(tid)
  }
  const process = kernel.processes.at(pid)
  if (process.threads.some((other) => kernel.threads.at(other).state !== 'dead')) {
    for (const other of process.threads) kernel.touch(kernel.threads.key(other))
    return
  }
  const row = kernel.processes.edit(pid)
  if (kernel.fn.notifyParent(kernel, pid)) {
    row.state = advance(processChart, row.state, 'AUTOREAP')
    kernel.fn.releaseProcess(kernel, pid)
  } else {
    row.state = advance(processChart, row.state, 'LAST_THREAD_GONE')
  }
}

/** The last trace of a process goes: pid, parent link, group and session membership. Source: kernel/exit.c release_task(). */
export function releaseProcess(kernel: Kernel, pid: number): void {
  const process = kernel.processes.at(pid)
  if (process.parent !== 0) {
    const parent = kernel.threads.edit(process.parent)
    parent.children = parent.children.filter((child) => child !== pid)
    kernel.fn.wakeParent(kernel, pid)
  }
  kernel.fn.leaveGroup(kernel, pid)
  kernel.fn.leaveSession(kernel, pid)
  kernel.threads.remove(pid)
  kernel.processes.remove(pid)
}

/** A waiter takes a zombie. Source: wait(2); kernel/exit.c wait_task_zombie(). */
export function reap(kernel: Kernel, pid: number): void {
  const row = kernel.processes.edit(pid)
  row.state = advance(processChart, row.state, 'REAP')
  kernel.fn.releaseProcess(kernel, pid)
}

/**
 * Who takes the children of a dying thread: another thread of its process, else the nearest living ancestor that is a
 * subreaper, else the namespace's init. Source: prctl(2) PR_SET_CHILD_SUBREAPER; kernel/exit.c find_new_reaper().
 */
export function findNewReaper(kernel: Kernel, father: Readonly<Thread>): number {
  const process = kernel.processes.at(father.pid)
  const sibling = process.threads.find((tid) => tid !== father.tid && !isExiting(kernel.threads.at(tid)))
  if (sibling !== undefined) return sibling
  if (process.hasSubreaper) {
    let ancestor = process.parent
    while (ancestor !== 0) {
      const reaper = kernel.processes.at(kernel.threads.at(ancestor).pid)
      if (reaper.pid === INIT) break
      if (reaper.subreaper) {
        const living = reaper.threads.find((tid) => !isExiting(kernel.threads.at(tid)))
        if (living !== undefined) return living
      }
      ancestor = reaper.parent
    }
  }
  return INIT
}

/**
 * Each child, one after the other: a new parent, the parent-death signal, and, when the parent is another process, what a
 * move brings with it. Children further on still have the old parent meanwhile, and so may keep a group from being orphaned.
 * Source: kernel/exit.c forget_original_parent().
 */
export function forgetOriginalParent(kernel: Kernel, tid: number): void {
  const father = kernel.threads.at(tid)
  const { children, pid } = father
  if (children.length === 0) return
  const reaper = kernel.fn.findNewReaper(kernel, father)
  const fosterPid = kernel.threads.at(reaper).pid
  for (const child of children) {
    kernel.fn.reparent(kernel, child, reaper)
    kernel.fn.signalParentDeath(kernel, child, pid)
    if (fosterPid !== pid) kernel.fn.reparentLeader(kernel, child, pid)
  }
}

/** Each thread of the child that asked for it is told that its parent thread is gone. Source: prctl(2) PR_SET_PDEATHSIG. */
export function signalParentDeath(kernel: Kernel, child: number, dying: number): void {
  for (const thread of kernel.processes.at(child).threads) {
    const signal = kernel.threads.at(thread).parentDeathSignal
    if (signal !== 0) kernel.fn.sendToProcess(kernel, child, { signal, code: 'SI_USER', pid: dying }, thread)
  }
}

/** The child hangs on the end of its new parent's list. */
export function reparent(kernel: Kernel, child: number, reaper: number): void {
  const row = kernel.processes.edit(child)
  const from = kernel.threads.edit(row.parent)
  from.children = from.children.filter((other) => other !== child)
  const to = kernel.threads.edit(reaper)
  to.children = [...to.children, child]
  row.parent = reaper
}

/**
 * A child now belongs to another process: a zombie is announced there, and its group may have lost its last link; the
 * child itself may be dead by then. Source: kernel/exit.c reparent_leader().
 */
export function reparentLeader(kernel: Kernel, child: number, dying: number): void {
  const row = kernel.processes.edit(child)
  row.exitSignal = SIGCHLD
  const unwanted = row.state === 'zombie' && kernel.fn.notifyParent(kernel, child)
  if (!unwanted) kernel.fn.wakeParent(kernel, child)
  kernel.fn.orphanedByParent(kernel, child, dying)
  if (!unwanted) return
  const dead = kernel.processes.edit(child)
  dead.state = advance(processChart, dead.state, 'AUTOREAP')
  kernel.fn.releaseProcess(kernel, child)
}

/**
 * A link keeps its group from being orphaned: a living member whose parent is in another group of the same session. The
 * main thread of a living process may be dead. Source: POSIX XBD 3.264; kernel/exit.c will_become_orphaned_pgrp().
 */
export function isLink(kernel: Kernel, pid: number): boolean {
  const member = kernel.processes.at(pid)
  if (member.state === 'zombie' || member.parent === 0) return false
  return kernel.fn.isOutside(kernel, kernel.threads.at(member.parent).pid, member)
}

/** A parent as a link needs it. */
export function isOutside(kernel: Kernel, parent: number, member: Readonly<Process>): boolean {
  const { group, session } = kernel.processes.at(parent)
  return group !== member.group && session === member.session
}

/** Whether the group is orphaned, not counting one member (0: counting all). */
export function isOrphaned(kernel: Kernel, group: number, without = 0): boolean {
  const row = kernel.groups.get(group)
  return row === undefined || !row.members.some((pid) => pid !== without && kernel.fn.isLink(kernel, pid))
}

/** Source: kernel/exit.c has_stopped_jobs(). */
export function hasStoppedMember(kernel: Kernel, group: number): boolean {
  return kernel.groups.at(group).members.some((pid) => kernel.processes.at(pid).state === 'stopped')
}

/** A child has just moved away from a dying parent, which may have been its group's last link. */
export function orphanedByParent(kernel: Kernel, child: number, dying: number): void {
  kernel.fn.killOrphanedGroup(kernel, child, dying, 0)
}

/** A process dies, and may have been the last link of its own group. */
export function orphanedByMember(kernel: Kernel, dying: number): void {
  const { parent } = kernel.processes.at(dying)
  if (parent !== 0) kernel.fn.killOrphanedGroup(kernel, dying, kernel.threads.at(parent).pid, dying)
}

/**
 * If the parent could make the member a link of its group, and the group is orphaned now, not counting `without`, and
 * has a stopped member, then it gets SIGHUP, then SIGCONT, each to every member.
 * Source: POSIX XSH _exit(); kernel/exit.c kill_orphaned_pgrp().
 */
export function killOrphanedGroup(kernel: Kernel, pid: number, parent: number, without: number): void {
  const member = kernel.processes.at(pid)
  if (!kernel.fn.isOutside(kernel, parent, member)) return
  if (!kernel.fn.isOrphaned(kernel, member.group, without)) return
  if (kernel.fn.hasStoppedMember(kernel, member.group)) kernel.fn.signalOrphanedGroup(kernel, member.group)
}

export function signalOrphanedGroup(kernel: Kernel, group: number): void {
  kernel.fn.sendToGroup(kernel, group, SIGHUP)
  kernel.fn.sendToGroup(kernel, group, SIGCONT)
}

/**
 * The kernel signals every member of a group, in its own name or in that of the process which had it do so.
 * Source: kernel/signal.c kill_pgrp(), with SEND_SIG_PRIV or SEND_SIG_NOINFO.
 */
export function sendToGroup(kernel: Kernel, group: number, signal: number, sender = 0): void {
  const code = sender === 0 ? 'SI_KERNEL' : 'SI_USER'
  for (const pid of kernel.groups.get(group)?.members ?? []) {
    kernel.fn.sendToProcess(kernel, pid, { signal, code, pid: sender })
  }
}
