import type { Kernel } from '../../model/kernel.ts'
import { eachStep } from '../invariant.ts'

export const anExitStatusIsFixedOnce = eachStep({
  name: 'the exit status of a process, once fixed, does not change',
  source: 'exit_group(2); kernel/exit.c do_group_exit()',
  before(kernel) {
    const fixed = statuses(kernel)
    return fixed.length === 0 ? undefined : fixed
  },
  after(kernel, _event, fixed) {
    const changed = fixed.find(([pid, status]) => (kernel.processes.get(pid)?.groupExit ?? status) !== status)
    return changed === undefined ? undefined : `the status of process ${changed[0]} was ${changed[1]}`
  },
})

function statuses(kernel: Kernel): [number, number][] {
  const all: [number, number][] = []
  kernel.processes.forEach(({ pid, groupExit }) => {
    if (groupExit >= 0) all.push([pid, groupExit])
  })
  return all
}
