import type { Event } from '../../model/event.ts'
import { descriptionOf } from '../../model/functions/files.ts'
import type { Kernel } from '../../model/kernel.ts'
import type { Flock, RecordLock } from '../../model/state/open-files.ts'
import { eachStep, named } from '../invariant.ts'

interface Others {
  readonly inode: number
  readonly locks: readonly (RecordLock | Flock)[]
}

export const closingLeavesTheLocksOfOthers = eachStep({
  name: 'closing a descriptor, by close or by exiting, takes the POSIX locks of its table and nothing else; releasing a description takes its own',
  source: 'fcntl(2), flock(2); fs/locks.c locks_remove_posix(), locks_remove_file()',
  on: ['effect', 'work', 'exiting.files', 'exiting.work'],
  effectsOf: named('close'),
  before: (kernel, event) => closingOf(kernel, event) ?? releaseOf(kernel, event),
  after(kernel, _event, { inode, locks }) {
    const row = kernel.inodes.get(inode)
    const left: readonly (RecordLock | Flock)[] = [...(row?.recordLocks ?? []), ...(row?.flocks ?? [])]
    return locks.every((lock) => left.includes(lock)) ? undefined : 'the lock of another is gone'
  },
})

/** A slot is about to be freed: what must stay are the locks of other tables, and of all descriptions. */
function closingOf(kernel: Kernel, event: Event): Others | undefined {
  if (event.kind !== 'internal') return undefined
  const { state, call, files, cursor } = kernel.threads.at(event.tid)
  if (files === 0) return undefined
  const { slots, users } = kernel.files.at(files)
  let slot = 0
  if (event.move === 'effect' && call?.syscall.name === 'close') slot = slots[call.args.fd as number] ?? 0
  else if (event.move === 'exit' && state === 'exiting.files' && users === 1)
    slot = slots.find((candidate, fd) => fd >= cursor && candidate !== 0) ?? 0
  if (slot === 0) return undefined
  const { inode } = kernel.descriptions.at(descriptionOf(slot))
  const { recordLocks, flocks } = kernel.inodes.at(inode)
  return { inode, locks: [...recordLocks.filter(({ kind, owner }) => kind === 'ofd' || owner !== files), ...flocks] }
}

/** A description is about to be released: what must stay are the locks of tables, and of other descriptions. */
function releaseOf(kernel: Kernel, event: Event): Others | undefined {
  if (event.kind !== 'internal' || (event.move !== 'work' && event.move !== 'exit')) return undefined
  const { state, work } = kernel.threads.at(event.tid)
  if (work.length === 0 || (event.move === 'exit' && state !== 'exiting.work')) return undefined
  const released = work[work.length - 1]!
  const { inode } = kernel.descriptions.at(released)
  const { recordLocks, flocks } = kernel.inodes.at(inode)
  return {
    inode,
    locks: [
      ...recordLocks.filter(({ kind, owner }) => kind === 'posix' || owner !== released),
      ...flocks.filter(({ owner }) => owner !== released),
    ],
  }
}
