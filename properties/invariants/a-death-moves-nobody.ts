import type { Process } from '../../model/state/processes.ts'
import { eachStep } from '../invariant.ts'

export const aDeathMovesNobody = eachStep<readonly Pick<Process, 'pid' | 'group' | 'session'>[]>({
  name: "a death changes nobody's process group or session, not even when it is the leader's",
  source: 'setpgid(2), setsid(2), credentials(7)',
  on: ['exiting.notify'],
  before: (kernel) => kernel.processes.rows().map(({ pid, group, session }) => ({ pid, group, session })),
  after(kernel, _event, before) {
    const moved = before.find(({ pid, group, session }) => {
      const now = kernel.processes.get(pid)
      return now !== undefined && (now.group !== group || now.session !== session)
    })
    return moved && `process ${moved.pid} is in another group or session than before`
  },
})
