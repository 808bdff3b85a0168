import type { Kernel } from '../../model/kernel.ts'
import type { Process } from '../../model/state/processes.ts'
import { eachStep } from '../invariant.ts'

export const anExitStatusIsFixedOnce = eachStep({
  name: 'the exit status of a process, once fixed, does not change',
  source: 'exit_group(2); kernel/exit.c do_group_exit()',
  on: ['effect', 'die', 'deliver', 'exec', 'exiting.signals', 'exiting.notify'],
  before: (kernel) => (kernel.processes.count(isFixed) === 0 ? undefined : statuses(kernel)),
  after(kernel, _event, fixed) {
    const changed = fixed.find(([pid, status]) => (kernel.processes.get(pid)?.groupExit ?? status) !== status)
    return changed === undefined ? undefined : `the status of process ${changed[0]} was ${changed[1]}`
  },
})

const isFixed = ({ groupExit }: Readonly<Process>): boolean => groupExit >= 0

function statuses(kernel: Kernel): [number, number][] {
  const all: [number, number][] = []
  kernel.processes.forEach((process) => {
    if (isFixed(process)) all.push([process.pid, process.groupExit])
  })
  return all
}
