import { isCloexec } from '../../model/functions/files.ts'
import { eachStep } from '../invariant.ts'

export const duplicatesAreNotClosedOnExec = eachStep<boolean>({
  name: 'a duplicate of a descriptor is closed on exec only where the call asks for it',
  source: 'dup(2), fcntl(2) F_DUPFD_CLOEXEC; fs/file.c do_dup2(), f_dupfd()',
  on: ['effect'],
  effectsOf: ({ standsFor }) => standsFor !== undefined,
  before(kernel, event) {
    const { call } = kernel.threads.at(event.tid)
    const { syscall, args } = call!
    if (args.oldfd === args.newfd && syscall.name === 'dup2') return undefined
    return (
      syscall.form === 'F_DUPFD_CLOEXEC' || (args.flags as ReadonlySet<string> | undefined)?.has('O_CLOEXEC') === true
    )
  },
  after(kernel, event, asked) {
    const { result, files } = kernel.threads.at(event.tid)
    if (typeof result !== 'number') return undefined
    const slot = kernel.files.at(files).slots[result]
    return slot !== undefined && slot !== 0 && isCloexec(slot) !== asked
      ? `descriptor ${result} has the wrong flag`
      : undefined
  },
})
