import type { Errno } from '../errno.ts'
import type { Kernel } from '../kernel.ts'
import type { Members, Process } from '../state/processes.ts'
import type { Table } from '../state/table.ts'

function join(table: Table<Members>, id: number, pid: number): void {
  if (table.has(id)) {
    const row = table.edit(id)
    row.members = [...row.members, pid]
  } else {
    table.put(id, { id, members: [pid] })
  }
}

function leave(table: Table<Members>, id: number, pid: number): void {
  const row = table.edit(id)
  row.members = row.members.filter((member) => member !== pid)
  if (row.members.length === 0) table.remove(id)
}

/** A group or session exists while it has a member, zombies included. Source: setpgid(2), credentials(7). */
export function joinGroup(kernel: Kernel, pid: number, group: number): void {
  kernel.processes.edit(pid).group = group
  join(kernel.groups, group, pid)
}

export function leaveGroup(kernel: Kernel, pid: number): void {
  leave(kernel.groups, kernel.processes.at(pid).group, pid)
}

export function joinSession(kernel: Kernel, pid: number, session: number): void {
  kernel.processes.edit(pid).session = session
  join(kernel.sessions, session, pid)
}

export function leaveSession(kernel: Kernel, pid: number): void {
  leave(kernel.sessions, kernel.processes.at(pid).session, pid)
}

/** A process goes from its group to another, which may be new. Source: kernel/pid.c change_pid(). */
export function moveToGroup(kernel: Kernel, pid: number, group: number): void {
  if (kernel.processes.at(pid).group === group) return
  kernel.fn.leaveGroup(kernel, pid)
  kernel.fn.joinGroup(kernel, pid, group)
}

/** A process leaves its group and session for new ones of its own, and its terminal with them. Source: setsid(2); kernel/sys.c set_special_pids(). */
export function newSession(kernel: Kernel, pid: number): void {
  kernel.fn.leaveSession(kernel, pid)
  kernel.fn.joinSession(kernel, pid, pid)
  kernel.fn.moveToGroup(kernel, pid, pid)
  kernel.fn.clearTerminal(kernel, pid)
}

/** Source: drivers/tty/tty_jobctrl.c proc_clear_tty(). */
export function clearTerminal(kernel: Kernel, pid: number): void {
  if (kernel.processes.at(pid).terminal !== 0) kernel.processes.edit(pid).terminal = 0
}

/** Why a process may not put another in a group, or null: only itself and its children, those in its session, before their execve. */
export function refusesMove(kernel: Kernel, mover: number, target: Readonly<Process>): Errno | null {
  if (target.parent === 0 || kernel.threads.at(target.parent).pid !== mover) {
    return target.pid === mover ? null : 'ESRCH'
  }
  if (target.session !== kernel.processes.at(mover).session) return 'EPERM'
  return kernel.fn.isForkNoExec(target) ? null : 'EACCES'
}

/** It still runs the program that it was forked with (PF_FORKNOEXEC). */
export const isForkNoExec = (process: Readonly<Process>): boolean => !process.didExec

/** The session in which a group has its members; undefined when there is no such group. */
export function sessionOfMembers(kernel: Kernel, group: number): number | undefined {
  const [first] = kernel.groups.get(group)?.members ?? []
  return first === undefined ? undefined : kernel.processes.at(first).session
}

/** The session of a group, or of the process with that number when no group has it. Source: drivers/tty/tty_jobctrl.c session_of_pgrp(). */
export function sessionOfGroup(kernel: Kernel, group: number): number | undefined {
  const thread = kernel.threads.get(group)
  return kernel.fn.sessionOfMembers(kernel, group) ?? (thread && kernel.processOf(thread).session)
}

/** Some thread, group or session bears the number. Source: kernel/pid.c find_vpid(). */
export const isNumberInUse = (kernel: Kernel, number: number): boolean =>
  kernel.threads.has(number) || kernel.groups.has(number) || kernel.sessions.has(number)

export const isSessionLeader = (kernel: Kernel, pid: number): boolean => kernel.processes.at(pid).session === pid
