import type { Kernel } from '../../model/kernel.ts'
import { eachStep } from '../invariant.ts'

/** By the words of POSIX: no living member has a parent in another group of the same session. */
function isOrphaned(kernel: Kernel, members: readonly number[]): boolean {
  return members.every((pid) => {
    const { state, parent, group, session } = kernel.processes.at(pid)
    if (state === 'zombie' || parent === 0) return true
    const outside = kernel.processes.at(kernel.threads.at(parent).pid)
    return outside.group === group || outside.session !== session
  })
}

const stoppedMembers = (kernel: Kernel, members: readonly number[]) =>
  members.filter((pid) => kernel.processes.get(pid)?.state === 'stopped')

/** The groups which the event may orphan, with the members that are stopped. */
export const aNewlyOrphanedGroupGoesOn = eachStep<readonly { group: number; stopped: readonly number[] }[]>({
  name: 'no process stays stopped in a process group that a death has just orphaned',
  source: 'POSIX XSH _exit(); kernel/exit.c kill_orphaned_pgrp()',
  on: ['exiting.notify'],
  before(kernel) {
    const found = kernel.groups
      .rows()
      .map(({ id, members }) => ({ group: id, members, stopped: stoppedMembers(kernel, members) }))
      .filter(({ members, stopped }) => stopped.length > 0 && !isOrphaned(kernel, members))
    return found.length === 0 ? undefined : found
  },
  after(kernel, _event, found) {
    for (const { group, stopped } of found) {
      const row = kernel.groups.get(group)
      if (row === undefined || !isOrphaned(kernel, row.members)) continue
      const left = stopped.find((pid) => kernel.processes.get(pid)?.state === 'stopped')
      if (left !== undefined) return `process ${left} stays stopped in the orphaned group ${group}`
    }
    return undefined
  },
})
