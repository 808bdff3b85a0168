import { eachStep } from '../invariant.ts'

export const namedQueuesEndByMqUnlink = eachStep({
  name: 'a POSIX queue keeps its name, and is there, until mq_unlink',
  source: 'mq_overview(7), mq_unlink(3); ipc/mqueue.c',
  on: ['effect', 'work', 'die', 'exec', 'exit'],
  effectsOf: ({ name }) => name !== 'mq_unlink',
  before(kernel) {
    if (kernel.queues.size === 0) return undefined
    const named = kernel.queues.ids(({ state }) => state.startsWith('live.linked'))
    return named.map((queue) => ({ queue, name: kernel.queues.at(queue).name }))
  },
  after(kernel, _event, named) {
    const lost = named.find(({ queue, name }) => !kernel.queues.has(queue) || kernel.names.get(name) !== queue)
    return lost && `${lost.name} is gone`
  },
})
