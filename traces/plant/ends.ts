// Faults in what is left of a process, and in what is told of it: ends, waits, numbers, parents.
import { newResult } from './descriptors.ts'
import type { History, Seen } from './history.ts'
import { changed, exactly, nextOf, withResult, type FaultClass, type Plant } from './plant.ts'

/** The line stands there twice; the second one shows the fault. */
export const repeated =
  (lines: (history: History) => readonly number[], truth: RegExp) =>
  (history: History): Plant[] =>
    lines(history).map((line) => {
      const text = history.lines[line - 1]!
      return { changes: new Map([[line, [text, text]]]), shows: [line, 1] as const, truth }
    })

/** A line that is not there follows another. */
export const inserted = (history: History, after: number, text: string, truth: RegExp): Plant => ({
  changes: new Map([[after, [history.lines[after - 1]!, text]]]),
  shows: [after, 1],
  truth,
})

/** What stands on a line before the call: pid and time. */
export const prefixOf = (line: string): string => /^.*? (?=[a-z_0-9]+\()/.exec(line)?.[0] ?? ''

const isWhole = ({ enter, leave }: Seen): boolean => enter === leave
const reaps = ({ name, value }: Seen): boolean => name === 'wait4' && value > 0

/** Of these processes calls have made threads, or what shares their number. */
const hasThreads = ({ calls }: History, pid: number): boolean =>
  calls.some(({ args, process }) => process === pid && /CLONE_(THREAD|VM)/.test(args))

const deathOf = ({ deaths }: History, pid: number): number | undefined =>
  deaths.find((death) => death.pid === pid)?.line

/** Made once, and of a number of its own. */
const isUnique = ({ calls }: History, pid: number): boolean =>
  calls.filter(({ name, value }) => /^(clone3?|v?fork)$/.test(name) && value === pid).length === 1

/** The first result, on a line of its own, of a call of another process before a line. */
const firstOf = ({ pids }: History, pid: number): number => pids.indexOf(pid)

export const endFaults: readonly FaultClass[] = [
  {
    name: 'dies-twice',
    does: 'ends a thread that has ended',
    find: repeated(({ deaths }) => deaths.map(({ line }) => line), /allowed  \S/),
  },
  {
    name: 'parent-is-dead',
    does: 'names a parent that has ended',
    find: (history) =>
      history.calls.flatMap((seen) => {
        const parent = history.parents.get(seen.process)
        const died = parent === undefined ? undefined : deathOf(history, parent)
        if (seen.name !== 'getppid' || died === undefined || died >= seen.enter || seen.value === parent) return []
        return [newResult(history, seen, String(parent), /allowed  getppid = /)]
      }),
  },
  {
    name: 'parent-is-init-early',
    does: 'gives a child to init whose parent lives',
    find: (history) =>
      history.calls.flatMap((seen) => {
        const parent = history.parents.get(seen.process)
        if (seen.name !== 'getppid' || seen.value !== parent || hasThreads(history, parent)) return []
        const next = nextOf(history, seen.leave, parent)
        if (next === undefined || !/ [a-z_0-9]+\(/.test(history.lines[next - 1]!)) return []
        return [newResult(history, seen, '1', exactly(parent))]
      }),
  },
  {
    name: 'sigchld-before-end',
    does: 'tells a parent of the end of a child that has not ended',
    find: (history) =>
      history.signals.flatMap(({ signal, info, line, pid }) => {
        const child = Number(/CLD_EXITED, si_pid=(\d+)/.exec(info)?.[1] ?? 0)
        if (signal !== 17 || history.parents.get(child) !== pid || hasThreads(history, child)) return []
        if (!isUnique(history, child) || hasThreads(history, pid)) return []
        const last = history.calls.findLast((seen) => seen.pid === child && isWhole(seen))
        const before = history.pids.lastIndexOf(pid, line - 1)
        // It comes where its parent does nothing.
        if (last === undefined || before >= last.enter || last.enter >= line) return []
        if (!/^(\S+ +)?\S* *<\.\.\. |\)/.test(history.lines[before - 1]!)) return []
        const text = history.lines[line - 1]!
        return [
          {
            changes: new Map([
              [last.leave, [text, history.lines[last.leave - 1]!]],
              [line, []],
            ]),
            shows: [last.leave, 0] as const,
            truth: /allowed  \S/,
          },
        ]
      }),
  },
  {
    name: 'child-before-fork',
    does: 'lets a child run before it is made',
    find: (history) =>
      [...history.parents].flatMap(([child, parent]) => {
        const maker = history.calls.find(
          ({ name, value, process }) => /^(clone3?|v?fork)$/.test(name) && value === child && process === parent,
        )
        const first = firstOf(history, child)
        const seen = history.calls.find(({ enter, pid }) => enter === first && pid === child)
        if (maker === undefined || seen === undefined || !isWhole(seen) || !isUnique(history, child)) return []
        if (first <= maker.enter || hasThreads(history, parent)) return []
        const [entry, text] = [history.lines[maker.enter - 1]!, history.lines[first - 1]!]
        return [
          {
            changes: new Map([
              [maker.enter, [text, entry]],
              [first, []],
            ]),
            shows: [maker.enter, 0] as const,
            truth: /allowed  \S/,
          },
        ]
      }),
  },
  {
    name: 'number-of-the-living',
    does: 'gives a new process the number of one that lives',
    find: (history) =>
      history.calls.flatMap((seen) => {
        if (!/^(clone|v?fork)$/.test(seen.name) || seen.value <= 0 || seen.args.includes('CLONE_THREAD')) return []
        const other = [...history.parents.keys()].find((pid) => {
          const next = nextOf(history, seen.leave, pid)
          return (
            pid !== seen.value &&
            firstOf(history, pid) < seen.enter &&
            firstOf(history, pid) > 0 &&
            isUnique(history, pid) &&
            next !== undefined &&
            / [a-z_0-9]+\(|resumed>/.test(history.lines[next - 1]!)
          )
        })
        return other === undefined ? [] : [newResult(history, seen, String(other), /allowed  \S/)]
      }),
  },
  {
    name: 'waitid-wrong-status',
    does: 'tells waitid of another status than that of the end',
    find: ({ calls, lines }) =>
      calls
        .filter(({ name, args, value }) => name === 'waitid' && value === 0 && args.includes('CLD_EXITED'))
        .flatMap(({ leave }) => {
          const line = lines[leave - 1]!
          const was = /si_status=(\d+)/.exec(line)?.[1]
          return was === undefined
            ? []
            : [changed(leave, line.replace(/si_status=\d+/, `si_status=${Number(was) ^ 1}`), /allowed  \S/)]
        }),
  },
  {
    name: 'killed-as-exited',
    does: 'reports an exit where a signal has killed',
    find: ({ calls, lines }) =>
      calls
        .filter((seen) => reaps(seen) && /WIFSIGNALED\(s\) && WTERMSIG\(s\) == SIG\w+\}/.test(seen.args))
        .map(({ leave }) => {
          const line = lines[leave - 1]!
          const was = /SIG[A-Z0-9_]+(?=\})/.exec(line)![0]
          return changed(
            leave,
            line.replace(/WIFSIGNALED\(s\) && WTERMSIG\(s\) == SIG\w+/, 'WIFEXITED(s) && WEXITSTATUS(s) == 0'),
            exactly(was),
          )
        }),
  },
  {
    name: 'stopped-by-another-signal',
    does: 'reports a stop by another signal than the one that stopped',
    find: ({ calls, lines }) =>
      calls
        .filter((seen) => reaps(seen) && seen.args.includes('WIFSTOPPED'))
        .map(({ leave }) => {
          const line = lines[leave - 1]!
          const was = /WSTOPSIG\(s\) == (\w+)/.exec(line)![1]!
          return changed(
            leave,
            line.replace(/WSTOPSIG\(s\) == \w+/, `WSTOPSIG(s) == ${was === 'SIGTTIN' ? 'SIGTTOU' : 'SIGTTIN'}`),
            exactly(was),
          )
        }),
  },
  {
    name: 'stopped-goes-on',
    does: 'lets a stopped process go on without SIGCONT',
    find: ({ lines, pids, ...history }) =>
      lines.flatMap((line, index) => {
        const pid = pids[index + 1]!
        if (!/ --- stopped by SIG/.test(line) || hasThreads({ lines, pids, ...history }, pid)) return []
        const again = line.replace(/---.*$/, `brk(NULL) = 0x55d0c0a01000`)
        return [inserted({ lines, pids, ...history }, index + 1, again, /allowed  .*(stopped|SIGCONT)/)]
      }),
  },
  {
    name: 'waits-on-nobody',
    does: 'lets a wait without WNOHANG find nobody and not sleep',
    find: (history) =>
      history.calls
        .filter((seen) => reaps(seen) && !/WNOHANG|0x[13579bdf]\b/.test(seen.args) && /, 0, NULL$/.test(seen.args))
        .map((seen) => {
          const line = history.lines[seen.leave - 1]!.replace(/\[\{WIF.*?\}\]/, '0x7ffd0681268')
          return changed(seen.leave, withResult(line, '0'), /allowed  .*(wait4 = |sleeps)/)
        }),
  },
  {
    name: 'wrong-setsid',
    does: 'makes setsid return another number than the caller has',
    find: (history) =>
      history.calls
        .filter(({ name, value, pid }) => name === 'setsid' && value === pid)
        .map((seen) => newResult(history, seen, String(seen.value + 1))),
  },
]
