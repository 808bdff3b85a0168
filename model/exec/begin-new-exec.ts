import type { ExecPhase } from '../rules.ts'

/**
 * What execve does past the point of no return, in the kernel's order. Source: execve(2); fs/exec.c begin_new_exec().
 */
export const beginNewExec: readonly ExecPhase[] = []
