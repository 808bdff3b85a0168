/**
 * The word that wait4 stores, in strace's words: `WIFEXITED(s) && WEXITSTATUS(s) == 3`,
 * `WIFSIGNALED(s) && WTERMSIG(s) == SIGABRT && WCOREDUMP(s)`, `WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP`, `WIFCONTINUED(s)`.
 * Source: wait(2).
 */
import { signalNumber } from './signals.ts'

/** `code` is the exit status 0..255; signals are numbers. `event` is the PTRACE_EVENT_* of a tracer's wait, or ''. */
export type WaitStatus =
  | { readonly how: 'exited'; readonly code: number }
  | { readonly how: 'signaled'; readonly signal: number; readonly core: boolean }
  | { readonly how: 'stopped'; readonly signal: number; readonly event: string }
  | { readonly how: 'continued' }

const condition =
  /^(?:WIFEXITED\(s\) && WEXITSTATUS\(s\) == (\d+)|WIFSIGNALED\(s\) && WTERMSIG\(s\) == (\w+)( && WCOREDUMP\(s\))?|WIFSTOPPED\(s\) && WSTOPSIG\(s\) == (\w+)(?: \| 0x80)?|WIFCONTINUED\(s\))$/

/** Read the text between the braces, and the event that may follow them; undefined if it is no wait status. */
export function readWaitStatus(text: string, event: string): WaitStatus | undefined {
  const found = condition.exec(text)
  if (!found) return undefined
  const [, code, termination, core, stop] = found
  if (code !== undefined) return { how: 'exited', code: Number(code) }
  if (termination === undefined && stop === undefined) return { how: 'continued' }
  const signal = signalNumber(termination ?? stop ?? '')
  if (signal === undefined) return undefined
  return stop === undefined ? { how: 'signaled', signal, core: core !== undefined } : { how: 'stopped', signal, event }
}

/** The wait status that a number is, by the macros of wait(2); undefined if it is none. */
export function decodeWaitStatus(status: number): WaitStatus | undefined {
  const low = status & 0x7f
  const high = (status >> 8) & 0xff
  if (status === 0xffff) return { how: 'continued' }
  if (low === 0) return { how: 'exited', code: high }
  if (low === 0x7f) return { how: 'stopped', signal: high & 0x7f, event: '' }
  return { how: 'signaled', signal: low, core: (status & 0x80) !== 0 }
}
