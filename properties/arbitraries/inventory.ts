import { descriptionOf } from '../../model/functions/files.ts'
import type { Kernel } from '../../model/kernel.ts'
import { FIRST_STEP, type Argument, type Step } from '../../model/program.ts'
import type { Runner } from '../../model/run.ts'
import type { Maker, Syscall } from '../../model/syscall.ts'
import type { Dice } from './dice.ts'

interface MadeDescriptor {
  readonly step: number
  readonly part: number
  readonly fd: number
  readonly description: number
}

interface MadeNumber {
  readonly step: number
  readonly value: number
}

/** What the steps of a growing program have made so far, so that later steps can name it by handle. */
export class Inventory {
  private readonly runner: Runner
  /** Steps that make something and whose call has not taken effect yet. */
  private waiting: { readonly step: Step; readonly makes: Maker; readonly tid: number }[] = []
  private readonly descriptors: MadeDescriptor[] = []
  private readonly numbers: Record<'shm' | 'sem' | 'msg' | 'mapping', MadeNumber[]> = {
    shm: [],
    sem: [],
    msg: [],
    mapping: [],
  }
  /** Steps that made processes and threads, the first process included. */
  readonly threads: number[] = [FIRST_STEP]

  constructor(runner: Runner) {
    this.runner = runner
  }

  /** Take note of a step that was just taken. */
  note(step: Step, syscall: Syscall, tid: number): void {
    if (syscall.makes !== undefined) this.waiting.push({ step, makes: syscall.makes, tid })
    if (this.waiting.length > 0)
      this.waiting = this.waiting.filter((entry) => !this.record(entry.step.id, entry.makes, entry.tid))
  }

  private record(step: number, makes: Maker, tid: number): boolean {
    const made = this.runner.madeBy(step)
    if (made === undefined) return !this.runner.kernel.threads.has(tid)
    switch (makes) {
      case 'fd':
      case 'fds':
        for (let part = 0; part < made.length; part++) this.recordDescriptor(step, part, made[part]!, tid)
        break
      case 'process':
      case 'thread':
        this.threads.push(step)
        break
      case 'shm':
      case 'sem':
      case 'msg':
      case 'mapping':
        this.numbers[makes].push({ step, value: made[0]! })
    }
    return true
  }

  private recordDescriptor(step: number, part: number, fd: number, tid: number): void {
    const { kernel } = this.runner
    const files = kernel.files.get(kernel.threads.get(tid)?.files ?? 0)
    this.descriptors.push({ step, part, fd, description: descriptionOf(files?.slots[fd] ?? 0) })
  }

  /** How to name an open descriptor: by the step that made this number for this open file description. */
  nameFd(fd: number, description: number): Argument {
    for (let i = this.descriptors.length - 1; i >= 0; i--) {
      const made = this.descriptors[i]!
      if (made.fd === fd && made.description === description) return handle(made.step, made.part)
    }
    return fd
  }

  /** Some object of a kind, preferably one that still exists; undefined when the program made none. */
  object(kernel: Kernel, kind: 'shm' | 'sem' | 'msg', dice: Dice): Argument {
    const made = this.numbers[kind]
    if (made.length === 0) return undefined
    const table = kind === 'shm' ? kernel.shms : kind === 'sem' ? kernel.sems : kernel.msgs
    let entry = dice.pick(made)
    for (let tries = 0; tries < 3 && !table.has(entry.value); tries++) entry = dice.pick(made)
    return handle(entry.step)
  }

  /** How to name an address of a mapping. */
  nameAddress(address: number): Argument {
    const made = this.numbers.mapping.findLast(({ value }) => value === address)
    return made === undefined ? address : handle(made.step)
  }

  /** A step that made a process or thread, preferably one that still exists. */
  thread(dice: Dice): number {
    let step = dice.pick(this.threads)
    for (let tries = 0; tries < 2 && this.runner.tidOf(step) === undefined; tries++) step = dice.pick(this.threads)
    return step
  }

  /** How to name a process by its pid. */
  nameProcess(pid: number): Argument {
    const step = this.runner.makerOf(pid)
    return step === undefined ? pid : handle(step)
  }
}

const handle = (made: number, part = 0): Argument => (part === 0 ? { made } : { made, part })
