import { isCloexec } from '../../model/functions/files.ts'
import { eachStep, named } from '../invariant.ts'

export const opensHonourCloexec = eachStep<boolean>({
  name: 'a new descriptor is closed on exec exactly where O_CLOEXEC asked for it',
  source: 'open(2) O_CLOEXEC, pipe2(2); fs/file.c alloc_fd()',
  on: ['effect'],
  effectsOf: named('open', 'openat', 'pipe2'),
  before(kernel, event) {
    const { call, unfinished } = kernel.threads.at(event.tid)
    // Others may change the flag of a descriptor that a call has promised itself, as close_range(2) does.
    return unfinished === null ? (call!.args.flags as ReadonlySet<string>).has('O_CLOEXEC') : undefined
  },
  after(kernel, event, asked) {
    const { state, result, out, files } = kernel.threads.at(event.tid)
    if (state !== 'returning' || typeof result !== 'number') return undefined
    const { slots } = kernel.files.at(files)
    const made = (out?.fds as readonly number[] | undefined) ?? [result]
    const wrong = made.find((fd) => isCloexec(slots[fd] ?? 0) !== asked)
    return wrong === undefined ? undefined : `descriptor ${wrong} has the wrong flag`
  },
})
