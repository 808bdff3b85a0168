import { FIRST } from '../boot.ts'

const LETTERS = { shm: 'M', sem: 'S', msg: 'Q' } as const

/** How processes and objects are called where they are shown. */
export interface Names {
  /** A pid, or with a minus a process group, as calls take it: 0 and -1 are themselves. */
  process(number: number): string
  object(kind: 'shm' | 'sem' | 'msg', id: number): string
}

/**
 * P0, P1 ... for processes and threads, S0 for semaphore sets, M0 for shared memory, Q0 for System V queues, each in the
 * order in which they are first met.
 */
export class NameBook implements Names {
  private readonly processes = new Map<number, string>()
  private readonly objects = {
    shm: new Map<number, string>(),
    sem: new Map<number, string>(),
    msg: new Map<number, string>(),
  }

  constructor(first = FIRST) {
    this.meet(first)
  }

  /** The name of a process or thread, the next one at first sight: a child may be seen before its maker's fork returns. */
  meet(tid: number): string {
    const known = this.processes.get(tid)
    if (known !== undefined) return known
    const name = `P${this.processes.size}`
    this.processes.set(tid, name)
    return name
  }

  /** A pid, or with a minus a process group, as calls take it: 0 and -1 are themselves, as are unknown numbers. */
  process(number: number): string {
    const name = this.processes.get(Math.abs(number))
    return name === undefined || number === -1 ? String(number) : number < 0 ? `-${name}` : name
  }

  object(kind: keyof typeof LETTERS, id: number): string {
    return this.objects[kind].get(id) ?? String(id)
  }

  meetObject(kind: keyof typeof LETTERS, id: number): string {
    const known = this.objects[kind].get(id)
    if (known !== undefined) return known
    const name = `${LETTERS[kind]}${this.objects[kind].size}`
    this.objects[kind].set(id, name)
    return name
  }
}
