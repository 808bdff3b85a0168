import { patchFunctions } from '../../model/rules.ts'
import type { Fault } from '../fault.ts'
import { aGroupLiesWithinOneSession } from '../invariants/a-group-lies-within-one-session.ts'
import { membersAgreeWithTheirGroup } from '../invariants/members-agree-with-their-group.ts'

export const theReapedStayInTheirGroup: Fault = {
  name: 'a process that was reaped stays in its process group',
  source: 'kernel/exit.c release_task(), __unhash_process()',
  breaks: [membersAgreeWithTheirGroup.name, aGroupLiesWithinOneSession.name],
  apply: patchFunctions(() => ({
    leaveGroup() {},
  })),
}
