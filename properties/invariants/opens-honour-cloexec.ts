import { isCloexec } from '../../model/functions/files.ts'
import { eachStep } from '../invariant.ts'

export const opensHonourCloexec = eachStep<boolean>({
  name: 'a new descriptor is closed on exec exactly where O_CLOEXEC asked for it',
  source: 'open(2) O_CLOEXEC, pipe2(2); fs/file.c alloc_fd()',
  before(kernel, event) {
    if (event.kind !== 'internal' || event.move !== 'effect') return undefined
    const { call } = kernel.threads.at(event.tid)
    const { name } = call!.syscall
    if (name !== 'open' && name !== 'openat' && name !== 'pipe2') return undefined
    return (call!.args.flags as ReadonlySet<string>).has('O_CLOEXEC')
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
