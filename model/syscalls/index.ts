import type { Syscall } from '../syscall.ts'
import { close } from './close.ts'
import { exit } from './exit.ts'
import { exit_group } from './exit_group.ts'
import { fork } from './fork.ts'
import { kill } from './kill.ts'
import { rt_sigreturn } from './rt_sigreturn.ts'
import { wait4 } from './wait4.ts'

/** Every call that the model knows; those of a multiplexed call are forms of one file. */
export const syscalls: readonly Syscall[] = [close, exit, exit_group, fork, kill, rt_sigreturn, wait4]
