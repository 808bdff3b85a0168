// Faults in signals, locks and System V objects.
import { newResult } from './descriptors.ts'
import type { History, Seen } from './history.ts'
import { changed, exactly, nextOf, resultText, withResult, type FaultClass, type Plant } from './plant.ts'

const SIGCHLD = 17
const SIGHUP = 1
const SIGCONT = 18
const CHLD_FIELD = (field: string): RegExp => new RegExp(`(${field}=)(\\w+)`)

/** A member of the siginfo of SIGCHLD is another. */
const siginfo =
  (field: string, other: (was: string, line: string) => string) =>
  ({ signals, lines }: History): Plant[] =>
    signals.filter(({ signal, info }) => signal === SIGCHLD && /CLD_(EXITED|KILLED|DUMPED)/.test(info)).map(({ line }) => {
      const text = lines[line - 1]!
      const was = CHLD_FIELD(field).exec(text)![2]!
      return changed(line, text.replace(CHLD_FIELD(field), (_, name: string) => `${name}${other(was, text)}`), /allowed  \S/)
    }) // prettier-ignore

/** A signal that runs a handler, with its return, is not there. */
const missing =
  (which: (signal: number, info: string) => boolean) =>
  (history: History): Plant[] =>
    history.signals.flatMap(({ signal, info, line, pid }) => {
      const back = nextOf(history, line)
      if (!which(signal, info) || back === undefined || !history.lines[back - 1]!.includes(' rt_sigreturn(')) return []
      // The second half of its return goes with the first.
      const end = history.lines[back - 1]!.includes('<unfinished') ? nextOf(history, back) : back
      const after = end === undefined ? undefined : nextOf(history, end)
      // One of its kind may stand for two.
      if (end === undefined || after === undefined || history.signals.some((other) => other.pid === pid && other.signal === signal && other.line !== line)) return []
      return [{ changes: new Map([[line, []], [back, []], [end, []]]), shows: [after, 0] as const, truth: /SIG[A-Z0-9]+ \(/ }]
    }) // prettier-ignore

const LOCKS = /^(flock|fcntl)$/
const asks = (seen: Seen): boolean =>
  seen.name === 'flock' ? /LOCK_NB/.test(seen.args) : /F_(OFD_)?SETLK,/.test(seen.args)

/** A call that has slept comes back at once: its second half follows its first. */
const early = (calls: (seen: Seen) => boolean) => (history: History): Plant[] =>
  history.calls
    .filter((seen) => calls(seen) && seen.errno === '' && seen.leave > seen.enter + 1)
    .filter(({ leave }) => Number(/<(\d+\.\d+)>$/.exec(history.lines[leave - 1]!)?.[1] ?? 0) > SLEPT)
    .map(({ enter, leave }) => ({
      changes: new Map([[enter, [history.lines[enter - 1]!, history.lines[leave - 1]!]], [leave, []]]),
      shows: [enter, 1] as const,
      truth: /allowed  .*sleeps/,
    })) // prettier-ignore

/** Seconds: a call that took as long has slept. */
const SLEPT = 0.005

/** A number in the arguments, after some name, is off by one. */
const offByOne = (name: string, call: (seen: Seen) => boolean) => (history: History): Plant[] =>
  history.calls.filter(call).flatMap(({ leave }) => {
    const text = history.lines[leave - 1]!
    const was = new RegExp(`${name}=(\\d+)`).exec(text)?.[1]
    return was === undefined ? [] : [changed(leave, text.replace(`${name}=${was}`, `${name}=${Number(was) + 1}`), exactly(was))]
  }) // prettier-ignore

/** Two calls in a row that received, of one thread, change what they received. */
function swapped({ calls, lines }: History): Plant[] {
  const received = calls.filter(
    ({ name, value, enter, leave }) => /^(msgrcv|mq_timedreceive)$/.test(name) && value > 0 && enter === leave,
  )
  return received.flatMap((seen, i) => {
    const next = received[i + 1]
    if (next?.pid !== seen.pid || next.name !== seen.name || next.args === seen.args) return []
    const [a, b] = [lines[seen.leave - 1]!, lines[next.leave - 1]!]
    // Asked for in the same way.
    const rest = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"|mtype=\d+|\[\d+\]/g, '')
    if (rest(seen.args) !== rest(next.args)) return []
    const took = (text: string, args: string, from: string) => text.replace(args, () => from)
    return [{
      changes: new Map([
        [seen.leave, [withResult(took(a, seen.args, next.args), resultText(b))]],
        [next.leave, [withResult(took(b, next.args, seen.args), resultText(a))]],
      ]),
      shows: [seen.leave, 0] as const,
      truth: /allowed  .*(msgrcv|mq_)/,
    }]
  }) // prettier-ignore
}

const of = (name: RegExp, args: RegExp) => (seen: Seen) =>
  name.test(seen.name) && args.test(seen.args) && seen.errno === ''

/** What the semaphores of the set hold was shown: no SETALL has set them to what is not. */
function isShown({ calls }: History, { args, enter }: Seen): boolean {
  const set = args.split(',')[0]!
  const isOn = (seen: Seen) => seen.args.startsWith(`${set},`) && seen.enter < enter
  const last = calls.findLast((seen) => isOn(seen) && of(/^semctl$/, /SETALL|SETVAL|IPC_RMID/)(seen))
  return last === undefined || !/SETALL, 0x/.test(last.args)
}

export const signalAndIpcFaults: readonly FaultClass[] = [
  {
    name: 'sigchld-wrong-status',
    does: 'sends SIGCHLD with a wrong si_status',
    find: siginfo('si_status', (was) =>
      /^\d/.test(was) ? String((Number(was) + 1) % 256) : was === 'SIGUSR1' ? 'SIGUSR2' : 'SIGUSR1',
    ),
  },
  {
    name: 'sigchld-wrong-code',
    does: 'sends SIGCHLD with a wrong si_code',
    find: siginfo('si_code', (was) => (was === 'CLD_EXITED' ? 'CLD_KILLED' : 'CLD_EXITED')),
  },
  {
    name: 'sigchld-wrong-pid',
    does: 'sends SIGCHLD with a wrong si_pid',
    find: (history) =>
      siginfo('si_pid', (was) => String(history.pids.find((pid) => pid > 0 && pid !== Number(was)) ?? Number(was) + 1))(
        history,
      ),
  },
  {
    name: 'sigchld-missing',
    does: 'sends no SIGCHLD for a child that has ended, where a handler waits for it',
    find: missing((signal, info) => signal === SIGCHLD && info.includes('CLD_')),
  },
  {
    name: 'hangup-missing',
    does: 'sends no SIGHUP or SIGCONT to an orphaned group or at the end of a session',
    onlyClosed: true,
    find: missing((signal, info) => (signal === SIGHUP || signal === SIGCONT) && info.includes('SI_KERNEL')),
  },
  {
    name: 'signal-missing',
    does: 'loses a signal that was sent by kill',
    onlyClosed: true,
    find: missing((signal, info) => (signal !== SIGCHLD && info.includes('SI_USER')) || info.includes('SI_TKILL')),
  },
  {
    name: 'blocked-delivered',
    does: 'delivers a signal that is blocked',
    find: (history) =>
      history.signals.flatMap(({ line, pid, info }) => {
        const name = /si_signo=SIG(\w+)/.exec(info)?.[1] ?? '?'
        const before = history.calls.findLast((seen) => seen.pid === pid && seen.leave < line)
        if (before?.name !== 'rt_sigprocmask' || before.enter !== before.leave || nextOf(history, before.leave) !== line) return []
        if (!new RegExp(`^SIG_UNBLOCK, \\[([A-Z0-9_ ]* )?${name}[ \\]]`).test(before.args)) return []
        const [call, signal] = [history.lines[before.leave - 1]!, history.lines[line - 1]!]
        return [{ changes: new Map([[before.leave, [signal, call]], [line, []]]), shows: [before.leave, 0] as const, truth: /allowed  \S/ }]
      }), // prettier-ignore
  },
  {
    name: 'handler-survives-exec',
    does: 'keeps a handler through execve',
    find: ({ calls, lines }) =>
      calls.flatMap(({ name, args, leave, handlersBefore }) => {
        const [, signal] = /^(\w+), .*\{sa_handler=SIG_DFL, sa_mask=\[\], sa_flags=0\}, 8$/.exec(args) ?? []
        const handler = name === 'rt_sigaction' && signal !== undefined ? handlersBefore.get(signal) : undefined
        if (handler === undefined) return []
        const line = lines[leave - 1]!
        const at = line.lastIndexOf('sa_handler=SIG_DFL')
        return [
          changed(leave, `${line.slice(0, at)}sa_handler=${handler}${line.slice(at + 18)}`, /SIG_DFL|"?handler"?/),
        ]
      }),
  },
  {
    name: 'mask-lost',
    does: 'forgets which signals are blocked',
    find: ({ calls, lines }) =>
      calls.flatMap(({ name, args, leave }) => {
        const [, old] = /(\[[A-Z0-9_ ]+\]), 8$/.exec(args) ?? []
        if (name !== 'rt_sigprocmask' || old === undefined || !/, .*, 8$/.test(args) || !/^SIG_\w+, .*?, \[/.test(args))
          return []
        return [changed(leave, lines[leave - 1]!.replace(`${old}, 8)`, '[], 8)'), /allowed  .*rt_sigprocmask/)]
      }),
  },
  {
    name: 'lock-in-spite',
    does: 'grants a lock that conflicts with one that is held',
    find: (history) =>
      history.calls
        .filter((seen) => LOCKS.test(seen.name) && asks(seen) && /^(EAGAIN|EACCES)$/.test(seen.errno))
        .map((seen) => newResult(history, seen, '0')),
  },
  {
    name: 'lock-refused',
    does: 'refuses a lock that conflicts with none',
    onlyClosed: true,
    find: (history) =>
      history.calls
        .filter((seen) => LOCKS.test(seen.name) && asks(seen) && seen.value === 0 && !/LOCK_UN|F_UNLCK/.test(seen.args))
        .map((seen) => newResult(history, seen, '-1 EAGAIN (Resource temporarily unavailable)', /(flock|fcntl) = 0/)),
  },
  {
    name: 'lock-survives',
    does: 'shows a lock of a process that has none any more',
    find: ({ calls, lines, pids }) =>
      calls.flatMap(({ name, args, leave, pid }) => {
        const other = pids.find((one) => one > 0 && one !== pid)
        if (name !== 'fcntl' || !/F_GETLK, \{l_type=F_UNLCK/.test(args) || other === undefined) return []
        const line = lines[leave - 1]!.replace('l_type=F_UNLCK', 'l_type=F_WRLCK').replace(
          /l_pid=-?\d+/,
          `l_pid=${other}`,
        )
        return [changed(leave, line, /F_UNLCK/)]
      }),
  },
  {
    name: 'lock-early',
    does: 'grants a lock before the one that conflicts is released',
    find: early(
      ({ name, args }) =>
        (name === 'flock' && !/LOCK_NB|LOCK_UN/.test(args)) || (name === 'fcntl' && /SETLKW/.test(args)),
    ),
  },
  {
    name: 'semop-early',
    does: 'lets a semop pass that has to sleep',
    find: early(of(/^sem(timed)?op$/, /sem_op=(-|0)/)),
  },
  {
    name: 'semop-refused',
    does: 'says EAGAIN though a semop may proceed',
    find: (history) =>
      history.calls
        .filter(
          ({ name, args, value, enter, leave }) =>
            /^sem(timed)?op$/.test(name) && value === 0 && enter === leave && /IPC_NOWAIT/.test(args),
        )
        .map((seen) =>
          newResult(history, seen, '-1 EAGAIN (Resource temporarily unavailable)', /semop = 0|semtimedop = 0/),
        ),
  },
  {
    name: 'wrong-semval',
    does: 'tells a wrong value of a semaphore',
    find: (history) =>
      history.calls
        .filter((seen) => of(/^semctl$/, /GETVAL/)(seen) && isShown(history, seen))
        .map((seen) => newResult(history, seen, String(seen.value + 1))),
  },
  {
    name: 'undo-not-applied',
    does: 'does not undo the semaphore operations of a process that ends',
    find: (history) => {
      const undone = new Set(
        history.calls.filter(of(/^sem(timed)?op$/, /sem_op=-1, sem_flg=[^}]*SEM_UNDO/)).map(({ pid }) => pid),
      )
      const end = history.deaths.find(({ pid }) => undone.has(pid))
      if (end === undefined) return []
      return history.calls
        .filter((seen) => of(/^semctl$/, /GETVAL/)(seen) && seen.enter > end.line && seen.value > 0)
        .map((seen) => newResult(history, seen, String(seen.value - 1)))
    },
  },
  {
    name: 'wrong-nattch',
    does: 'counts attaches of a segment wrongly',
    find: offByOne('shm_nattch', of(/^shmctl$/, /shm_nattch/)),
  },
  {
    name: 'segment-gone',
    does: 'has destroyed a segment that is there',
    find: (history) =>
      history.calls
        .filter((seen) => of(/^(shmat|shmctl)$/, /./)(seen) && /^\d+, (NULL|0x|IPC_STAT)/.test(seen.args))
        .map((seen) => newResult(history, seen, '-1 EINVAL (Invalid argument)', /allowed  .*(shmat|shmctl) = /)),
  },
  {
    name: 'object-still-there',
    does: 'keeps a System V object that was removed',
    find: (history) =>
      history.calls
        .filter(
          ({ name, errno }) =>
            /^(shmat|shmctl|semctl|semop|msgctl|msgsnd)$/.test(name) && /^(EINVAL|EIDRM)$/.test(errno),
        )
        .map((seen) => newResult(history, seen, '0')),
  },
  { name: 'message-order', does: 'gives messages out of order', find: swapped },
]
