import type { WitnessEvent } from './event.ts'

/** Where the witness and what it is held against do not agree. */
export interface Finding {
  /** The thread, by its number in the witness. */
  readonly tid: number
  /** The line of the capture; undefined when it is that of the thread's end, or its last. */
  readonly line: number | undefined
  readonly event: WitnessEvent | undefined
  /** What was seen, where it is no event. */
  readonly seen?: string
  readonly allowed: string
  readonly because: string
  /** The file of the rule, and the kernel function. */
  readonly rule: string
  readonly source: string
}
