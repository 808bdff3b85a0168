import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'

export const upToTakesTheFirst: Fault = {
  name: 'a msgrcv with a negative type takes the first message up to it, not the one of the lowest type',
  source: 'msgrcv(2); ipc/msg.c find_msg()',
  breaks: [],
  apply: patchFunctions(() => ({
    findMessage: (kernel, messages, wants) => messages.findIndex((message) => kernel.fn.isWanted(wants, message)),
  })),
}
