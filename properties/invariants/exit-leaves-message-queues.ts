import { wroteTo } from '../wrote-to.ts'
import { eachStep } from '../invariant.ts'

export const exitLeavesMessageQueues = eachStep({
  name: 'exit changes no System V message queue',
  source: 'msgop(2), svipc(7); kernel/exit.c do_exit()',
  on: ['exit'],
  before: () => true,
  after: (kernel) => (wroteTo(kernel, kernel.msgs) ? 'a message queue changed' : undefined),
})
