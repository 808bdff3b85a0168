import type { Call, Result } from './syscall.ts'

/** What a thread can do by itself, inside the kernel. */
export type MoveKind =
  /** Its call takes effect, by the outcome with this number. */
  | 'effect'
  /** A signal, or a stop, ends the sleep of its call. */
  | 'interrupt'
  /** Its call waited as long as it was told to. */
  | 'timeout'
  /** It takes a signal, in the way with this number (`fn.deliveries`). */
  | 'deliver'
  /** It stops, because its process does. */
  | 'stop'
  /** It tells its parent that it goes on after a stop. */
  | 'tell'
  /** Its tracer lets it have the fatal signal that it has taken. */
  | 'succumb'
  /** It starts to die, because its process does. */
  | 'die'
  /** One step of the present phase of do_exit(). */
  | 'exit'
  /** One step of the present phase of begin_new_exec(). */
  | 'exec'
  /** It releases an open file description whose last reference it dropped. */
  | 'work'
  /** alarm(2) goes off. */
  | 'alarm'
  /** The namespace's init waits for a zombie it has adopted. */
  | 'init-reaps'

export interface Internal {
  readonly kind: 'internal'
  readonly tid: number
  readonly move: MoveKind
  readonly choice: number
}

/**
 * What happens to a kernel, one labelled transition. A call takes effect at some internal event between its `call` and
 * its `return`; a call that must wait has no such event yet.
 */
export type Event =
  | { readonly kind: 'call'; readonly tid: number; readonly call: Call }
  | Internal
  | { readonly kind: 'return'; readonly tid: number; readonly result: Result }
