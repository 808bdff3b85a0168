import { linux } from '../../model/linux.ts'
import { nearest } from '../nearest.ts'
import { PROC_PARTS, wordsOf, type Absence, type ExpectedDifference, type ProcPart, type Target } from './target.ts'

/** A file of a target is not one: the place in it, what stands there, and what might. */
export class TargetFileError extends Error {
  override readonly name = 'TargetFileError'
}

/** What a file may say of a target: all of it, or only what is expected of one whose command is given elsewhere. */
export type TargetFile = Pick<Target, 'absent' | 'differences'> & Partial<Pick<Target, 'kind' | 'command' | 'package'>>

/**
 * Reads a file of a target, in JSON: `kind` (wrap or inside), `command`, `package`, `absent` (calls, answers of calls, parts
 * of /proc) and `differences` (each with `what`, `reason`, `expires`, and perhaps what narrows it and a `program`).
 *
 * Errors: TargetFileError.
 */
export function readTargetFile(text: string, path: string): TargetFile {
  const file = new Place(parse(text, path), path)
  const fields = file.fields(['kind', 'command', 'package', 'absent', 'differences'])
  const kind = fields.kind?.oneOf(['wrap', 'inside'] as const)
  if (kind !== undefined && fields.command === undefined) file.fails('a target with a kind has a command')
  const command = fields.command === undefined ? undefined : commandAt(fields.command, kind)
  return {
    ...(kind !== undefined && { kind }),
    ...(command !== undefined && { command }),
    ...(fields.package !== undefined && { package: fields.package.text() }),
    absent: fields.absent?.list().map(absenceAt) ?? [],
    differences: fields.differences?.list().map(differenceAt) ?? [],
  }
}

/** A command as words. Errors: TargetFileError, with what it stands in. */
export function readCommand(command: string, kind: Target['kind'], place: string): string[] {
  return commandAt(new Place(command, place), kind)
}

function commandAt(place: Place, kind: Target['kind'] | undefined): string[] {
  const words = wordsOf(place.text())
  if (words === undefined) return place.fails('a quote has no end')
  if (kind === 'wrap' && words.some((word) => word.includes('{}'))) place.fails('{} is for kind inside')
  return words.length === 0 ? place.fails('no command') : words
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TargetFileError(`${path}: no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function absenceAt(place: Place): Absence {
  const text = place.text()
  const proc = /^\/proc (.*)$/.exec(text)
  if (proc !== null) {
    const part = proc[1] as ProcPart
    if (PROC_PARTS.includes(part)) return { of: 'proc', part }
    return place.fails(`"${text}" is no part of /proc; known are ${PROC_PARTS.join(', ')}`)
  }
  const [, shown, error] = /^(.*?)(?: = (.*))?$/.exec(text)!
  const made = /^(\w+)\(.*\*.*\)$/.exec(shown!)
  const call = made?.[1] ?? shown!
  checkCall(call, place)
  if (error === undefined)
    return made === null ? { of: 'call', call } : place.fails('a call that is made so has an answer')
  if (!/^E[A-Z0-9]+$/.test(error)) place.fails(`"${error}" is no error; the call’s answer is one, such as ENOSYS`)
  return { of: 'call', call, error, ...(made !== null && { made: shown! }) }
}

function checkCall(call: string, place: Place): void {
  const known = new Set([...linux.syscalls.values()].flatMap(({ name, hashAs }) => [name, hashAs]))
  if (known.has(call)) return
  place.fails(`unknown call "${call}"; did you mean ${nearest(call, known).join(', ')}?`)
}

function differenceAt(place: Place): ExpectedDifference {
  const fields = place.fields(['what', 'call', 'allowed', 'after', 'reason', 'expires', 'program'])
  const what = fields.what ?? place.fails('what differs is missing: "what", such as "wait4 = ECHILD"')
  const reason = fields.reason ?? place.fails('why it is expected is missing: "reason"')
  const expires = fields.expires ?? place.fails('until when it is expected is missing: "expires", as YYYY-MM-DD')
  const call = /^([^\s*]+) = /.exec(what.text())?.[1]
  if (call !== undefined) checkCall(call, what)
  const program = fields.program?.list().map((line) => line.text())
  const { call: made, allowed, after } = fields
  return {
    what: what.text(),
    ...(made !== undefined && { call: made.text() }),
    ...(allowed !== undefined && { allowed: allowed.text() }),
    ...(after !== undefined && { after: after.text() }),
    reason: reason.text(),
    expires: expires.day(),
    ...(program !== undefined && { program }),
  }
}

/** A value in the file, and how to get there. */
class Place {
  private readonly value: unknown
  private readonly path: string

  constructor(value: unknown, path: string) {
    this.value = value
    this.path = path
  }

  fails(why: string): never {
    throw new TargetFileError(`${this.path}: ${why}`)
  }

  fields<const Name extends string>(names: readonly Name[]): Partial<Record<Name, Place>> {
    const { value } = this
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.fails('takes an object')
    const found: Partial<Record<Name, Place>> = {}
    for (const [name, inner] of Object.entries(value)) {
      const known = names.find((candidate) => candidate === name)
      if (known === undefined) return this.fails(`unknown field "${name}"; known are ${names.join(', ')}`)
      found[known] = new Place(inner, `${this.path}: ${name}`)
    }
    return found
  }

  list(): Place[] {
    if (!Array.isArray(this.value)) return this.fails('takes a list')
    return this.value.map((inner: unknown, index) => new Place(inner, `${this.path}[${index}]`))
  }

  text(): string {
    return typeof this.value === 'string' && this.value !== '' ? this.value : this.fails('takes a text')
  }

  oneOf<const Choice extends string>(choices: readonly Choice[]): Choice {
    const choice = choices.find((candidate) => candidate === this.value)
    return choice ?? this.fails(`is ${JSON.stringify(this.value)}; it may be ${choices.join(' or ')}`)
  }

  /** A day of the calendar. */
  day(): string {
    const text = this.text()
    const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
    const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
    return isDay ? text : this.fails(`"${text}" is no day; one is written YYYY-MM-DD`)
  }
}
