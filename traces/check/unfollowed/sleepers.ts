import { ERRNOS } from '../../../model/errno.ts'
import { signalSet } from '../../../model/params.ts'
import { UNBLOCKABLE } from '../../../model/signals.ts'
import { withoutSignals } from '../../../model/state/signal-set.ts'
import { defineSyscall, goesOn, type Answer, type Syscall } from '../../../model/syscall.ts'
import { harmless, ignored, type Params } from './harmless.ts'

/** Another mask is in force while the call sleeps. Source: pselect(2), ppoll(2), epoll_pwait(2); kernel/signal.c set_user_sigmask(). */
const sleeperWithMask = (name: string, params: Params, interrupted: 'ERESTARTNOHAND' | 'EINTR'): Syscall =>
  defineSyscall({
    name,
    params,
    interrupted,
    interruptedWhenReady: () => true,
    environment: ERRNOS,
    source: `${name}(2); kernel/signal.c set_user_sigmask()`,
    rule(_kernel, { tid, saved }, args): Answer {
      const mask = (args as { sigmask: Parameters<typeof withoutSignals>[0] | null }).sigmask
      if (mask === null) return harmless(`${name} waits for what is not followed`)
      if (saved === null) {
        return goesOn((k) => {
          const row = k.threads.edit(tid)
          row.saved = row.blocked
          row.blocked = withoutSignals(mask, UNBLOCKABLE)
        })
      }
      return harmless(`${name} waits for what is not followed`, (k) => {
        const row = k.threads.edit(tid)
        row.blocked = row.saved ?? row.blocked
        row.saved = null
      })
    },
  })

/** Calls that wait with another mask. */
export const sleepers: readonly Syscall[] = [
  sleeperWithMask('ppoll', { fds: ignored, nfds: ignored, timeout: ignored, sigmask: signalSet() }, 'ERESTARTNOHAND'),
  sleeperWithMask(
    'pselect6',
    { n: ignored, in: ignored, out: ignored, ex: ignored, timeout: ignored, sigmask: signalSet() },
    'ERESTARTNOHAND',
  ),
  sleeperWithMask(
    'epoll_pwait',
    { fd: ignored, events: ignored, n: ignored, ms: ignored, sigmask: signalSet() },
    'EINTR',
  ),
  sleeperWithMask(
    'epoll_pwait2',
    { fd: ignored, events: ignored, n: ignored, ms: ignored, sigmask: signalSet() },
    'EINTR',
  ),
]
