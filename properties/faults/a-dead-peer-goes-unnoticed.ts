import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { socketsHaveOneDescription } from '../invariants/sockets-have-one-description.ts'

export const aDeadPeerGoesUnnoticed: Fault = {
  name: 'the release of a socket does not reach its peer',
  source: 'unix(7); net/unix/af_unix.c unix_release_sock()',
  breaks: [socketsHaveOneDescription.name],
  apply: patchFunctions(() => ({
    peerReleased: () => undefined,
  })),
}
