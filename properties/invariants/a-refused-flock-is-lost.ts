import { descriptionOf } from '../../model/functions/files.ts'
import { eachStep, named } from '../invariant.ts'

export const aRefusedFlockIsLost = eachStep({
  name: 'an open file description whose flock was refused holds none, not even that of the other type it had',
  source: 'flock(2) "Converting a lock"; fs/locks.c flock_lock_inode()',
  on: ['effect'],
  effectsOf: named('flock'),
  before(kernel, event) {
    const { call, lockCall, files } = kernel.threads.at(event.tid)
    const slot = kernel.files.at(files).slots[call!.args.fd as number] ?? 0
    return lockCall?.description ?? (slot === 0 ? undefined : descriptionOf(slot))
  },
  after(kernel, event, description) {
    if (kernel.threads.at(event.tid).result !== 'EAGAIN') return undefined
    const { inode } = kernel.descriptions.at(description)
    return kernel.inodes.at(inode).flocks.some(({ owner }) => owner === description) ? 'it holds one' : undefined
  },
})
