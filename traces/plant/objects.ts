// Faults in message queues, segments and terminals.
import { newResult } from './descriptors.ts'
import { repeated } from './ends.ts'
import type { History, Seen } from './history.ts'
import { changed, exactly, type FaultClass, type Plant } from './plant.ts'

const isWhole = ({ enter, leave }: Seen): boolean => enter === leave
const worked = ({ errno, value }: Seen): boolean => errno === '' && value >= 0

const wholeLines =
  (chosen: (seen: Seen) => boolean) =>
  ({ calls }: History): number[] =>
    calls.filter((seen) => isWhole(seen) && chosen(seen)).map(({ leave }) => leave)

/** A number after a name is another. */
const number =
  (name: string, call: RegExp, other: (was: number) => number, isFit: (seen: Seen) => boolean = () => true) =>
  ({ calls, lines }: History): Plant[] =>
    calls
      .filter((seen) => call.test(seen.name) && worked(seen) && isFit(seen))
      .flatMap(({ leave }) => {
        const text = lines[leave - 1]!
        const at = text.lastIndexOf(`${name}=`)
        const was = new RegExp(`^${name}=(\\d+)`).exec(text.slice(at))?.[1]
        if (at < 0 || was === undefined) return []
        const rest = text.slice(at + name.length + 1 + was.length)
        return [changed(leave, `${text.slice(0, at)}${name}=${other(Number(was))}${rest}`, exactly(was))]
      })

/** One letter of a text that was received is another. */
const letter =
  (call: RegExp) =>
  (history: History): Plant[] =>
    history.calls
      .filter((seen) => call.test(seen.name) && seen.value > 0 && isSent(history, seen))
      .flatMap(({ leave }) => {
        const text = history.lines[leave - 1]!
        return /"[a-z]/.test(text)
          ? [changed(leave, text.replace(/"[a-z]/, '"~'), /allowed  .*(msgrcv|mq_timedreceive) = /)]
          : []
      })

/** A call of the capture has sent it. */
function isSent({ calls }: History, { args, value }: Seen): boolean {
  const text = /"((?:[^"\\]|\\.)*)/.exec(args)?.[1]
  if (text === undefined) return false
  const begin = text.slice(0, Math.min(value, 4))
  return calls.some(({ name, args: sent }) => /^(msgsnd|mq_timedsend)$/.test(name) && sent.includes(`"${begin}`))
}

export const objectFaults: readonly FaultClass[] = [
  { name: 'message-altered', does: 'gives another message than was sent', find: letter(/^msgrcv$/) },
  {
    name: 'posix-message-altered',
    does: 'gives another POSIX message than was sent',
    find: letter(/^mq_timedreceive$/),
  },
  {
    name: 'message-type-altered',
    does: 'gives a message another type',
    find: number('mtype', /^msgrcv$/, (was) => was + 1, isWhole),
  },
  {
    name: 'wrong-cpid',
    does: 'names another maker of a segment',
    find: number('shm_cpid', /^shmctl$/, (was) => was + 1),
  },
  {
    name: 'message-grows',
    does: 'gives a message that is longer than the one that was sent',
    find: (history) =>
      history.calls
        .filter(
          (seen) =>
            seen.name === 'msgrcv' &&
            seen.value > 0 &&
            seen.value < Number(/, (\d+), -?\d+, [^,]*$/.exec(seen.args)?.[1] ?? 0),
        )
        .map((seen) => newResult(history, seen, String(seen.value + 1))),
  },
  {
    name: 'detached-twice',
    does: 'detaches a segment that is not attached',
    find: repeated(
      wholeLines((seen) => seen.name === 'shmdt' && seen.value === 0),
      /EINVAL/,
    ),
  },
  {
    name: 'removed-twice',
    does: 'removes a System V object that is gone',
    find: repeated(
      wholeLines((seen) => /^(semctl|msgctl)$/.test(seen.name) && /IPC_RMID/.test(seen.args) && seen.value === 0),
      /E(INVAL|IDRM)/,
    ),
  },
  {
    name: 'wrong-foreground',
    does: 'tells another foreground process group than was set',
    find: (history) =>
      history.calls.flatMap((seen, index) => {
        const shown = /TIOCGPGRP, \[(\d+)\]/.exec(seen.args)?.[1]
        const set = history.calls.findLast(
          (other, at) => at < index && other.value === 0 && /TIOCSPGRP, \[/.test(other.args),
        )
        if (shown === undefined || seen.value !== 0 || set === undefined || !set.args.includes(`[${shown}]`)) return []
        return [
          changed(
            seen.leave,
            history.lines[seen.leave - 1]!.replace(`[${shown}]`, `[${Number(shown) + 1}]`),
            exactly(shown),
          ),
        ]
      }),
  },
]
