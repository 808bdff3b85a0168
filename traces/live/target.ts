import type { Syscall } from '../../model/syscall.ts'
import { linePattern } from './line-pattern.ts'

/**
 * Another implementation of Linux's calls, such as an emulator or a kernel in user space, started by a command. Under
 * `wrap` it runs the processes of a program alone: the command's last arguments are the program of such a process. Under
 * `inside` it runs all that runs programs, too.
 */
export interface Target {
  readonly name: string
  readonly kind: 'wrap' | 'inside'
  /** Words; one that contains `{}` has the path of what is to be run put there, and its arguments come last all the same. */
  readonly command: readonly string[]
  /** The Debian package that has it. */
  readonly package?: string
  /** What it does not have. */
  readonly absent: readonly Absence[]
  readonly differences: readonly ExpectedDifference[]
}

/** Something that a target does not have: to lack it is not to be wrong. */
export type Absence =
  /**
   * A call, by its name or with its form; with `error`, where that is what it answers for want of something. `made` says
   * which such calls, as they stand in a transcript: `mmap(*MAP_SHARED_VALIDATE*)`.
   */
  | { readonly of: 'call'; readonly call: string; readonly error?: string; readonly made?: string }
  /** A part of /proc that is not there, or shows the target rather than what it runs. */
  | { readonly of: 'proc'; readonly part: ProcPart }

/** The first words of a snapshot's keys; and fields of stat. */
export const PROC_PARTS = [
  'stat', 'ppid', 'pgrp', 'session', 'num_threads', 'exit_signal', 'tty_nr', 'tpgid', 'exit_code',
  'status', 'fd', 'fdinfo', 'locks', 'shm', 'msg', 'sem', 'named-semaphores', 'queue', 'terminal',
] as const // prettier-ignore
export type ProcPart = (typeof PROC_PARTS)[number]

/** What a target is known to do otherwise than Linux. */
export interface ExpectedDifference {
  /** The signature of divergences, such as `wait4 = ECHILD`: the call and what was seen; `*` stands for any text. */
  readonly what: string
  /** The call that it is, as it stands in a transcript without the process; `*` stands for any text here and below. */
  readonly call?: string
  /** What Linux allows instead. */
  readonly allowed?: string
  /** A line of the program that it takes, up to the call itself. */
  readonly after?: string
  readonly reason: string
  /** The last day on which it is expected, as YYYY-MM-DD; from the next day on it is a divergence again. */
  readonly expires: string
  /** The smallest transcript that shows it. */
  readonly program?: readonly string[]
}

/** The error by which whoever lacks a call says so. */
const LACKING = 'ENOSYS'

/** Asks a target what it lacks. Without a target nothing is. */
export class Absences {
  private readonly calls: ReadonlySet<string>
  private readonly answers: ReadonlyMap<string, readonly (RegExp | undefined)[]>
  private readonly parts: ReadonlySet<string>
  /** A command is around the processes, and the supervisor is not under it. */
  readonly isWrapped: boolean
  private readonly isTarget: boolean

  constructor(target?: Pick<Target, 'kind' | 'absent'>) {
    const absent = target?.absent ?? []
    this.isTarget = target !== undefined
    this.isWrapped = target?.kind === 'wrap'
    this.calls = new Set(absent.flatMap((of) => (of.of === 'call' && of.error === undefined ? [of.call] : [])))
    this.answers = answersOf(absent)
    // An emulator has threads of its own, and what it blocks and catches says nothing of the process that it plays.
    const always = this.isWrapped ? ['status', 'num_threads'] : []
    this.parts = new Set([...always, ...absent.flatMap((of) => (of.of === 'proc' ? [of.part] : []))])
  }

  /** The call is not there at all. */
  lacks({ name, hashAs }: Pick<Syscall, 'name' | 'hashAs'>): boolean {
    return this.calls.has(name) || this.calls.has(hashAs)
  }

  /** This answer of the call, made as the line of a transcript shows, says that something is not there. */
  answeredBy({ name, hashAs }: Pick<Syscall, 'name' | 'hashAs'>, error: string, line: () => string): boolean {
    if (this.isTarget && error === LACKING) return true
    const patterns = [name, hashAs].flatMap((call) => this.answers.get(`${call} = ${error}`) ?? [])
    return patterns.some((pattern) => pattern === undefined || pattern.test(line()))
  }

  /** What /proc shows under this key is that of the program. */
  shows(key: string): boolean {
    return !this.parts.has(key.split(' ', 1)[0]!)
  }
}

/** `clone3`, `clone = EINVAL`, `/proc status`: as target files and reports say it. */
export const describeAbsence = (absence: Absence): string =>
  absence.of === 'proc' ? `/proc ${absence.part}` : absence.error === undefined ? absence.call : answerOf(absence)

const answerOf = ({ call, error, made }: Extract<Absence, { of: 'call' }>): string =>
  `${made ?? call} = ${String(error)}`

/** By call and error, the calls that are meant; undefined: any. */
function answersOf(absent: readonly Absence[]): Map<string, (RegExp | undefined)[]> {
  const answers = new Map<string, (RegExp | undefined)[]>()
  for (const absence of absent) {
    if (absence.of !== 'call' || absence.error === undefined) continue
    const { call, error, made } = absence
    const pattern = made === undefined ? undefined : linePattern(`${made} = -1 ${error}*`)
    const key = `${call} = ${error}`
    answers.set(key, [...(answers.get(key) ?? []), pattern])
  }
  return answers
}

/** The words of a command, which single or double quotes keep together. Undefined where a quote has no end. */
export function wordsOf(command: string): string[] | undefined {
  const words: string[] = []
  const rest = command.replaceAll(/\s*((?:"[^"]*"|'[^']*'|[^\s"'])+)/g, (_, word: string) => {
    words.push(
      word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_quoted, double?: string, single?: string) => double ?? single ?? ''),
    )
    return ''
  })
  return rest.trim() === '' ? words : undefined
}
