// Faults in descriptors and locks that others beside a process still use.
import { newResult } from './descriptors.ts'
import { inserted, prefixOf } from './ends.ts'
import type { History, Seen } from './history.ts'
import { changed, exactly, nextOf, resultText, withResult, type FaultClass } from './plant.ts'

const EAGAIN = '-1 EAGAIN (Resource temporarily unavailable)'
const isWhole = ({ enter, leave }: Seen): boolean => enter === leave
const worked = ({ errno, value }: Seen): boolean => errno === '' && value >= 0
const MAKES = /^(open|openat|creat|dup|socket|eventfd2|epoll_create1|memfd_create|mq_open|timerfd_create)$/
/** The two descriptors of a pipe. */
const PAIR = /\[(\d+)((?:<.*?>)?), (\d+)((?:<.*?>)?)\]/

/** A process in which no thread shares the descriptors of another. */
const isAlone = ({ calls }: History, { process }: Seen): boolean =>
  !calls.some((other) => other.process === process && /CLONE_(THREAD|FILES)/.test(other.args))

export const descriptorAndLockFaults: readonly FaultClass[] = [
  {
    name: 'open-given-again',
    does: 'gives a descriptor that is open',
    find: (history) =>
      history.calls.flatMap((seen) => {
        if (!MAKES.test(seen.name) || !worked(seen) || !isAlone(history, seen)) return []
        // Where nothing is ever closed, it may be that this is not shown.
        if (!history.calls.some(({ name }) => name === 'close')) return []
        const before = history.calls.findLast(
          (other) =>
            other.process === seen.process &&
            MAKES.test(other.name) &&
            worked(other) &&
            other.leave < seen.enter &&
            other.value < seen.value,
        )
        const since = history.calls.filter(
          (other) =>
            other.process === seen.process &&
            before !== undefined &&
            other.leave > before.leave &&
            other.enter < seen.enter,
        )
        if (
          before === undefined ||
          since.some(({ name }) => /^(close|close_range|dup|dup2|dup3|fcntl|execve)$/.test(name))
        )
          return []
        return [newResult(history, seen, String(before.value), exactly(seen.value))]
      }),
  },
  {
    name: 'pipe-ends-swapped',
    does: 'gives the ends of a pipe in another order',
    find: ({ calls, lines }) =>
      calls
        .filter((seen) => /^pipe2?$/.test(seen.name) && seen.value === 0 && PAIR.test(seen.args))
        .map(({ leave }) => {
          const text = lines[leave - 1]!
          return changed(leave, text.replace(PAIR, '[$3$2, $1$4]'), /allowed  pipe2? = 0/)
        }),
  },
  {
    name: 'pipe-given-again',
    does: 'gives both ends of a pipe one number',
    find: ({ calls, lines }) =>
      calls
        .filter((seen) => /^pipe2?$/.test(seen.name) && seen.value === 0 && PAIR.test(seen.args))
        .map(({ leave }) => {
          const text = lines[leave - 1]!
          return changed(leave, text.replace(PAIR, '[$1$2, $1$4]'), /allowed  pipe2? = 0/)
        }),
  },
  {
    name: 'closed-is-mapped',
    does: 'maps a file by a descriptor that is closed',
    find: (history) =>
      history.calls.flatMap((seen) => {
        const map = history.calls.findLast(
          (other) =>
            other.name === 'mmap' &&
            other.process === seen.process &&
            isWhole(other) &&
            other.leave < seen.enter &&
            new RegExp(`, ${Number.parseInt(seen.args, 10)}(<[^>]*>)?, (0|0x[0-9a-f]+)$`).test(other.args),
        )
        if (seen.name !== 'close' || seen.value !== 0 || !isWhole(seen) || map === undefined) return []
        if (!isAlone(history, seen) || nextOf(history, map.leave) !== seen.leave) return []
        const text = history.lines[map.leave - 1]!
        return [
          inserted(
            history,
            seen.leave,
            withResult(text, '0x7f4200000000')
              .replace(/mmap\((NULL|0x[0-9a-f]+)/, 'mmap(NULL')
              .replace('MAP_FIXED|', ''),
            /EBADF/,
          ),
        ]
      }),
  },
  {
    name: 'status-flags-lost',
    does: 'forgets O_NONBLOCK',
    find: ({ calls, lines }) =>
      calls
        .filter(({ name, args, errno, slot }) => name === 'fcntl' && /F_GETFL$/.test(args) && errno === '' && slot)
        .flatMap(({ leave, value }) => {
          const text = lines[leave - 1]!
          if ((value & 0o4000) === 0) return []
          const result = resultText(text)
            .replace(/^0x[0-9a-f]+/, `0x${(value & ~0o4000).toString(16)}`)
            .replace('|O_NONBLOCK', '')
          return [changed(leave, withResult(text, result), /O_NONBLOCK|fcntl = \d+/)]
        }),
  },
  {
    name: 'wrong-event-count',
    does: 'reads another number from an eventfd than was written',
    find: (history) =>
      history.calls.flatMap((seen) => {
        if (seen.name !== 'read' || seen.value !== 8 || seen.slot?.kind !== 'other' || !isWhole(seen)) return []
        const text = history.lines[seen.leave - 1]!
        const fd = Number.parseInt(seen.args, 10)
        const made = history.calls.findLast(
          (other) =>
            other.process === seen.process &&
            worked(other) &&
            other.value === fd &&
            MAKES.test(other.name) &&
            other.leave < seen.enter,
        )
        if (made?.name !== 'eventfd2' || !isAlone(history, seen)) return []
        return /"\\[1-6]\\0/.test(text)
          ? [
              changed(
                seen.leave,
                text.replace(/"\\([1-6])/, (_, digit: string) => `"\\${Number(digit) + 1}`),
                /the count is/,
              ),
            ]
          : []
      }),
  },
  {
    name: 'write-to-read-end',
    does: 'lets a process write to the end of a pipe from which it reads',
    find: (history) =>
      history.calls.flatMap((seen) => {
        if (seen.name !== 'read' || seen.slot?.kind !== 'pipe-read' || !isWhole(seen) || !worked(seen)) return []
        if (!isAlone(history, seen)) return []
        const line = `${prefixOf(history.lines[seen.leave - 1]!)}write(${Number.parseInt(seen.args, 10)}, "x", 1) = 1`
        return [inserted(history, seen.leave, line, /EBADF/)]
      }),
  },
  {
    name: 'unlock-refused',
    does: 'refuses to remove a lock',
    find: (history) =>
      history.calls
        .filter(
          (seen) =>
            seen.value === 0 &&
            ((seen.name === 'flock' && /LOCK_UN/.test(seen.args)) ||
              (seen.name === 'fcntl' && /SETLK.*F_UNLCK/.test(seen.args))),
        )
        .map((seen) => newResult(history, seen, EAGAIN, /(flock|fcntl) = 0/)),
  },
  {
    name: 'waiting-lock-refused',
    does: 'refuses a lock at once to a caller that would wait',
    find: (history) =>
      history.calls
        .filter(
          (seen) =>
            seen.value === 0 &&
            ((seen.name === 'flock' && /^\d+(<.*>)?, LOCK_(EX|SH)$/.test(seen.args)) ||
              (seen.name === 'fcntl' && /F_(OFD_)?SETLKW, \{l_type=F_(RD|WR)LCK/.test(seen.args))),
        )
        .map((seen) => newResult(history, seen, EAGAIN, /(flock|fcntl) (= 0|sleeps)/)),
  },
  {
    name: 'own-lock-found',
    does: 'finds a lock of the caller itself in its way',
    find: ({ calls, lines }) =>
      calls.flatMap(({ name, args, leave, process }) => {
        if (name !== 'fcntl' || !/F_GETLK, \{l_type=F_UNLCK/.test(args)) return []
        const line = lines[leave - 1]!.replace('l_type=F_UNLCK', 'l_type=F_WRLCK')
        return [changed(leave, line.replace(/l_pid=-?\d+/, `l_pid=${process}`), /F_UNLCK/)]
      }),
  },
]
