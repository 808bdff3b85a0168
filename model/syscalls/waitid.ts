import type { WaitReport, WaitTarget } from '../functions/wait.ts'
import type { Kernel } from '../kernel.ts'
import { flags, out, processOf, word } from '../params.ts'
import { SIGCHLD, SIGCONT } from '../signals.ts'
import type { Siginfo } from '../state/signals.ts'
import type { Thread } from '../state/threads.ts'
import { blocksOn, defineSyscall, fails, succeeds, type Outcome } from '../syscall.ts'

/**
 * Report one change of a child, of the kinds that the options name; with WNOWAIT it stays to be reported again.
 *
 * Returns 0. `infop` is a siginfo, or null under WNOHANG when there is nothing to report. WUNTRACED is another name of
 * WSTOPPED. Errors: EINVAL, no kind named or an impossible id; ECHILD, no child matches, or without
 * WEXITED none that lives; EINTR.
 * Source: waitid(2); kernel/exit.c kernel_waitid(), do_wait().
 */
export const waitid = defineSyscall({
  name: 'waitid',
  params: {
    idtype: word('P_PID', 'P_PGID', 'P_ALL'),
    id: processOf('any'),
    infop: out('siginfo'),
    options: flags('WEXITED', 'WUNTRACED', 'WCONTINUED', 'WNOHANG', 'WNOWAIT', '__WALL', '__WCLONE', '__WNOTHREAD'),
    rusage: out('ignored'),
  },
  interrupted: 'ERESTARTSYS',
  errors: ['ECHILD', 'EINVAL'],
  source: 'waitid(2); kernel/exit.c kernel_waitid()',
  rule(kernel, caller, { idtype, id, options }) {
    const kinds = {
      exited: options.has('WEXITED'),
      stopped: options.has('WUNTRACED'),
      continued: options.has('WCONTINUED'),
    }
    if (!kinds.exited && !kinds.stopped && !kinds.continued) return fails('EINVAL')
    const target = targetOf(kernel, caller, idtype, id)
    if (target === 'EINVAL') return fails('EINVAL')
    const children = kernel.fn.waitCandidates(kernel, caller, target, options)
    // A zombie gives nothing to a caller who does not want the dead.
    const some = kinds.exited ? children : children.filter((pid) => kernel.processes.at(pid).state !== 'zombie')
    if (some.length === 0) return fails('ECHILD')
    const reports = kernel.fn.waitReports(kernel, children, kinds)
    if (reports.length > 0) {
      return reports.map((report): Outcome => ({
        result: 0,
        out: { infop: infoOf(report) },
        ...(!options.has('WNOWAIT') && { effect: (k: Kernel) => k.fn.takeReport(k, report) }),
      }))
    }
    return options.has('WNOHANG') ? succeeds(0, undefined, { infop: null }) : blocksOn(kernel.processes.key(caller.pid))
  },
})

function targetOf(
  kernel: Kernel,
  caller: Readonly<Thread>,
  idtype: 'P_PID' | 'P_PGID' | 'P_ALL',
  id: number,
): WaitTarget | 'EINVAL' {
  switch (idtype) {
    case 'P_ALL':
      return { of: 'all' }
    case 'P_PID':
      return id <= 0 ? 'EINVAL' : { of: 'process', pid: id }
    case 'P_PGID':
      return id < 0 ? 'EINVAL' : { of: 'group', group: id === 0 ? kernel.processOf(caller).group : id }
  }
}

function infoOf({ pid, status }: WaitReport): Siginfo {
  const about = (code: Siginfo['code'], value: number): Siginfo => ({ signal: SIGCHLD, code, pid, status: value })
  if (status === 'continued') return about('CLD_CONTINUED', SIGCONT)
  if ('stopped' in status) return about('CLD_STOPPED', status.stopped)
  if ('exited' in status) return about('CLD_EXITED', status.exited)
  return about(status.core ? 'CLD_DUMPED' : 'CLD_KILLED', status.signaled)
}
