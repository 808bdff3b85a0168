import type { Call } from '../../model/syscall.ts'
import type { Result as SeenResult } from '../strace/result.ts'
import type { Ground } from './ground.ts'
import { OUTSIDE } from './world.ts'

type Kind = 'group' | 'session'

const ASKED: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['getpgrp', 'group'],
  ['getpgid', 'group'],
  ['getsid', 'session'],
])

/**
 * The first process may lead its group, or its session, since before the capture began: a shell with job control, or
 * setsid, has started it, and strace stands beside it (-D). It shows when somebody asks, and nothing has shown the old
 * group before. Source: strace(1) -D; credentials(7).
 */
export class InheritedGroups {
  private readonly shown = new Set<Kind>()

  /** A call has come back as the model allows: of whom is in the old group or session it shows which that is. */
  note(ground: Ground, tid: number, { syscall, args }: Call): void {
    const kind = ASKED.get(syscall.name)
    if (kind !== undefined && !this.shown.has(kind) && isInOld(ground, kind, tid, args.pid)) this.shown.add(kind)
  }

  /** True when it was guessed that the first process leads, and the line is worth another try. */
  explains(ground: Ground, tid: number, { syscall, args }: Call, result: SeenResult): boolean {
    const { first } = ground
    const kind = ASKED.get(syscall.name)
    if (kind === undefined || this.shown.has(kind) || result.kind !== 'value' || ground.options.closed) return false
    if (!isInOld(ground, kind, tid, args.pid) || ground.naming.known(result.value) !== first) return false
    ground.follower.amend((copy) => {
      const { group, session } = copy.processes.at(OUTSIDE)
      for (const { pid, ...process } of copy.processes.rows()) {
        if (pid === OUTSIDE) continue
        if (kind === 'session' && process.session === session) {
          copy.fn.leaveSession(copy, pid)
          copy.fn.joinSession(copy, pid, first)
        }
        // Who leads a session leads a group.
        if (process.group === group) copy.fn.moveToGroup(copy, pid, first)
      }
    })
    ground.assume(`${ground.who(first)} led its ${kind} when the capture began`)
    return true
  }
}

/** The process that is asked about, or else the caller's, is where the capture began. */
function isInOld(ground: Ground, kind: Kind, tid: number, pid: unknown): boolean {
  const { processes, threads } = ground.state()
  const asked = typeof pid === 'number' && pid !== 0 ? pid : threads.get(tid)?.pid
  const outside = processes.get(OUTSIDE)
  return outside !== undefined && processes.get(asked ?? 0)?.[kind] === outside[kind]
}
