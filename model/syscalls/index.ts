import type { Syscall } from '../syscall.ts'
import { close } from './close.ts'
import { exit } from './exit.ts'
import { exit_group } from './exit_group.ts'
import { fcntlLocks } from './fcntl-locks.ts'
import { flock } from './flock.ts'
import { fork } from './fork.ts'
import { getpgid } from './getpgid.ts'
import { getpgrp } from './getpgrp.ts'
import { getsid } from './getsid.ts'
import { ioctl } from './ioctl.ts'
import { kill } from './kill.ts'
import { openpty } from './openpty.ts'
import { rt_sigreturn } from './rt_sigreturn.ts'
import { setpgid } from './setpgid.ts'
import { setsid } from './setsid.ts'
import { tcsetattr } from './tcsetattr.ts'
import { wait4 } from './wait4.ts'

/** Every call that the model knows; those of a multiplexed call are forms of one file. */
export const syscalls: readonly Syscall[] = [
  close,
  exit,
  exit_group,
  ...fcntlLocks,
  flock,
  fork,
  getpgid,
  getpgrp,
  getsid,
  ...ioctl,
  kill,
  openpty,
  rt_sigreturn,
  setpgid,
  setsid,
  tcsetattr,
  wait4,
]
