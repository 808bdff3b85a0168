import { eachStep, named } from '../invariant.ts'

export const aDeadPeerIsTheEndOfFile = eachStep({
  name: 'a read of a socket gives 0 only when nothing more can come',
  source: 'unix(7); net/unix/af_unix.c unix_stream_read_generic()',
  on: ['effect'],
  effectsOf: named('read'),
  before(kernel, event) {
    const thread = kernel.threads.at(event.tid)
    const { fd, count } = thread.call!.args as { readonly fd: number; readonly count: number }
    const description = kernel.descriptions.get(kernel.fn.describedBy(kernel, thread, fd))
    if (description?.kind !== 'socket' || count === 0) return undefined
    const { state, receiveShut, queue } = kernel.sockets.at(kernel.inodes.at(description.inode).object)
    return (state === 'connected' && !receiveShut) || state === 'reset' || queue.length > 0 ? event.tid : undefined
  },
  after: (kernel, _event, tid) =>
    kernel.threads.at(tid).state === 'returning' && kernel.threads.at(tid).result === 0 ? 'it read the end' : undefined,
})
