import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const unreadDataResetsNobody: Fault = {
  name: 'a socket released with data that nobody has read gives its peer a plain end of file',
  source: 'unix(7); net/unix/af_unix.c unix_release_sock()',
  breaks: [],
  apply: patchFunctions((fn) => ({
    peerReleased: (kernel, id) => fn.peerReleased(kernel, id, false),
  })),
}
