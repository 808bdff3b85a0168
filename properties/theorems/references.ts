import type { Kernel } from '../../model/kernel.ts'
import { holdersOfDescriptions } from '../holders.ts'
import { runToRest, type Theorem } from './theorem.ts'

/** Whatever counts its users counts them right: all counts are taken anew from those who hold the references. */
export const referencesAreConserved: Theorem = {
  name: 'every count of users is the number of those who use it',
  source: 'clone(2), dup(2), mmap(2), shmctl(2); include/linux/fs.h struct file, ipc/shm.c',
  refute: (rules, program) => miscount(runToRest(rules, program).kernel),
}

/** Counts by id. */
class Census {
  private readonly counts = new Map<number, number>()

  add(id: number): void {
    if (id !== 0) this.counts.set(id, this.of(id) + 1)
  }

  of(id: number): number {
    return this.counts.get(id) ?? 0
  }
}

/** What is counted wrong in a kernel at rest; undefined when nothing is. */
export function miscount(kernel: Kernel): string | undefined {
  const users = { mms: new Census(), files: new Census(), fs: new Census(), undos: new Census() }
  kernel.threads.forEach((thread) => {
    users.mms.add(thread.mm)
    users.files.add(thread.files)
    users.fs.add(thread.fs)
    users.undos.add(thread.undo)
  })
  for (const name of ['mms', 'files', 'fs', 'undos'] as const) {
    for (const id of kernel[name].ids()) {
      const wrong = differ(kernel[name].name, id, kernel[name].at(id).users, users[name].of(id))
      if (wrong !== undefined) return wrong
    }
  }
  const attaches = new Census()
  kernel.mms.forEach(({ mappings }) => {
    for (const { kind, object } of mappings) if (kind === 'shm') attaches.add(object)
  })
  for (const id of kernel.shms.ids()) {
    const wrong = differ('shm segment', id, kernel.shms.at(id).nattch, attaches.of(id))
    if (wrong !== undefined) return wrong
  }
  return miscountedFiles(kernel)
}

function miscountedFiles(kernel: Kernel): string | undefined {
  const holders = holdersOfDescriptions(kernel)
  const inodes = new Census()
  const ends = { readers: new Census(), writers: new Census() }
  for (const id of kernel.descriptions.ids()) {
    const { references, inode, access } = kernel.descriptions.at(id)
    const wrong = differ('open file description', id, references, holders.get(id) ?? 0)
    if (wrong !== undefined) return wrong
    inodes.add(inode)
    if (access === 'O_RDONLY' || access === 'O_RDWR') ends.readers.add(inode)
    if (access === 'O_WRONLY' || access === 'O_RDWR') ends.writers.add(inode)
  }
  for (const id of kernel.inodes.ids()) {
    const { users, pipe, kind } = kernel.inodes.at(id)
    const wrong =
      differ(`${kind} inode`, id, users, inodes.of(id)) ??
      (pipe === null
        ? undefined
        : (differ('readers of the pipe', id, pipe.readers, ends.readers.of(id)) ??
          differ('writers of the pipe', id, pipe.writers, ends.writers.of(id))))
    if (wrong !== undefined) return wrong
  }
  return undefined
}

const differ = (name: string, id: number, counted: number, found: number): string | undefined =>
  counted === found ? undefined : `${name} ${id} counts ${counted}, and has ${found}`
