import { socketOf } from '../../model/functions/sockets.ts'
import { patchFunctions } from '../../model/rules.ts'
import { succeeds } from '../../model/syscall.ts'
import type { Fault } from '../fault.ts'
import { aDeadPeerIsTheEndOfFile } from '../invariants/a-dead-peer-is-the-end-of-file.ts'

export const theEndComesBeforeQueuedData: Fault = {
  name: 'a socket whose peer is gone gives end of file before the data that the peer has left',
  source: 'unix(7); net/unix/af_unix.c unix_stream_read_generic()',
  breaks: [aDeadPeerIsTheEndOfFile.name],
  apply: patchFunctions(({ socketRead }) => ({
    socketRead(kernel, caller, description, count, how) {
      const { state } = kernel.sockets.at(socketOf(kernel, kernel.descriptions.at(description)))
      if (state === 'alone' && how.takesRights === 'no') return succeeds(0)
      return socketRead(kernel, caller, description, count, how)
    },
  })),
}
