import { isCloexec } from '../../model/functions/files.ts'
import { eachStep } from '../invariant.ts'

export const aNewProgramHasNoHandlersAndNoCloexec = eachStep({
  name: 'a new program has one thread, an address space and a descriptor table of its own, no close-on-exec descriptors, no handlers',
  source: 'execve(2); fs/exec.c begin_new_exec()',
  on: ['exec'],
  before: (kernel, event) => kernel.threads.at(event.tid).pid,
  after(kernel, _event, pid) {
    const thread = kernel.threads.at(pid)
    if (thread.state !== 'returning' || thread.call?.syscall.name !== 'execve') return undefined
    const { actions, threads, live } = kernel.processes.at(pid)
    if (threads.length !== 1 || live !== 1) return `process ${pid} has other threads`
    const space = kernel.mms.get(thread.mm)
    if (space === undefined || space.users !== 1 || space.mappings.length > 0) return `process ${pid} keeps memory`
    const table = kernel.files.at(thread.files)
    if (table.users !== 1) return `process ${pid} shares its descriptors`
    if (table.slots.some((slot) => isCloexec(slot))) return `process ${pid} keeps close-on-exec descriptors`
    return actions.some((action) => action?.handler === 'handler') ? `process ${pid} keeps handlers` : undefined
  },
})
