import { hasSignal, setOfSignals } from './state/signal-set.ts'

/** Signal numbers of x86-64 and arm64 Linux. Source: signal(7). */
export const SIGNALS = {
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7, SIGFPE: 8,
  SIGKILL: 9, SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGSTKFLT: 16,
  SIGCHLD: 17, SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24,
  SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28, SIGIO: 29, SIGPWR: 30, SIGSYS: 31,
} as const // prettier-ignore

export type SignalName = keyof typeof SIGNALS

export const {
  SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGSEGV, SIGPIPE, SIGALRM, SIGTERM,
  SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH, SIGUSR1, SIGUSR2,
} = SIGNALS // prettier-ignore

/** The first real-time signal of the kernel; the C library keeps 32 and 33 for itself. */
export const SIGRTMIN = 32
export const SIGNAL_MAX = 64

const NAMES = new Map<number, string>(Object.entries(SIGNALS).map(([name, number]) => [number, name]))
const NUMBERS = new Map<string, number>(Object.entries(SIGNALS))

/** `SIGTERM`, or `SIGRT_2` for 34, as strace writes it. */
export const signalName = (signal: number): string =>
  NAMES.get(signal) ??
  (signal === SIGRTMIN
    ? 'SIGRTMIN'
    : signal > SIGRTMIN && signal <= SIGNAL_MAX
      ? `SIGRT_${signal - SIGRTMIN}`
      : String(signal))

/** The number of a name as strace writes it; undefined for a word that is none. */
export function signalNumber(name: string): number | undefined {
  if (name === 'SIGRTMIN') return SIGRTMIN
  if (name === 'SIGRTMAX') return SIGNAL_MAX
  const realTime = /^SIGRT_(\d+)$/.exec(name)
  if (realTime) return SIGRTMIN + Number(realTime[1])
  return NUMBERS.get(name)
}

export const isRealTime = (signal: number): boolean => signal >= SIGRTMIN

export const STOP_SIGNALS = setOfSignals(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU)
const CORE_SIGNALS = setOfSignals(3, 4, 5, 6, 7, 8, 11, 24, 25, 31)
const IGNORED_BY_DEFAULT = setOfSignals(SIGCHLD, SIGCONT, SIGURG, SIGWINCH)
/** Neither can be caught, blocked or ignored. */
export const UNBLOCKABLE = setOfSignals(SIGKILL, SIGSTOP)

/** The default action. Source: signal(7), kernel/signal.c sig_kernel_*(). */
export type DefaultAction = 'terminate' | 'core' | 'stop' | 'ignore'

const DEFAULTS: DefaultAction[] = Array.from({ length: SIGNAL_MAX + 1 }, (_, signal) => {
  if (signal === 0) return 'ignore'
  if (hasSignal(STOP_SIGNALS, signal)) return 'stop'
  if (hasSignal(CORE_SIGNALS, signal)) return 'core'
  return hasSignal(IGNORED_BY_DEFAULT, signal) ? 'ignore' : 'terminate'
})

export const defaultAction = (signal: number): DefaultAction => DEFAULTS[signal]!
