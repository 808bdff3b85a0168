import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { referencesHaveHolders } from '../invariants/references-have-holders.ts'

export const rightsOutliveTheirSocket: Fault = {
  name: 'what a message carries is not released with the socket that holds the message',
  source: 'unix(7) SCM_RIGHTS; net/unix/af_unix.c unix_release_sock(), net/unix/scm.c unix_destruct_scm()',
  breaks: [referencesHaveHolders.name],
  apply: patchFunctions((fn) => ({
    socketRelease(kernel, tid, id) {
      const row = kernel.sockets.edit(id)
      row.queue = row.queue.map((message) => ({ ...message, rights: [] }))
      fn.socketRelease(kernel, tid, id)
    },
  })),
}
