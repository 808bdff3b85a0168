import type { Kernel } from '../kernel.ts'
import type { Members } from '../state/processes.ts'
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

export const isSessionLeader = (kernel: Kernel, pid: number): boolean => kernel.processes.at(pid).session === pid
