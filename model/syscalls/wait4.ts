import type { WaitStatus } from '../wait-status.ts'
import { flags, out, processOf } from '../params.ts'
import { blocksOn, defineSyscall, fails, succeeds, type Outcome } from '../syscall.ts'

const OPTIONS = new Set(['WNOHANG', 'WUNTRACED', 'WCONTINUED', '__WALL', '__WCLONE', '__WNOTHREAD'] as const)

/**
 * Report one change of a child: its death, which reaps it, or with WUNTRACED and WCONTINUED a stop or a continue.
 * Among several the first in the order of the children is taken. Blocks while no matching child has anything to report.
 *
 * Returns the child's pid; 0 under WNOHANG when there is nothing to report. `status` is a wait status.
 * Errors: EINVAL, options of waitid; ECHILD, no child matches `pid`; ESRCH for the one number that cannot be negated; EINTR.
 * Source: wait4(2), waitpid(2); kernel/exit.c do_wait().
 */
export const wait4 = defineSyscall({
  name: 'wait4',
  params: {
    pid: processOf('wait'),
    status: out('wait-status'),
    options: flags(...OPTIONS),
    rusage: out('ignored'),
  },
  returns: 'process',
  interrupted: 'ERESTARTSYS',
  errors: ['ECHILD', 'EINVAL', 'ESRCH'],
  source: 'wait4(2); kernel/exit.c do_wait()',
  rule(kernel, caller, { pid, options }) {
    if ([...options].some((option) => !OPTIONS.has(option))) return fails('EINVAL')
    if (pid === -0x8000_0000) return fails('ESRCH')
    const children = kernel.fn.waitCandidates(kernel, caller, kernel.fn.waitTarget(kernel, caller, pid), options)
    if (children.length === 0) return fails('ECHILD')
    const reports = kernel.fn.waitReports(kernel, children, {
      exited: true,
      stopped: options.has('WUNTRACED'),
      continued: options.has('WCONTINUED'),
    })
    if (reports.length > 0) {
      return reports.map((report): Outcome => ({
        result: report.pid,
        out: { status: report.status satisfies WaitStatus },
        effect: (k) => k.fn.takeReport(k, report),
      }))
    }
    return options.has('WNOHANG') ? succeeds(0) : blocksOn(kernel.processes.key(caller.pid))
  },
})
