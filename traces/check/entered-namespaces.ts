import type { CallInterval } from '../strace/interval.ts'

/** Pids, or identifiers of System V objects, are others from here on. */
export const entersNamespace = ({ name, args }: CallInterval): boolean =>
  name === 'setns' ||
  (/^(clone3?|unshare)$/.test(name) && (/CLONE_NEW(PID|IPC)/.test(args) || (flagsIn(name, args) & NEW_SPACES) !== 0))

/** CLONE_NEWIPC and CLONE_NEWPID. */
const NEW_SPACES = 0x28000000

/** The flags that are given by number (-X raw). */
function flagsIn(name: string, args: string): number {
  const flags = name === 'unshare' ? args : (/flags=([^,}]+)/.exec(args)?.[1] ?? '')
  return flags.split('|').reduce((all, flag) => all | (Number.parseInt(flag, 16) || 0), 0)
}
