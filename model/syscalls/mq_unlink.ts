import { NAME_MAX, queueName } from '../functions/posix-queues.ts'
import { path } from '../params.ts'
import { defineSyscall, fails, succeeds } from '../syscall.ts'

/**
 * Remove the name of a message queue. Whoever has it open goes on using it; it is destroyed, messages included, at the
 * last close.
 * Errors: ENOENT; EACCES, a slash in the name; ENAMETOOLONG.
 * Source: mq_unlink(3); ipc/mqueue.c mqueue_unlink().
 */
export const mq_unlink = defineSyscall({
  name: 'mq_unlink',
  params: { name: path('queue') },
  errors: ['EACCES', 'ENAMETOOLONG', 'ENOENT'],
  environment: ['EACCES', 'EPERM'],
  source: 'mq_unlink(3); ipc/mqueue.c mqueue_unlink()',
  rule(kernel, _caller, { name }) {
    const bare = name.replace(/^\//, '')
    if (bare.includes('/') || bare === '.' || bare === '..') return fails('EACCES')
    if (bare.length > NAME_MAX) return fails('ENAMETOOLONG')
    const queue = kernel.names.get(queueName(bare))
    if (queue === undefined) return fails('ENOENT')
    return succeeds(0, (k) => k.fn.mqueueUnlink(k, queue))
  },
})
