import { ERRNOS } from '../../../model/errno.ts'
import type { Kernel } from '../../../model/kernel.ts'
import { constant, processOf, signal, someFlags } from '../../../model/params.ts'
import { SIGNAL_MAX } from '../../../model/signals.ts'
import type { Thread } from '../../../model/state/threads.ts'
import { defineSyscall, fails, succeeds, type Answer, type Syscall } from '../../../model/syscall.ts'
import { leaveFs } from '../directories.ts'
import { forgetNames } from '../forget.ts'
import { harmless, ignored } from './harmless.ts'

/** A signal for a thread, whose process is not named. Source: tkill(2); kernel/signal.c do_tkill(). */
const tkill = defineSyscall({
  name: 'tkill',
  params: { tid: processOf('thread'), sig: signal({ zero: true }) },
  environment: ['EPERM', 'EAGAIN'],
  source: 'tkill(2); kernel/signal.c do_tkill()',
  rule(kernel, caller, { tid, sig }): Answer {
    if (tid <= 0) return fails('EINVAL')
    if (!kernel.threads.has(tid)) return fails('ESRCH')
    if (sig < 0 || sig > SIGNAL_MAX) return fails('EINVAL')
    if (sig === 0) return succeeds(0)
    return succeeds(0, (k) => k.fn.sendToThread(k, tid, { signal: sig, code: 'SI_TKILL', pid: caller.pid }))
  },
})

/** Longer than any alarm whose rest is judged. */
export const SOME_TIME = 1 << 30

/** A timer that is the same as alarm's. Source: setitimer(2); kernel/time/itimer.c. */
const setitimer = defineSyscall({
  name: 'setitimer',
  params: { which: constant('ITIMER_REAL'), value: ignored },
  environment: ERRNOS,
  source: 'setitimer(2); kernel/time/itimer.c',
  rule: (_kernel, { pid }) => harmless('a timer', (k) => void (k.processes.edit(pid).alarm = SOME_TIME)),
})

/**
 * What is no longer shared. Whoever leaves a list of semaphore adjustments as its last user has them applied, set for set,
 * as at its death; a new IPC namespace leaves the list too. Source: unshare(2); kernel/fork.c ksys_unshare(), ipc/sem.c exit_sem().
 */
const unshare = defineSyscall({
  name: 'unshare',
  params: {
    flags: someFlags(
      'CLONE_FILES',
      'CLONE_FS',
      'CLONE_SYSVSEM',
      'CLONE_NEWNS',
      'CLONE_NEWIPC',
      'CLONE_THREAD',
      'CLONE_VM',
    ),
  },
  environment: ERRNOS,
  source: 'unshare(2); kernel/fork.c ksys_unshare()',
  rule(_kernel, caller, { flags }): Answer {
    if (caller.undo !== 0 && (flags.has('CLONE_SYSVSEM') || flags.has('CLONE_NEWIPC'))) {
      return [{ result: 0, goesOn: 'awake', effect: (k) => void k.fn.exitSem(k, caller.tid) }]
    }
    return succeeds(0, (k) => {
      if (flags.has('CLONE_FILES')) k.fn.unshareFiles(k, caller.tid)
      if (flags.has('CLONE_FS') || flags.has('CLONE_NEWNS')) leaveFs(k, caller.tid)
      if (flags.has('CLONE_NEWNS')) forgetNames(k)
    })
  },
})

/** An id is set, of which only that it may take the parent-death signal away is followed. Source: kernel/cred.c commit_creds(). */
const credentialChange = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    environment: ERRNOS,
    source: `${name}(2); kernel/cred.c commit_creds()`,
    rule(_kernel, { tid, parentDeathSignal }: Readonly<Thread>): Answer {
      if (parentDeathSignal === 0) return harmless('credentials')
      return [{ result: 0 }, { result: 0, effect: (k: Kernel) => void (k.threads.edit(tid).parentDeathSignal = 0) }]
    },
  })

/** Calls after which the process may see what the model does not tell; the check asks for them by name. */
const watched = (name: string, form?: string): Syscall =>
  defineSyscall({
    name,
    ...(form !== undefined && { form }),
    params: form === undefined ? {} : { option: constant(form) },
    interrupted: 'ERESTARTSYS',
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: () => harmless(`what ${name} leads to`),
  })

/** Calls about the process itself. */
export const processCalls: readonly Syscall[] = [
  watched('seccomp'),
  watched('prctl', 'PR_SET_SECCOMP'),
  watched('io_uring_enter'),
  watched('io_submit'),
  tkill,
  setitimer,
  unshare,
  ...['setgroups', 'setfsuid', 'setfsgid', 'capset'].map(credentialChange),
]
