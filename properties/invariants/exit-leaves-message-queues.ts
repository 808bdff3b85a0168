import { tableOfKey } from '../../model/state/table.ts'
import { eachStep } from '../invariant.ts'

export const exitLeavesMessageQueues = eachStep({
  name: 'exit changes no System V message queue',
  source: 'msgop(2), svipc(7); kernel/exit.c do_exit()',
  before: (_kernel, event) => (event.kind === 'internal' && event.move === 'exit' ? true : undefined),
  after: (kernel) =>
    kernel.ledger.touched.some((key) => tableOfKey(key) === kernel.msgs.index) ? 'a message queue changed' : undefined,
})
