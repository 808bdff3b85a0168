import { ERRNOS } from '../../../model/errno.ts'
import { defineSyscall, type Syscall } from '../../../model/syscall.ts'
import { harmless } from './harmless.ts'

/** Calls about processes, where these are none of the capture's. */
const ABOUT_OTHERS = [
  ...['kill', 'tgkill', 'tkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo', 'getpgid', 'getsid', 'setpgid', 'prlimit64'],
  ...['wait4', 'waitid'],
]

const aboutOthers = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    interrupted: 'ERESTARTSYS',
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: () => harmless(`${name} is about processes outside the capture`),
  })

export const callsAboutOthers: ReadonlySet<Syscall> = new Set(ABOUT_OTHERS.map(aboutOthers))

/** Whether this form of a call that sends a signal is for processes outside the capture alone. */
export const isSentToOthers = (syscall: Syscall): boolean =>
  callsAboutOthers.has(syscall) && /^(kill|tkill|tgkill|rt_)/.test(syscall.name)
