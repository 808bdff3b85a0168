import { UNKNOWN_VALUES } from '../functions/semaphores.ts'
import type { Kernel } from '../kernel.ts'
import { constant, int, object, out, semValues } from '../params.ts'
import { SEMVMX, type SemaphoreSet } from '../state/ipc.ts'
import type { Thread } from '../state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer } from '../syscall.ts'

interface Semaphore {
  readonly id: number
  readonly num: number
}

/** Let a rule read from a semaphore that is there. */
const ofSemaphore =
  (read: (kernel: Kernel, set: Readonly<SemaphoreSet>, semaphore: Semaphore) => number) =>
  (kernel: Kernel, caller: Readonly<Thread>, { id, num }: Semaphore): Answer => {
    const set = kernel.sems.get(id)
    if (set === undefined) return kernel.fn.noObject(caller)
    if (num < 0 || num >= set.semaphores.length) return fails('EINVAL')
    if (set.unknown) return UNKNOWN_VALUES
    return succeeds(read(kernel, set, { id, num }))
  }

const source = 'semctl(2); ipc/sem.c semctl_main()'

/** semval. Errors: EINVAL, no such set or semaphore; EIDRM. */
const getVal = defineSyscall({
  name: 'semctl',
  form: 'GETVAL',
  params: { id: object('sem'), num: int(0, 1), command: constant('GETVAL'), arg: out('ignored') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EACCES'],
  source,
  rule: ofSemaphore((_kernel, set, { num }) => set.semaphores[num]!.value),
})

/** sempid: the last process whose call named the semaphore with success, or whose exit changed it. Errors: as GETVAL. */
const getPid = defineSyscall({
  name: 'semctl',
  form: 'GETPID',
  params: { id: object('sem'), num: int(0, 1), command: constant('GETPID'), arg: out('ignored') },
  returns: 'process',
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EACCES'],
  source,
  rule: ofSemaphore((_kernel, set, { num }) => set.semaphores[num]!.pid),
})

/** semncnt: sleeping calls that wait first of all for this semaphore to grow. Errors: as GETVAL. */
const getNcnt = defineSyscall({
  name: 'semctl',
  form: 'GETNCNT',
  params: { id: object('sem'), num: int(0, 1), command: constant('GETNCNT'), arg: out('ignored') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EACCES'],
  source,
  rule: ofSemaphore((kernel, _set, { id, num }) => kernel.fn.countSleepers(kernel, id, num, false)),
})

/** semzcnt: sleeping calls that wait first of all for this semaphore to be zero. Errors: as GETVAL. */
const getZcnt = defineSyscall({
  name: 'semctl',
  form: 'GETZCNT',
  params: { id: object('sem'), num: int(0, 1), command: constant('GETZCNT'), arg: out('ignored') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EACCES'],
  source,
  rule: ofSemaphore((kernel, _set, { id, num }) => kernel.fn.countSleepers(kernel, id, num, true)),
})

/** All semvals. Errors: EINVAL, EIDRM. */
const getAll = defineSyscall({
  name: 'semctl',
  form: 'GETALL',
  params: { id: object('sem'), num: int(0), command: constant('GETALL'), values: out('sem-values') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EACCES', 'EFAULT', 'ENOMEM'],
  source,
  rule(kernel, caller, { id }) {
    const set = kernel.sems.get(id)
    if (set === undefined) return kernel.fn.noObject(caller)
    if (set.unknown) return UNKNOWN_VALUES
    return succeeds(0, undefined, { values: set.semaphores.map(({ value }) => value) })
  },
})

/**
 * Set a semval; nobody's undo remembers what was done to it before. Sleepers may go on.
 * Errors: ERANGE, looked at first; EINVAL, no such set or semaphore; EIDRM.
 * Source: semctl(2); ipc/sem.c semctl_setval().
 */
const setVal = defineSyscall({
  name: 'semctl',
  form: 'SETVAL',
  params: { id: object('sem'), num: int(0, 1), command: constant('SETVAL'), value: int(1, 0, 2, 5, SEMVMX) },
  errors: ['EIDRM', 'EINVAL', 'ERANGE'],
  environment: ['EACCES'],
  source: 'semctl(2); ipc/sem.c semctl_setval()',
  rule(kernel, caller, { id, num, value: word }) {
    const value = word | 0
    if (value < 0 || value > SEMVMX) return fails('ERANGE')
    const set = kernel.sems.get(id)
    if (set === undefined) return kernel.fn.noObject(caller)
    if (num < 0 || num >= set.semaphores.length) return fails('EINVAL')
    if (set.unknown) return UNKNOWN_VALUES
    return succeeds(0, (k) => k.fn.setSemval(k, caller.pid, id, num, value))
  },
})

/**
 * Set all semvals, with all that SETVAL does. A trace may not show to what: then nothing is known of them until another
 * SETALL that does. Errors: EINVAL, EIDRM, ERANGE.
 */
const setAll = defineSyscall({
  name: 'semctl',
  form: 'SETALL',
  params: { id: object('sem'), num: int(0), command: constant('SETALL'), values: semValues() },
  errors: ['EIDRM', 'EINVAL', 'ERANGE'],
  environment: ['EACCES', 'EFAULT', 'ENOMEM'],
  source,
  rule(kernel, caller, { id, values }) {
    const set = kernel.sems.get(id)
    if (set === undefined) return kernel.fn.noObject(caller)
    if (values === null) {
      return [{ result: 0, effect: (k) => k.fn.forgetSemvals(k, id) }, { result: 'ERANGE' }]
    }
    const all = set.semaphores.map((_, num) => values[num] ?? 0)
    if (all.some((value) => value < 0 || value > SEMVMX)) return fails('ERANGE')
    return succeeds(0, (k) => k.fn.setAllSemvals(k, caller.pid, id, all))
  },
})

/** Change owner and permissions, which are not modelled. Errors: EINVAL, EIDRM. */
const set = defineSyscall({
  name: 'semctl',
  form: 'IPC_SET',
  params: { id: object('sem'), num: int(0), command: constant('IPC_SET'), buf: out('ignored') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EPERM', 'EFAULT'],
  source: 'semctl(2); ipc/sem.c semctl_down()',
  rule: (kernel, caller, { id }) => (kernel.sems.has(id) ? succeeds(0) : kernel.fn.noObject(caller)),
})

/** Owner, times and number of semaphores, of which none is modelled as a result. Errors: EINVAL, EIDRM. */
const stat = defineSyscall({
  name: 'semctl',
  form: 'IPC_STAT',
  params: { id: object('sem'), num: int(0), command: constant('IPC_STAT'), buf: out('ignored') },
  errors: ['EIDRM', 'EINVAL'],
  environment: ['EACCES', 'EFAULT'],
  source: 'semctl(2); ipc/sem.c semctl_stat()',
  rule: (kernel, caller, { id }) => (kernel.sems.has(id) ? succeeds(0) : kernel.fn.noObject(caller)),
})

/**
 * Remove a set at once. Sleepers fail with EIDRM; what processes would have undone to it is void.
 * Errors: EINVAL.
 * Source: semctl(2); ipc/sem.c semctl_down(), freeary().
 */
const remove = defineSyscall({
  name: 'semctl',
  form: 'IPC_RMID',
  params: { id: object('sem'), num: int(0), command: constant('IPC_RMID'), arg: out('ignored') },
  errors: ['EINVAL'],
  environment: ['EPERM'],
  source: 'semctl(2); ipc/sem.c freeary()',
  rule(kernel, _caller, { id }) {
    if (!kernel.sems.has(id)) return fails('EINVAL')
    return succeeds(0, (k) => k.fn.removeSemaphoreSet(k, id))
  },
})

export const semctl = [getVal, getPid, getNcnt, getZcnt, getAll, setVal, setAll, set, stat, remove]
