// Faults in descriptors, pipes and offsets.
import type { History, Seen } from './history.ts'
import { changed, exactly, nextOf, resultText, withResult, type FaultClass, type Plant } from './plant.ts'

const BAD = '-1 EBADF (Bad file descriptor)'

/** Calls whose first argument is a descriptor that they need. */
const ON_FD =
  /^(read|write|close|lseek|fcntl|dup|fstat|newfstatat|getdents64|ftruncate|fsync|flock|pread64|pwrite64|readv|writev)$/
/** Calls that give the lowest free descriptor. */
const LOWEST = /^(open|openat|creat|dup|socket|eventfd2|epoll_create1|memfd_create|mq_open)$/

/** The result of a call, changed. */
export const newResult = (history: History, { leave }: Seen, result: string, truth?: RegExp): Plant => {
  const line = history.lines[leave - 1]!
  return changed(leave, withResult(line, result), truth ?? exactly(resultText(line).replace(/ .*/s, '')))
}

/** All calls that are chosen get a result that `result` makes. */
const results =
  (chosen: (seen: Seen) => boolean, result: (seen: Seen) => string, truth?: (seen: Seen) => RegExp) =>
  (history: History): Plant[] =>
    history.calls.filter(chosen).map((seen) => newResult(history, seen, result(seen), truth?.(seen)))

/** What is read is all of what one call has written, and was shown in full. */
const isWhole = (calls: readonly Seen[], args: string): boolean => {
  const text = /"(?:[^"\\]|\\.)*"(?!\.\.\.)/.exec(args)?.[0]
  return text !== undefined && calls.some((other) => other.name === 'write' && other.args.includes(`${text}, `))
}

const worked = ({ value, errno }: Seen): boolean => errno === '' && value >= 0

/** A call that has taken the lowest free number, and of which it is known, takes the next. */
const notLowest = (isKnown: (seen: Seen) => boolean): FaultClass['find'] =>
  results(
    (seen) => LOWEST.test(seen.name) && worked(seen) && isKnown(seen),
    ({ value }) => String(value + 1),
  )

/** A call on a descriptor that is known to be open fails. */
const notOpen = (isKnown: (seen: Seen) => boolean): FaultClass['find'] =>
  results(
    (seen) => ON_FD.test(seen.name) && worked(seen) && isKnown(seen),
    () => BAD,
    ({ name }) => new RegExp(`allowed  .*${name}`),
  )

export const descriptorFaults: readonly FaultClass[] = [
  {
    name: 'descriptor-not-lowest',
    does: 'gives a descriptor that is not the lowest free one',
    find: notLowest(({ knew, value }) => knew.has(value)),
  },
  {
    name: 'ebadf-for-open',
    does: 'says EBADF for an open descriptor',
    find: notOpen(({ slot }) => slot !== undefined),
  },
  {
    name: 'close-twice',
    does: 'closes a descriptor that is closed',
    find: ({ calls, lines }) =>
      calls
        .filter((seen) => seen.name === 'close' && seen.value === 0 && seen.enter === seen.leave)
        .map(({ leave }) => {
          const line = lines[leave - 1]!
          return { changes: new Map([[leave, [line, line]]]), shows: [leave, 1] as const, truth: /EBADF/ }
        }),
  },
  {
    name: 'success-on-closed',
    does: 'lets a call succeed on a descriptor that is not open',
    find: results(
      ({ name, args, errno, knew }) =>
        /^(close|lseek|dup|fcntl|write)$/.test(name) && errno === 'EBADF' && knew.has(Number.parseInt(args, 10)),
      () => '0',
    ),
  },
  {
    name: 'data-after-end-of-file',
    does: 'reads from a pipe that is empty and has no writer',
    find: ({ calls, lines }) =>
      calls
        .filter(
          ({ name, value, slot, errno }) => name === 'read' && !errno && value === 0 && slot?.kind === 'pipe-read',
        )
        .map(({ leave }) =>
          changed(leave, withResult(lines[leave - 1]!.replace('""', '"x"'), '1'), /allowed  .*read = 0|allowed  .*""/),
        ),
  },
  {
    name: 'end-of-file-with-data',
    does: 'says that a pipe has ended that holds data',
    find: ({ calls, lines }) =>
      calls
        .filter(({ name, value, slot }) => name === 'read' && value > 0 && slot?.kind === 'pipe-read')
        .map((seen) =>
          changed(
            seen.leave,
            withResult(lines[seen.leave - 1]!.replace(/"(?:[^"\\]|\\.)*"(?:\.\.\.)?/, '""'), '0'),
            new RegExp(`allowed  .*read = ${seen.value}(?!\\d)`),
          ),
        ),
  },
  {
    name: 'end-of-file-with-writer',
    does: 'says that a pipe has ended though a writer lives: a read that sleeps comes back at once',
    find: ({ calls, lines, pids }) =>
      calls
        .filter(
          ({ name, value, slot, enter, leave, pid }) =>
            name === 'read' &&
            value > 0 &&
            slot?.kind === 'pipe-read' &&
            leave > enter + 1 &&
            // What it reads is written while it waits.
            calls.some(
              (other) =>
                other.name === 'write' &&
                other.pid !== pid &&
                other.enter > enter &&
                other.leave <= leave &&
                other.slot?.kind === 'pipe-write' &&
                other.value === value,
            ),
        ) // prettier-ignore
        .map(({ enter, leave, pid }) => {
          const line = lines[leave - 1]!
          const ended = withResult(line.replace(/"(?:[^"\\]|\\.)*"(?:\.\.\.)?/, '""'), '0')
          return {
            changes: new Map([[enter, [lines[enter - 1]!, ended]], [leave, []]]),
            shows: [enter, 1] as const,
            truth: pids[enter] === pid ? /allowed  .*(sleeps|read = [1-9])/ : /allowed/,
          } // prettier-ignore
        }),
  },
  {
    name: 'wrong-bytes',
    does: 'gives other bytes than were written to a pipe',
    find: ({ calls, lines }) =>
      calls
        .filter(
          ({ name, value, slot, args }) =>
            name === 'read' && value > 0 && slot?.kind === 'pipe-read' && /"[a-z]/.test(args) && isWhole(calls, args),
        )
        .map(({ leave }) => changed(leave, lines[leave - 1]!.replace(/"[a-z]/, '"~'), /allowed  .*read/)),
  },
  {
    name: 'write-without-reader',
    does: 'lets a write to a pipe without readers succeed',
    find: results(
      ({ name, errno, slot }) => name === 'write' && errno === 'EPIPE' && slot?.kind === 'pipe-write',
      ({ args }) => /(\d+)$/.exec(args)?.[1] ?? '1',
    ),
  },
  {
    name: 'sigpipe-missing',
    does: 'sends no SIGPIPE with EPIPE',
    onlyClosed: true,
    find: (history) =>
      history.signals.flatMap(({ signal, line }) => {
        const next = nextOf(history, line)
        if (signal !== 13 || next === undefined || !history.lines[next - 1]!.includes('rt_sigreturn')) return []
        const after = nextOf(history, next)
        if (after === undefined) return []
        return [{ changes: new Map([[line, []], [next, []]]), shows: [after, 0] as const, truth: /SIGPIPE/ }]
      }), // prettier-ignore
  },
  {
    name: 'pipe-holds-too-much',
    does: 'takes more into a full pipe',
    find: results(
      ({ name, errno, slot }) => name === 'write' && errno === 'EAGAIN' && slot?.kind === 'pipe-write',
      ({ args }) => /(\d+)$/.exec(args)?.[1] ?? '1',
    ),
  },
  {
    name: 'wrong-offset',
    does: 'tells a wrong offset',
    find: results(
      ({ name, errno, args, slot }) =>
        name === 'lseek' && errno === '' && slot?.kind === 'file' && /SEEK_CUR$/.test(args),
      ({ value }) => String(value + 1),
    ),
  },
  {
    name: 'dup2-elsewhere',
    does: 'duplicates to another number than it was told',
    find: results(
      (seen) => /^dup[23]$/.test(seen.name) && worked(seen),
      ({ value }) => String(value + 1),
    ),
  },
  {
    name: 'cloexec-flag-lost',
    does: 'forgets the close-on-exec flag',
    find: results(
      ({ name, args, value, slot }) => name === 'fcntl' && /F_GETFD$/.test(args) && value === 1 && slot !== undefined,
      () => '0',
      () => /fcntl = 1/,
    ),
  },
  {
    name: 'cloexec-survives-exec',
    does: 'keeps a close-on-exec descriptor through execve, so that its number is not free',
    find: notLowest(({ closedByExec, value }) => closedByExec.has(value)),
  },
  {
    name: 'open-lost-by-exec',
    does: 'closes a descriptor without the close-on-exec flag at execve',
    find: notOpen(({ slot }) => slot?.throughExec === true),
  },
]
