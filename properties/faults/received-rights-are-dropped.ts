import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const receivedRightsAreDropped: Fault = {
  name: 'descriptors in a message are dropped when the message is received',
  source: 'unix(7) SCM_RIGHTS; net/core/scm.c scm_detach_fds()',
  breaks: [],
  apply: patchFunctions(() => ({
    placesFor: () => [],
  })),
}
