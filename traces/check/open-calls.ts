import type { Call } from '../../model/syscall.ts'
import type { CallInterval } from '../strace/interval.ts'
import type { Field } from '../strace/values.ts'

/** What a thread is in, as far as the check follows it. */
export interface OpenCall {
  readonly interval: CallInterval
  readonly call: Call
  /** The arguments as far as they were known at the entry, which is to the end if the result was. */
  readonly text: string
  readonly fields: readonly Field[]
}

/**
 * The calls that threads are in. A thread that comes back keeps its place until it is dead: nearly always it makes another
 * call, and a map in which keys come and go is laid out anew after every few of them.
 */
export class OpenCalls {
  private readonly places = new Map<number, OpenCall | undefined>()

  get(tid: number): OpenCall | undefined {
    return this.places.get(tid)
  }

  enters(tid: number, open: OpenCall): void {
    this.places.set(tid, open)
  }

  leaves(tid: number): void {
    this.places.set(tid, undefined)
  }

  dies(tid: number): void {
    this.places.delete(tid)
  }

  /** Each thread that is in a call, and in which. */
  all(): { readonly tid: number; readonly open: OpenCall }[] {
    return [...this.places].flatMap(([tid, open]) => (open === undefined ? [] : [{ tid, open }]))
  }

  some(holds: (open: OpenCall) => boolean): boolean {
    return this.all().some(({ open }) => holds(open))
  }
}
