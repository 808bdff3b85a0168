import type { CloneFlag, CloneFlags } from './fork.ts'

/** The flags of clone that the model knows. The last ones only say where a tid or a pointer is to be written. */
export const CLONE_FLAGS = [
  'CLONE_VM',
  'CLONE_VFORK',
  'CLONE_FILES',
  'CLONE_FS',
  'CLONE_SIGHAND',
  'CLONE_SYSVSEM',
  'CLONE_THREAD',
  'CLONE_PARENT',
  'CLONE_SETTLS',
  'CLONE_PARENT_SETTID',
  'CLONE_CHILD_CLEARTID',
  'CLONE_CHILD_SETTID',
] as const

/**
 * What the flags of a clone ask for, or why they cannot be had: a thread shares the handlers of signals, and who shares
 * these shares memory; nobody both shares them and begins without. Source: clone(2) under ERRORS; kernel/fork.c copy_process().
 */
export function cloneArguments(flags: ReadonlySet<string>): CloneFlags | 'EINVAL' {
  if (flags.has('CLONE_THREAD') && !flags.has('CLONE_SIGHAND')) return 'EINVAL'
  if (flags.has('CLONE_SIGHAND') && !flags.has('CLONE_VM')) return 'EINVAL'
  if (flags.has('CLONE_CLEAR_SIGHAND') && flags.has('CLONE_SIGHAND')) return 'EINVAL'
  return flags as ReadonlySet<CloneFlag>
}
