import type { Program, Sight, StepResult } from '../../model/program.ts'
import type { Standing } from '../../model/settled.ts'

/** What was seen of one run of a program on the live kernel, in order. Pids and identifiers are the kernel's own. */
export type LiveSight =
  | Sight
  /** A process or thread is dead; `status` is the wait status, undefined where nobody saw it. */
  | { readonly kind: 'gone'; readonly tid: number; readonly status: number | undefined }
  /** Nobody had anything left to do; every thread but init is listed. Before the first step `index` is -1. */
  | { readonly kind: 'settled'; readonly index: number; readonly standings: ReadonlyMap<number, Standing> }
  | { readonly kind: 'snapshot'; readonly index: number; readonly texts: readonly SnapshotText[] }

/** A file of /proc, or what stands for one, under a key such as `status 3` or `locks`. */
export interface SnapshotText {
  readonly key: string
  readonly text: string
}

export interface LiveRun {
  readonly program: Program
  readonly sights: readonly LiveSight[]
  readonly results: readonly StepResult[]
  /** The tids of the threads that steps made, by the step's place; 0 is the first process. */
  readonly made: ReadonlyMap<number, number>
  /** What went wrong with the run itself, such as a process that runs on and on. */
  readonly trouble: string | undefined
}
