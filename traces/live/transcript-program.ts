import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FIRST_STEP, type Argument, type Program, type Step } from '../../model/program.ts'
import { linux } from '../../model/linux.ts'
import type { Rules } from '../../model/rules.ts'
import type { Syscall } from '../../model/syscall.ts'
import { isArgumentError, parseArguments } from '../strace/args.ts'
import { decodeArguments } from '../strace/decode.ts'
import type { CallInterval } from '../strace/interval.ts'
import { Naming } from '../strace/naming.ts'
import { Stitcher } from '../strace/stitch.ts'
import { FIRST_PID, readTranscripts, withNumbers } from '../transcript.ts'
import { CannotEncode, type Inside } from './encode.ts'

/** A transcript is no program: the 1-based line, and why. */
export class NoProgram extends Error {
  override readonly name = 'NoProgram'
}

/**
 * The calls of a transcript, in its order, without their results: what to do, rather than what was seen.
 *
 * Errors: NoProgram; CannotEncode, for a call that is not modelled.
 */
export function programOf(lines: readonly string[], rules: Rules = linux): Program {
  const stitcher = new Stitcher({ lookahead: Infinity })
  lines.forEach((line, index) => stitcher.read(withNumbers(line), index + 1))
  stitcher.finish()
  const calls: CallInterval[] = []
  for (const event of stitcher.take()) {
    if (event.kind === 'unreadable' || event.kind === 'stray') throw new NoProgram(`line ${event.line}: ${event.why}`)
    if (event.kind === 'message') throw new NoProgram(`line ${event.line}: "${event.text}" is no call`)
    if (event.kind === 'enter' && event.call.name !== 'rt_sigreturn') calls.push(event.call)
  }
  if (calls.length === 0) throw new NoProgram('line 1: no call in it')
  return new Reader(calls, rules).read()
}

/** The programs of all transcripts of a folder. */
export function transcriptPrograms(folder: string): Program[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.trace'))
  return files
    .toSorted()
    .flatMap((file) => readTranscripts(readFileSync(join(folder, file), 'utf8'), file))
    .map(({ lines }) => programOf(lines))
}

interface Mapped {
  readonly step: number
  readonly address: number
  readonly length: number
}

/** Turns the numbers of a transcript into handles of the steps that made what they name. */
class Reader {
  private readonly calls: readonly CallInterval[]
  private readonly forms = new Map<string, Syscall[]>()
  private readonly processes = new Map<number, number>([[FIRST_PID, FIRST_STEP]])
  private readonly objects = new Map<string, number>()
  private readonly mappings: Mapped[] = []
  private readonly numbers = new LiteralNumbers()

  constructor(calls: readonly CallInterval[], rules: Rules) {
    this.calls = calls
    for (const syscall of rules.syscalls.values()) {
      for (const name of [syscall.name, ...syscall.aliases]) {
        const others = this.forms.get(name)
        if (others === undefined) this.forms.set(name, [syscall])
        else others.push(syscall)
      }
    }
  }

  read(): Program {
    const decoded = this.calls.map((call) => this.decode(call))
    this.nameProcesses(decoded.map(({ syscall }) => syscall))
    const steps = this.calls.map((call, index): Step => {
      const { syscall, args } = decoded[index]!
      const step = {
        id: index + 1,
        by: this.callerOf(call),
        call: syscall.hashAs,
        args: this.withHandles(syscall, args),
        choice: 0,
        pace: -1,
      }
      this.noteMade(index + 1, syscall, args, call)
      return step
    })
    return { steps }
  }

  private decode(call: CallInterval): { syscall: Syscall; args: Readonly<Record<string, unknown>> } {
    const fields = parseArguments(call.args)
    if (isArgumentError(fields)) throw new NoProgram(`line ${call.enterLine}: ${fields.why}`)
    let why = `${call.name} is not modelled`
    for (const syscall of this.forms.get(call.name) ?? []) {
      const decoded = decodeArguments(syscall, fields, this.numbers)
      if ('args' in decoded) return { syscall, args: decoded.args }
      why = 'undecided' in decoded ? decoded.undecided : `this form of ${call.name} is not modelled`
    }
    throw new CannotEncode(`line ${call.enterLine}: ${why}`)
  }

  /** By the results of the calls that made them; those whose makers never came back, in order of appearance. */
  private nameProcesses(syscalls: readonly Syscall[]): void {
    const unfinished: number[] = []
    this.calls.forEach(({ result }, index) => {
      const { makes } = syscalls[index]!
      if (makes !== 'process' && makes !== 'thread') return
      if (result?.kind === 'value' && result.value > 0) this.processes.set(result.value, index + 1)
      else if (result === undefined || result.kind === 'none') unfinished.push(index + 1)
    })
    for (const { pid } of this.calls) {
      const step = this.processes.has(pid) ? undefined : unfinished.shift()
      if (step !== undefined) this.processes.set(pid, step)
    }
  }

  private callerOf({ pid, enterLine }: CallInterval): number {
    const step = this.processes.get(pid)
    if (step === undefined) throw new NoProgram(`line ${enterLine}: no call before it made P${pid - FIRST_PID}`)
    return step
  }

  private withHandles(syscall: Syscall, args: Readonly<Record<string, unknown>>): Record<string, Argument> {
    const handles: Record<string, Argument> = { ...args }
    for (const [name, param] of Object.entries(syscall.params)) {
      const value = args[name]
      if (typeof value !== 'number') continue
      if (param.kind === 'process') handles[name] = this.processHandle(value)
      else if (param.kind === 'object') handles[name] = this.objectHandle(param.of, value)
      else if (param.kind === 'address') handles[name] = this.addressHandle(value)
    }
    return handles
  }

  private processHandle(value: number): Argument {
    const made = this.processes.get(Math.abs(value))
    if (made === undefined) return value
    return value < 0 ? { made, negated: true } : { made }
  }

  private objectHandle(of: string, value: number): Argument {
    const made = this.objects.get(`${of} ${value}`)
    return made === undefined ? value : { made }
  }

  private addressHandle(value: number): Argument {
    const mapping = this.mappings.findLast(({ address, length }) => value >= address && value < address + length)
    if (mapping === undefined) return value
    const plus = value - mapping.address
    return { made: mapping.step, ...(plus > 0 && { plus }) } satisfies Inside
  }

  private noteMade(
    step: number,
    { makes }: Syscall,
    { length }: Readonly<Record<string, unknown>>,
    { result }: CallInterval,
  ): void {
    if (result?.kind !== 'value') return
    if (makes === 'shm' || makes === 'sem' || makes === 'msg') this.objects.set(`${makes} ${result.value}`, step)
    if (makes === 'mapping') {
      this.mappings.push({ step, address: result.value, length: typeof length === 'number' ? length : LARGEST_SEGMENT })
    }
  }
}

const LARGEST_SEGMENT = 1 << 20

/** Every number stands for itself. */
class LiteralNumbers extends Naming {
  constructor() {
    super(0, true, true)
  }

  override find(real: number): number {
    return real
  }

  override object(_of: 'shm' | 'sem' | 'msg', real: number): number {
    return real
  }
}
