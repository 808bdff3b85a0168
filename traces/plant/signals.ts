// Faults in signals: who sent which, when they come, and what runs for them.
import { newResult } from './descriptors.ts'
import type { History } from './history.ts'
import { changed, exactly, nextOf, withResult, type FaultClass } from './plant.ts'

const handled = (history: History, line: number): readonly number[] | undefined => {
  const back = nextOf(history, line)
  return back !== undefined && / rt_sigreturn\(.*\) += /.test(history.lines[back - 1]!) ? [line, back] : undefined
}

/** The sender is of the capture, and has sent it once. */
function isSentOnce({ calls, signals }: History, info: string): boolean {
  const [, name, sender] = /si_signo=(SIG\w+), si_code=SI_(?:USER|TKILL), si_pid=(\d+)/.exec(info) ?? []
  if (name === undefined) return false
  const sends = calls.filter((seen) => /^(kill|tkill|tgkill)$/.test(seen.name) && seen.args.includes(name))
  return (
    sends.length === 1 &&
    sends[0]!.process === Number(sender) &&
    !calls.some(({ name: call }) => /sigqueue|pidfd_send|timer_create|mq_notify|F_SETSIG/.test(call)) &&
    signals.filter((other) => other.info.includes(name) && !other.info.includes('CLD_')).length === 1
  )
}

export const signalFaults: readonly FaultClass[] = [
  {
    name: 'signal-twice',
    does: 'delivers a signal twice that was sent once',
    find: (history) =>
      history.signals.flatMap(({ info, line }) => {
        const run = handled(history, line)
        if (run === undefined || !isSentOnce(history, info)) return []
        const [first, back] = run
        const text = [first!, back!].map((at) => history.lines[at - 1]!)
        return [{ changes: new Map([[back!, [text[1]!, ...text]]]), shows: [back!, 1] as const, truth: /allowed  \S/ }]
      }),
  },
  {
    name: 'signal-of-another',
    does: 'names another sender of a signal',
    find: (history) =>
      history.signals.flatMap(({ info, line, pid }) => {
        const sender = Number(/SI_(?:USER|TKILL), si_pid=(\d+)/.exec(info)?.[1] ?? 0)
        const other = [...history.parents.keys()].find(
          (one) =>
            one !== sender &&
            one !== pid &&
            history.pids.includes(one) &&
            !history.calls.some((seen) => seen.process === one && /kill|sigqueue|send_signal/.test(seen.name)),
        )
        if (!isSentOnce(history, info) || other === undefined) return []
        return [changed(line, history.lines[line - 1]!.replace(/si_pid=\d+/, `si_pid=${other}`), /allowed  \S/)]
      }),
  },
  {
    name: 'another-signal',
    does: 'delivers another signal than was sent',
    find: (history) =>
      history.signals.flatMap(({ info, line }) => {
        const name = /si_signo=(SIG(?:USR1|USR2|TERM|HUP|INT))/.exec(info)?.[1]
        if (name === undefined || !isSentOnce(history, info)) return []
        const other = ['SIGWINCH', 'SIGURG'].find((word) => !history.calls.some(({ args }) => args.includes(word)))
        return other === undefined
          ? []
          : [changed(line, history.lines[line - 1]!.replaceAll(name, other), exactly(name))]
      }),
  },
  {
    name: 'handler-forgotten',
    does: 'forgets the handler of a signal',
    find: ({ calls, lines }) =>
      calls.flatMap((seen, index) => {
        const [, signal, handler] = /^(\w+), .*\{sa_handler=(0x[0-9a-f]+), [^{]*\}, 8$/.exec(seen.args) ?? []
        if (seen.name !== 'rt_sigaction' || seen.value !== 0 || handler === undefined) return []
        const set = calls.findLast(
          (other, at) =>
            at < index &&
            other.process === seen.process &&
            other.name === 'rt_sigaction' &&
            other.args.startsWith(`${signal}, {`),
        )
        if (
          set?.args.startsWith(`${signal}, {sa_handler=${handler},`) !== true ||
          calls.some(
            ({ name, process, leave, enter }) =>
              name.startsWith('execve') && process === seen.process && leave > set.leave && enter < seen.enter,
          )
        )
          return []
        const line = lines[seen.leave - 1]!
        const at = line.lastIndexOf('{sa_handler=')
        return [
          changed(
            seen.leave,
            `${line.slice(0, at)}{sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8)${line.slice(line.lastIndexOf(', 8)') + 4)}`,
            /handler/,
          ),
        ]
      }),
  },
  {
    name: 'pending-not-blocked',
    does: 'shows a signal as pending that is not blocked',
    find: ({ calls, lines }) =>
      calls
        .filter(({ name, args, value }) => name === 'rt_sigpending' && value === 0 && args.startsWith('[]'))
        .filter((seen) => {
          const mask = calls.findLast(
            (other) => other.pid === seen.pid && other.name === 'rt_sigprocmask' && other.leave < seen.enter,
          )
          return (
            mask !== undefined && /\[[A-Z0-9_ ]*\], 8$|^SIG_SETMASK, \[/.test(mask.args) && !/~|USR2/.test(mask.args)
          )
        })
        .map(({ leave }) => changed(leave, lines[leave - 1]!.replace('[]', '[USR2]'), /set \[\]/)),
  },
  {
    name: 'waits-for-another-signal',
    does: 'lets a wait for signals return one that it did not ask for',
    find: (history) =>
      history.calls.flatMap((seen) => {
        const [, set] = /^\[([A-Z0-9_ ]+)\]/.exec(seen.args) ?? []
        if (seen.name !== 'rt_sigtimedwait' || seen.value <= 0 || set === undefined || /URG/.test(set)) return []
        const line = history.lines[seen.leave - 1]!.replace(/si_signo=\w+/, 'si_signo=SIGURG')
        return [changed(seen.leave, withResult(line, '23 (SIGURG)'), /allowed  \S/)]
      }),
  },
  {
    name: 'sleep-without-signal',
    does: 'ends a wait for a signal with success',
    find: (history) =>
      history.calls
        .filter(
          ({ name, errno, call }) =>
            /^(pause|rt_sigsuspend)$/.test(name) && (errno === 'EINTR' || call.result?.kind === 'restart'),
        )
        .map((seen) => newResult(history, seen, '0', /allowed  \S/)),
  },
  {
    name: 'cont-before-hup',
    does: 'delivers the SIGCONT of a hang-up before its SIGHUP',
    find: (history) =>
      history.signals.flatMap(({ signal, info, line }) => {
        const next = nextOf(history, line)
        if (signal !== 1 || !info.includes('SI_KERNEL') || next === undefined) return []
        if (!/--- SIGCONT \{.*SI_KERNEL/.test(history.lines[next - 1]!)) return []
        const [hup, cont] = [history.lines[line - 1]!, history.lines[next - 1]!]
        return [
          {
            changes: new Map([
              [line, [cont]],
              [next, [hup]],
            ]),
            shows: [line, 0] as const,
            truth: /SIGHUP/,
          },
        ]
      }),
  },
  {
    name: 'cont-missing',
    does: 'lets a process go on after a stop without SIGCONT',
    // It may have been blocked before.
    onlyClosed: true,
    find: (history) =>
      history.lines.flatMap((text, index) => {
        const line = nextOf(history, index + 1)
        const after = line === undefined ? undefined : nextOf(history, line)
        if (!/ --- stopped by SIG/.test(text) || line === undefined || after === undefined) return []
        if (
          !/--- SIGCONT \{.*SI_USER/.test(history.lines[line - 1]!) ||
          !/ [a-z_0-9]+\(/.test(history.lines[after - 1]!)
        )
          return []
        if (/rt_sigreturn|exit/.test(history.lines[after - 1]!)) return []
        // Another stop would take it away.
        if (
          history.calls.some(
            (seen) => seen.enter > index + 1 && seen.enter < after && /SIG(STOP|TSTP|TTIN|TTOU)\b/.test(seen.args),
          )
        )
          return []
        return [{ changes: new Map([[line, []]]), shows: [after, 0] as const, truth: /SIGCONT|stopped/ }]
      }),
  },
]
