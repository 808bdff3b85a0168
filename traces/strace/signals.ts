/**
 * Signal names and numbers, as strace prints them on x86-64, arm64 and most others (signal(7)).
 * Real-time signals are counted from the kernel's SIGRTMIN, 32: `SIGRT_2` is 34; signal sets drop the `SIG`.
 */
const standard = [
  ...[
    'HUP',
    'INT',
    'QUIT',
    'ILL',
    'TRAP',
    'ABRT',
    'BUS',
    'FPE',
    'KILL',
    'USR1',
    'SEGV',
    'USR2',
    'PIPE',
    'ALRM',
    'TERM',
  ],
  ...['STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF', 'WINCH', 'IO'],
  ...['PWR', 'SYS'],
] as const

const firstRealTime = 32

/** The highest signal number, SIGRTMAX of the kernel. */
export const lastSignal = 64

const names: readonly string[] = [
  '',
  ...standard.map((name) => `SIG${name}`),
  'SIGRTMIN',
  ...Array.from({ length: lastSignal - firstRealTime }, (_, index) => `SIGRT_${index + 1}`),
]

const aliases: readonly (readonly [string, number])[] = [
  ['SIGIOT', 6],
  ['SIGCLD', 17],
  ['SIGPOLL', 29],
  ['SIGUNUSED', 31],
  ['SIGRT_0', firstRealTime],
  ['SIGRTMAX', lastSignal],
]

const numbers = new Map<string, number>()
for (const [name, number] of [...names.map((name, index) => [name, index] as const), ...aliases]) {
  if (name === '') continue
  numbers.set(name, number)
  numbers.set(name.slice(3), number)
}

/** The number (1..64) of a signal written `SIGCHLD`, `CHLD` (as in signal sets), `SIGRT_2` or `17`; undefined if it names none. */
export function signalNumber(name: string): number | undefined {
  const known = numbers.get(name)
  if (known !== undefined) return known
  const number = Number(name)
  return number > 0 && number <= lastSignal && Number.isInteger(number) ? number : undefined
}

/** The name that strace prints for a signal number (1..64); undefined if there is no such signal. */
export function signalName(number: number): string | undefined {
  return number === 0 ? undefined : names[number]
}
