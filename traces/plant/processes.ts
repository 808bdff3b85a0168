// Faults in processes: their numbers, their ends, and who waits for them.
import { newResult } from './descriptors.ts'
import type { History, Seen } from './history.ts'
import { changed, exactly, nextOf, withResult, type FaultClass, type Plant } from './plant.ts'

const STATUS = /W(?:EXITSTATUS|TERMSIG)\(s\) == (\w+)/
const reaps = ({ name, value }: Seen): boolean => name === 'wait4' && value > 0
const isDead = ({ args }: Seen): boolean => STATUS.test(args)

/** The line of the result moves to directly after another line. */
const movedAfter = ({ lines }: History, from: number, to: number, truth: RegExp): Plant => ({
  changes: new Map([
    [to, [lines[to - 1]!, lines[from - 1]!]],
    [from, []],
  ]),
  shows: [to, 1],
  truth,
})

const identity =
  (names: RegExp) =>
  (history: History): Plant[] =>
    history.calls
      .filter(({ name, value }) => names.test(name) && value > 0)
      .map((seen) =>
        newResult(
          history,
          seen,
          String(otherPid(history, seen.value)),
          // A parent that the capture does not show has no number that a reader would know.
          history.pids.includes(seen.value) ? undefined : /allowed  \S/,
        ),
      )

/** The number of some other process of the capture, or one that no process has. */
const otherPid = ({ pids }: History, pid: number): number => pids.find((other) => other > 0 && other !== pid) ?? pid + 1

export const processFaults: readonly FaultClass[] = [
  {
    name: 'wrong-status',
    does: 'reports a status with which the child did not end',
    find: ({ calls, lines }) =>
      calls.filter((seen) => reaps(seen) && isDead(seen)).flatMap(({ leave }) => {
        const line = lines[leave - 1]!
        const was = STATUS.exec(line)?.[1]
        if (was === undefined) return []
        const text = /^\d/.test(was)
          ? line.replace(STATUS, `WEXITSTATUS(s) == ${(Number(was) + 1) % 256}`)
          : line.replace(STATUS, `WTERMSIG(s) == ${was === 'SIGUSR1' ? 'SIGUSR2' : 'SIGUSR1'}`)
        return [changed(leave, text, exactly(was))]
      }), // prettier-ignore
  },
  {
    name: 'reaps-no-child',
    does: 'waits for a process that is not a child of the caller',
    find: (history) =>
      history.calls.filter(reaps).flatMap((seen) => {
        const other = history.pids.find(
          (pid) => pid > 0 && pid !== seen.value && history.parents.get(pid) !== seen.process,
        )
        return other === undefined ? [] : [newResult(history, seen, String(other))]
      }),
  },
  {
    name: 'reaped-early',
    does: 'lets a wait return before the child has ended',
    find: (history) =>
      history.calls.filter((seen) => reaps(seen) && isDead(seen)).flatMap((seen) => {
        const end = history.calls.length === 0 ? 0 : lastCall(history, seen.value)
        // The child enters exit_group while the parent waits.
        return end > seen.enter + 1 && end < seen.leave && seen.leave > seen.enter
          ? [movedAfter(history, seen.leave, end - 1, /allowed  .*(sleeps|wait4)/)]
          : []
      }), // prettier-ignore
  },
  {
    name: 'reaped-twice',
    does: 'lets a child be waited for twice',
    find: ({ calls, lines }) =>
      calls
        .filter((seen) => reaps(seen) && isDead(seen) && seen.enter === seen.leave && !seen.args.includes('WNOWAIT'))
        .map(({ leave }) => {
          const line = lines[leave - 1]!
          return { changes: new Map([[leave, [line, line]]]), shows: [leave, 1] as const, truth: /allowed  .*(ECHILD|sleeps|wait4|SIGCHLD)/ }
        }), // prettier-ignore
  },
  {
    name: 'no-child',
    does: 'says ECHILD though there is a child',
    onlyClosed: true,
    find: (history) =>
      history.calls.filter(reaps).map((seen) => newResult(history, seen, '-1 ECHILD (No child processes)')),
  },
  {
    name: 'zombie-not-seen',
    does: 'tells a WNOHANG wait of no child though one is dead',
    find: (history) =>
      history.calls
        .filter(
          (seen) => reaps(seen) && isDead(seen) && /WNOHANG/.test(seen.args) && seen.enter === seen.leave &&
            history.deaths.some(({ pid, line }) => pid === seen.value && line < seen.enter),
        )
        .map(({ leave, value }) => {
          const line = history.lines[leave - 1]!.replace(/\[\{WIF.*?\}\]/, '0x7ffd0681268')
          return changed(leave, withResult(line, '0'), exactly(value))
        }), // prettier-ignore
  },
  { name: 'wrong-getpid', does: 'tells a process a wrong number of its own', find: identity(/^get(pid|tid)$/) },
  { name: 'wrong-getppid', does: 'tells a process a wrong parent', find: identity(/^getppid$/) },
  { name: 'wrong-group', does: 'tells a wrong process group or session', find: identity(/^get(pgrp|pgid|sid)$/) },
  {
    name: 'leader-makes-session',
    does: 'lets the leader of a process group make a session',
    find: (history) =>
      history.calls
        .filter(({ name, errno }) => name === 'setsid' && errno === 'EPERM')
        .map((seen) => newResult(history, seen, String(seen.pid))),
  },
  {
    name: 'session-refused',
    does: 'refuses a session to a process that leads no group',
    find: (history) =>
      history.calls
        .filter(({ name, value }) => name === 'setsid' && value > 0)
        .map((seen) => newResult(history, seen, '-1 EPERM (Operation not permitted)')),
  },
  {
    name: 'goes-on-after-exit',
    does: 'lets a process go on after exit_group',
    find: ({ lines, pids }) =>
      lines.flatMap((line, index) => {
        if (!/ exit_group\(\d+\) +=/.test(line)) return []
        const again = line.replace(/exit_group\(.*$/, `getpid() = ${pids[index + 1]}`)
        return [{ changes: new Map([[index + 1, [line, again]]]), shows: [index + 1, 1] as const, truth: /allowed  .*(dying|exit_group|dead)/ }]
      }), // prettier-ignore
  },
  {
    name: 'ends-with-another-status',
    does: 'ends a process with another status than it gave',
    find: ({ deaths, lines }) =>
      deaths.flatMap((death) =>
        death.kind === 'exited'
          ? [changed(death.line, lines[death.line - 1]!.replace(/with \d+/, `with ${(death.code + 1) % 256}`), new RegExp(`exited with ${death.code}(?!\\d)`))]
          : [],
      ), // prettier-ignore
  },
  {
    name: 'killed-by-another-signal',
    does: 'ends a process by another signal than it took',
    find: (history) =>
      history.deaths.flatMap((death) => {
        const text = history.lines[death.line - 1]!
        const taken = history.signals.findLast(({ pid, line }) => pid === death.pid && line < death.line)
        if (death.kind !== 'killed' || death.core || taken === undefined || taken.signal !== death.signal) return []
        const was = /by (SIG\w+)/.exec(text)![1]!
        return nextOf(history, taken.line) === death.line
          ? [changed(death.line, text.replace(was, was === 'SIGTERM' ? 'SIGHUP' : 'SIGTERM'), exactly(was))]
          : []
      }),
  },
  {
    name: 'esrch-for-zombie',
    does: 'says that there is no process where a child waits to be reaped',
    find: (history) =>
      history.calls
        .filter((seen) => seen.name === 'kill' && seen.value === 0 && isChild(history, seen))
        .map((seen) => newResult(history, seen, '-1 ESRCH (No such process)', /kill = 0/)),
  },
  {
    name: 'reaped-is-there',
    does: 'finds a process that is gone',
    onlyClosed: true,
    find: (history) =>
      history.calls
        .filter(
          (seen) =>
            seen.name === 'kill' && seen.errno === 'ESRCH' && history.pids.includes(Number.parseInt(seen.args, 10)),
        )
        .map((seen) => newResult(history, seen, '0')),
  },
]

/** A child of the caller that is not reaped yet, alive or not. */
function isChild({ parents, calls }: History, { args, process, enter }: Seen): boolean {
  const pid = Number.parseInt(args, 10)
  return (
    parents.get(pid) === process &&
    !calls.some((other) => /^wait/.test(other.name) && other.value === pid && other.enter < enter)
  )
}

/** The line on which a process enters its last call, if that is exit_group; 0 otherwise. */
function lastCall({ lines, pids }: History, pid: number): number {
  for (let line = 1; line <= lines.length; line++)
    if (pids[line] === pid && lines[line - 1]!.includes(' exit_group(')) return line
  return 0
}
