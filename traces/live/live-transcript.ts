import { describeRun } from '../../model/notation/print.ts'
import type { Sight } from '../../model/program.ts'
import type { Rules } from '../../model/rules.ts'
import { isRestartCode } from '../../model/syscall.ts'
import type { LiveRun, LiveSight } from './live-run.ts'

/** A live run, up to and with the sight at a place, as a transcript. */
export function transcriptOf(run: LiveRun, rules: Rules, until = run.sights.length - 1): string[] {
  const kernel = run.sights.slice(0, until + 1).flatMap((sight) => shown(sight, run, rules))
  return describeRun({ results: run.results, sights: kernel }, rules, run.made.get(0))
}

function shown(sight: LiveSight, run: LiveRun, rules: Rules): readonly Sight[] {
  switch (sight.kind) {
    case 'gone':
      return sight.status === undefined ? [] : [{ kind: 'exit', pid: sight.tid, status: sight.status }]
    case 'leave': {
      // What a handler interrupted shows the kernel's own code in this notation.
      const { interrupted } = rules.syscalls.get(run.program.steps[sight.index]!.call)!
      const restarts = sight.result === 'EINTR' && interrupted !== undefined && isRestartCode(interrupted)
      return [restarts ? { ...sight, result: interrupted } : sight]
    }
    case 'enter':
    case 'signal':
    case 'exit':
      return [sight]
    case 'settled':
    case 'snapshot':
      return []
  }
}
