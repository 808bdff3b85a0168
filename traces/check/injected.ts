import type { CallInterval } from '../strace/interval.ts'

/** The tracer has kept the call from the kernel and answered in its place. Source: strace(1) -e inject=. */
export const isInjected = ({ result }: CallInterval): boolean => result?.note.endsWith('(INJECTED)') === true

export const INJECTED = 'strace answered calls in the place of the kernel (-e inject=)'
