import type { Coverage } from '../../properties/exercised.ts'

const MIDDLE =
  'something must come in the middle of a call that does not sleep; in a run call by call all else waits for its end'
const REMOVED = 'the object must go between two steps of one call; in a run call by call all else waits for its end'
const FORCED = 'only where kernel.shm_rmid_forced is set'
const TERMINAL = 'the last close of a pseudo-terminal comes after that of its master, which hangs it up'
const NAMELESS =
  'a queue without a name is opened by the name of its descriptor alone, in /proc, of which programs here have none'

const all = (reason: string, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, reason]))

/** What no run on the live kernel shows, each with the reason: `call/outcome`, `chart/state EVENT`, `function/fate`. */
export const NEVER_LIVE: Readonly<Record<keyof Coverage, Readonly<Record<string, string>>>> = {
  outcomes: {
    ...all(MIDDLE, 'clone/interrupted', 'clone3/interrupted', 'fork/interrupted', 'openpty/EBADF', 'openpty/ENOTTY'),
    ...all(REMOVED, 'msgctl(IPC_STAT)/EIDRM', 'shmat/EIDRM'),
    ...all(REMOVED, 'shmctl(IPC_STAT)/EIDRM', 'shmctl(SHM_LOCK)/EIDRM', 'shmctl(SHM_UNLOCK)/EIDRM'),
    ...all(REMOVED, 'semctl(GETVAL)/EIDRM', 'semctl(GETPID)/EIDRM', 'semctl(GETNCNT)/EIDRM', 'semctl(GETZCNT)/EIDRM'),
    ...all(REMOVED, 'semctl(GETALL)/EIDRM', 'semctl(SETVAL)/EIDRM', 'semctl(SETALL)/EIDRM', 'semctl(IPC_SET)/EIDRM'),
    ...all(REMOVED, 'semctl(IPC_STAT)/EIDRM'),
    'read/EISDIR':
      'no call of the model makes a directory; of one that was there the model does not know it, and says nothing of a read',
    'read/EINVAL': 'x86-64 looks at the buffer first, which is too long for any address: EFAULT',
    'rt_sigreturn/success': 'handlers return by it, and a live run does not show it',
  },
  phases: {},
  arrows: {
    ...all(MIDDLE, 'thread/execing EXIT', 'record-lock/requested CANCEL'),
    ...all(FORCED, 'shm-segment/live.unattached RMID_FORCED', 'shm-segment/live.attached LAST_DETACH_RMID_FORCED'),
    ...all(FORCED, 'shm-segment/marked LAST_DETACH_RMID_FORCED'),
    ...all(NAMELESS, 'posix-queue/live.unlinked+unregistered OPEN', 'posix-queue/live.unlinked+registered OPEN'),
    ...all(TERMINAL, 'terminal/free LAST_CLOSE', 'terminal/controlling LAST_CLOSE'),
    ...all('vhangup(2) is not modelled', 'terminal/hung-up HANGUP', 'terminal/hung-up REOPEN'),
  },
  signals: {
    'get_signal/death with a core dump':
      'the executor lets nobody dump core, nor raise the limit that keeps them from it',
  },
}

/** Why something is never seen live; undefined where it is. */
export const neverLive = (part: keyof Coverage, of: string, name: string): string | undefined =>
  NEVER_LIVE[part][`${of}/${name}`]
