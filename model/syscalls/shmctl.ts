import type { Kernel } from '../kernel.ts'
import { constant, object, out } from '../params.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer, type Outcome } from '../syscall.ts'

/** Let a rule speak of a segment that is there. */
const withSegment =
  (then: (kernel: Kernel, caller: Readonly<Thread>, id: number) => Answer) =>
  (kernel: Kernel, caller: Readonly<Thread>, { id }: { readonly id: number }): Answer =>
    kernel.shms.has(id) ? then(kernel, caller, id) : kernel.fn.noObject(caller)

/**
 * Remove a segment: at once if nobody has attached it; else its key becomes IPC_PRIVATE and it goes with the last
 * detach. To do so again changes nothing.
 * Errors: EINVAL.
 * Source: shmctl(2); ipc/shm.c shmctl_down(), do_shm_rmid().
 */
const remove = defineSyscall({
  name: 'shmctl',
  form: 'IPC_RMID',
  params: { id: object('shm'), command: constant('IPC_RMID'), buf: out('ignored') },
  errors: ['EINVAL'],
  environment: ['EPERM'],
  source: 'shmctl(2); ipc/shm.c do_shm_rmid()',
  rule(kernel, _caller, { id }) {
    if (!kernel.shms.has(id)) return fails('EINVAL')
    return succeeds(0, (k) => k.fn.removeSegment(k, id))
  },
})

/**
 * The state of a segment, a ShmStatus. nattch counts attaches, not processes.
 * Errors: EINVAL, EIDRM.
 * Source: shmctl(2); ipc/shm.c shmctl_stat().
 */
const stat = defineSyscall({
  name: 'shmctl',
  form: 'IPC_STAT',
  params: { id: object('shm'), command: constant('IPC_STAT'), buf: out('shm-status') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EACCES', 'EFAULT'],
  source: 'shmctl(2); ipc/shm.c shmctl_stat()',
  rule: withSegment((kernel, caller, id) =>
    kernel.fn.segmentStatuses(kernel, caller, id).map((buf): Outcome => ({ result: 0, out: { buf } })),
  ),
})

/** Change owner or permissions, which are not modelled. Errors: EINVAL. Source: shmctl(2); ipc/shm.c shmctl_down(). */
const set = defineSyscall({
  name: 'shmctl',
  form: 'IPC_SET',
  params: { id: object('shm'), command: constant('IPC_SET'), buf: out('ignored') },
  errors: ['EINVAL'],
  environment: ['EPERM', 'EFAULT'],
  source: 'shmctl(2); ipc/shm.c shmctl_down()',
  rule: (kernel, _caller, { id }) => (kernel.shms.has(id) ? succeeds(0) : fails('EINVAL')),
})

/** Lock a segment in memory. The lock is the segment's and outlives whoever set it. Errors: EINVAL, EIDRM. */
const lock = defineSyscall({
  name: 'shmctl',
  form: 'SHM_LOCK',
  params: { id: object('shm'), command: constant('SHM_LOCK'), buf: out('ignored') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EPERM', 'ENOMEM'],
  source: 'shmctl(2); ipc/shm.c shmctl_do_lock()',
  rule: withSegment((_kernel, _caller, id) => succeeds(0, (k) => void (k.shms.edit(id).locked = true))),
})

const unlock = defineSyscall({
  name: 'shmctl',
  form: 'SHM_UNLOCK',
  params: { id: object('shm'), command: constant('SHM_UNLOCK'), buf: out('ignored') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EPERM'],
  source: 'shmctl(2); ipc/shm.c shmctl_do_lock()',
  rule: withSegment((_kernel, _caller, id) => succeeds(0, (k) => void (k.shms.edit(id).locked = false))),
})

export const shmctl = [remove, stat, set, lock, unlock]
