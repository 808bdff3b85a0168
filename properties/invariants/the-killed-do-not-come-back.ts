import { eachStep } from '../invariant.ts'

export const theKilledDoNotComeBack = eachStep({
  name: 'a thread that is killed neither returns to user mode nor enters a call',
  source: 'signal(7); kernel/signal.c get_signal()',
  on: ['call', 'return'],
  before: (kernel, event) => (kernel.threads.at(event.tid).killed ? event.kind : undefined),
  after: (_kernel, { tid }, kind) => `thread ${tid}: ${kind}`,
})
