import { int } from '../params.ts'
import { defineSyscall, succeeds, type Syscall } from '../syscall.ts'

/**
 * Change the user or group that the caller acts for. Most rights are not modelled: refusals for want of them are taken as
 * the world's. What is: locks on memory are limited for a user who is not root, and a change takes the parent-death
 * signal away, where setting the same again leaves it.
 *
 * Returns 0. Errors: EPERM, EAGAIN, EINVAL, by the world outside the model.
 * Source: setuid(2), prctl(2) PR_SET_PDEATHSIG; kernel/cred.c commit_creds().
 */
const changeOf = (name: string): Syscall =>
  defineSyscall({
    name,
    params: { id: int(0) },
    environment: ['EPERM', 'EAGAIN', 'EINVAL'],
    source: `${name}(2); kernel/cred.c commit_creds()`,
    rule(_kernel, { tid, pid, parentDeathSignal }, { id }) {
      if (id === 0) return succeeds(0)
      const changes = (clears: boolean) =>
        succeeds(0, (k) => {
          if (clears) k.threads.edit(tid).parentDeathSignal = 0
          k.processes.edit(pid).privileged = name === 'setuid' ? false : 'unknown'
        })
      return parentDeathSignal === 0 ? changes(false) : [...changes(false), ...changes(true)]
    },
  })

export const setuid = ['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid'].map(changeOf)
