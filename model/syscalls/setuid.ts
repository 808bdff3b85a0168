import { int } from '../params.ts'
import { defineSyscall, succeeds, type Syscall } from '../syscall.ts'

/**
 * Change the user or group that the caller acts for. Rights are not modelled: refusals for want of them are taken as the
 * world's. What is: a change takes the parent-death signal away, and setting the same again may leave it.
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
    rule(_kernel, { tid, parentDeathSignal }, { id }) {
      if (parentDeathSignal === 0 || id === 0) return succeeds(0)
      const clears = succeeds(0, (k) => {
        k.threads.edit(tid).parentDeathSignal = 0
      })
      return [...succeeds(0), ...clears]
    },
  })

export const setuid = ['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid'].map(changeOf)
