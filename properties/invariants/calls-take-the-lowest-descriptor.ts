import { eachStep } from '../invariant.ts'

interface Before {
  readonly files: number
  readonly taken: readonly boolean[]
  readonly from: number
}

/** Calls that are told the number of the descriptor they make. */
const TOLD = new Set(['dup2', 'dup3'])

export const callsTakeTheLowestDescriptor = eachStep<Before>({
  name: 'a call that makes a descriptor takes the lowest free number',
  source: 'open(2), pipe(2), fcntl(2) F_DUPFD; POSIX XSH 2.14; fs/file.c alloc_fd()',
  on: ['effect'],
  effectsOf: ({ makes, name }) => (makes === 'fd' || makes === 'fds') && !TOLD.has(name),
  before(kernel, event) {
    const { call, files, unfinished } = kernel.threads.at(event.tid)
    if (unfinished !== null) return undefined
    const { slots, reserved } = kernel.files.at(files)
    const taken = slots.map((slot, fd) => slot !== 0 || reserved.includes(fd))
    for (const fd of reserved) taken[fd] = true
    return { files, taken, from: (call!.args.from as number | undefined) ?? 0 }
  },
  after(kernel, event, { taken, from }) {
    const { state, result, out, call } = kernel.threads.at(event.tid)
    if (state !== 'returning' || typeof result !== 'number') return undefined
    const made = call!.syscall.makes === 'fds' ? ((out?.fds as readonly number[] | undefined) ?? []) : [result]
    let lowest = from
    for (const fd of made) {
      while (taken[lowest] === true) lowest++
      if (fd !== lowest) return `${call!.syscall.name} made descriptor ${fd} while ${lowest} was free`
      lowest++
    }
    return undefined
  },
})
