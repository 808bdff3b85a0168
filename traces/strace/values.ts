/** The values that strace's argument text stands for, and the questions most often asked of them. */
import { ALL_SIGNALS, setOfSignals, withoutSignals, type SignalSet } from '../../model/state/signal-set.ts'
import { lastSignal, signalNumber } from './signals.ts'
import { decodeWaitStatus } from './wait-status.ts'
import type { WaitStatus } from './wait-status.ts'

/**
 * - `number`: decimal, octal or hexadecimal, addresses included; `NULL` is 0. `exact` is set above 2^53.
 *   `annotation` is the text inside the angle brackets of -y and -Y, `comment` that of a comment (`9 vars`); '' if none.
 * - `flags`: names joined by `|`, in the printed order, and the bits that have no name. One name alone is `flags` too.
 * - `string`: a character a byte (0..255); `cut` if strace printed only its beginning.
 * - `struct`: fields in the printed order, '' for a field without a name; `cut` if strace left some out (`...`) or could not
 *   read them (`???`).
 * - `array`: elements separated by commas or blanks (signal sets, descriptor sets); `negated` for `~[...]`.
 * - `wait-status`: what wait4 stores.
 * - `macro`: a function of the C library around a value: `makedev(0x1, 0x3)`, `htons(80)`.
 * - `change`: `before => after`: the value passed, and the value left there by the call.
 * - `resuming`: what restart_syscall continues.
 * - `unavailable`: `???`: strace could not read it.
 */
export type ArgValue =
  | NumberValue
  | FlagsValue
  | { readonly kind: 'string'; readonly bytes: string; readonly cut: boolean }
  | StructValue
  | { readonly kind: 'array'; readonly items: readonly ArgValue[]; readonly negated: boolean; readonly cut: boolean }
  | { readonly kind: 'wait-status'; readonly status: WaitStatus }
  | { readonly kind: 'macro'; readonly name: string; readonly args: readonly Field[] }
  | { readonly kind: 'change'; readonly before: ArgValue; readonly after: ArgValue }
  | { readonly kind: 'resuming'; readonly call: string }
  | { readonly kind: 'unavailable' }

export interface NumberValue {
  readonly kind: 'number'
  readonly value: number
  readonly exact: bigint | undefined
  readonly annotation: string
  readonly comment: string
}

export interface FlagsValue {
  readonly kind: 'flags'
  readonly names: readonly string[]
  readonly rest: number
  readonly annotation: string
  readonly comment: string
}

export interface StructValue {
  readonly kind: 'struct'
  readonly fields: readonly Field[]
  readonly cut: boolean
}

/** An argument or a member of a structure; `name` is '' where strace prints the value alone. */
export interface Field {
  readonly name: string
  readonly value: ArgValue
}

/** The argument of that name (`flags` of clone), or the member of a structure. */
export function fieldNamed(fields: readonly Field[], name: string): ArgValue | undefined {
  return fields.find((field) => field.name === name)?.value
}

/** The member of a structure, also of one behind a pointer, printed `[{...}]`; undefined if the value has none of that name. */
export function memberOf(value: ArgValue, name: string): ArgValue | undefined {
  const inner = value.kind === 'array' && value.items.length === 1 ? value.items[0]! : value
  return inner.kind === 'struct' ? fieldNamed(inner.fields, name) : undefined
}

/** The number that a value is; undefined for a name, a string, a structure. */
export function numberOf(value: ArgValue): number | undefined {
  return value.kind === 'number' ? value.value : undefined
}

/** The signal (0..64) that a value names or numbers; 0 is kill's way to ask whether a process exists. */
export function signalOf(value: ArgValue): number | undefined {
  if (value.kind === 'number') return value.value >= 0 && value.value <= lastSignal ? value.value : undefined
  if (value.kind !== 'flags' || value.names.length !== 1 || value.rest !== 0) return undefined
  return signalNumber(value.names[0]!)
}

/** A set of signals: `[INT CHLD]`, `~[RTMIN RT_1]`; undefined if the value is no complete set. */
export function signalSetOf(value: ArgValue): SignalSet | undefined {
  if (value.kind !== 'array' || value.cut) return undefined
  const listed: number[] = []
  for (const item of value.items) {
    const signal = signalOf(item)
    if (signal === undefined || signal === 0) return undefined
    listed.push(signal)
  }
  const set = setOfSignals(...listed)
  return value.negated ? withoutSignals(ALL_SIGNALS, set) : set
}

/** The wait status that `wait4` stored: `[{WIFEXITED(s) && ...}]`, or a bare number; undefined for an address. */
export function waitStatusOf(value: ArgValue): WaitStatus | undefined {
  if (value.kind === 'wait-status') return value.status
  if (value.kind !== 'array' || value.items.length !== 1) return undefined
  const item = value.items[0]!
  if (item.kind === 'wait-status') return item.status
  return item.kind === 'number' ? decodeWaitStatus(item.value) : undefined
}
