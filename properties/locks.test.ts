import { expect, test } from 'vitest'
import { linux } from '../model/linux.ts'
import { flagSet, type LockRequest } from '../model/params.ts'
import { FIRST_STEP, type Argument, type Program, type Step } from '../model/program.ts'
import { run } from '../model/run.ts'
import { SIGKILL } from '../model/signals.ts'
import { compare } from './differences.ts'
import type { Fault } from './fault.ts'
import { aDeadWaiterStaysQueued } from './faults/a-dead-waiter-stays-queued.ts'
import { deadlockNotDetected } from './faults/deadlock-not-detected.ts'
import { deadlockReportedForOfdLocks } from './faults/deadlock-reported-for-ofd-locks.ts'
import { execDropsPosixLocks } from './faults/exec-drops-posix-locks.ts'
import { flockOutlivesItsDescription } from './faults/flock-outlives-its-description.ts'
import { flockReleasedWithItsLocker } from './faults/flock-released-with-its-locker.ts'
import { flockUpgradeKeepsTheOldLock } from './faults/flock-upgrade-keeps-the-old-lock.ts'
import { lockWaiterNotWokenAtDeath } from './faults/lock-waiter-not-woken-at-death.ts'
import { mergingForgetsTheOlderLock } from './faults/merging-forgets-the-older-lock.ts'
import { ofdLockTreatedAsPosix } from './faults/ofd-lock-treated-as-posix.ts'
import { ofdLocksGoWithAnyDescriptor } from './faults/ofd-locks-go-with-any-descriptor.ts'
import { posixLockSurvivesARacingClose } from './faults/posix-lock-survives-a-racing-close.ts'
import { posixLocksInheritedByFork } from './faults/posix-locks-inherited-by-fork.ts'
import { posixLocksKeptAtExit } from './faults/posix-locks-kept-at-exit.ts'
import { posixLocksKeptByASecondDescriptor } from './faults/posix-locks-kept-by-a-second-descriptor.ts'
import { posixLocksKeptWhenAReaderCloses } from './faults/posix-locks-kept-when-a-reader-closes.ts'
import { posixLocksOfChildrenReleased } from './faults/posix-locks-of-children-released.ts'
import { readLocksConflict } from './faults/read-locks-conflict.ts'
import { recordLocksAreNotMerged } from './faults/record-locks-are-not-merged.ts'
import { splittingLosesTheRightPart } from './faults/splitting-loses-the-right-part.ts'
import { touchingLocksDoNotConflict } from './faults/touching-locks-do-not-conflict.ts'
import { unlockingTheMiddleDropsAll } from './faults/unlocking-the-middle-drops-all.ts'
import { writeLockOnAReader } from './faults/write-lock-on-a-reader.ts'
import { Checks, hold } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'

/** A program in the making: each call gives the handle of what it makes. */
class Calls {
  readonly steps: Step[] = []

  call(by: number, call: string, args: Record<string, Argument>): number {
    const id = this.steps.length + 1
    this.steps.push({ id, by, call, args, choice: 0, pace: -1 })
    return id
  }

  open(by: number, ...flags: string[]): number {
    return this.call(by, 'openat', {
      dirfd: 'AT_FDCWD',
      pathname: 'f',
      flags: flagSet('O_CREAT', ...flags),
      mode: 0o600,
    })
  }

  fork(by: number): number {
    return this.call(by, 'fork', {})
  }

  lock(by: number, fd: number, cmd: string, type: 'RD' | 'WR' | 'UN', start = 0, length = 0): void {
    const lock: LockRequest = { type: `F_${type}LCK`, whence: 'SEEK_SET', start, length }
    this.call(by, `fcntl(${cmd})`, { fd: { made: fd }, cmd, lock })
  }

  flock(by: number, fd: number, ...operation: string[]): void {
    this.call(by, 'flock', { fd: { made: fd }, operation: flagSet(...operation) })
  }

  close(by: number, fd: number): void {
    this.call(by, 'close', { fd: { made: fd } })
  }

  exit(by: number): void {
    this.call(by, 'exit_group', { status: 0 })
  }
}

const P0 = FIRST_STEP

/** Two processes, each with a descriptor of its own for one file. */
function pair(): { calls: Calls; fd: number; child: number; own: number } {
  const calls = new Calls()
  const fd = calls.open(P0, 'O_RDWR')
  const child = calls.fork(P0)
  return { calls, fd, child, own: calls.open(child, 'O_RDWR') }
}

function program(write: (calls: Calls) => void): Program {
  const calls = new Calls()
  write(calls)
  return { steps: calls.steps }
}

function programOfPair(write: (scene: ReturnType<typeof pair>) => void): Program {
  const scene = pair()
  write(scene)
  return { steps: scene.calls.steps }
}

const CASES: readonly [Fault, Program][] = [
  [
    posixLocksKeptByASecondDescriptor,
    programOfPair(({ calls, fd, child }) => {
      const second = calls.open(P0, 'O_RDWR')
      calls.lock(P0, fd, 'F_SETLK', 'WR')
      calls.close(P0, second)
      calls.lock(child, fd, 'F_SETLK', 'WR')
    }),
  ],
  [
    posixLocksKeptWhenAReaderCloses,
    program((calls) => {
      const fd = calls.open(P0, 'O_RDWR')
      const reader = calls.open(P0, 'O_RDONLY')
      calls.lock(P0, fd, 'F_SETLK', 'WR')
      calls.close(P0, fd)
      calls.lock(P0, reader, 'F_SETLK', 'RD')
      calls.close(P0, reader)
    }),
  ],
  [
    posixLocksKeptAtExit,
    programOfPair(({ calls, child, own }) => {
      calls.lock(child, own, 'F_SETLK', 'WR')
      calls.exit(child)
    }),
  ],
  [
    posixLocksInheritedByFork,
    programOfPair(({ calls, fd }) => {
      calls.lock(P0, fd, 'F_SETLK', 'WR')
      calls.fork(P0)
    }),
  ],
  [
    posixLocksOfChildrenReleased,
    programOfPair(({ calls, child, own }) => {
      calls.lock(child, own, 'F_SETLK', 'WR')
      calls.exit(P0)
    }),
  ],
  [
    posixLockSurvivesARacingClose,
    programOfPair(({ calls, fd, child, own }) => {
      const flags = flagSet('CLONE_VM', 'CLONE_FS', 'CLONE_FILES', 'CLONE_SIGHAND', 'CLONE_THREAD', 'CLONE_SYSVSEM')
      const thread = calls.call(child, 'clone3', { flags, exit_signal: 0, size: 88 })
      calls.lock(P0, fd, 'F_SETLK', 'WR')
      calls.lock(child, own, 'F_SETLKW', 'WR')
      calls.close(thread, own)
      calls.close(thread, fd)
      calls.close(P0, fd)
    }),
  ],
  [
    flockReleasedWithItsLocker,
    programOfPair(({ calls, fd, child }) => {
      calls.flock(child, fd, 'LOCK_EX')
      calls.exit(child)
    }),
  ],
  [
    flockOutlivesItsDescription,
    program((calls) => {
      const fd = calls.open(P0, 'O_RDWR')
      calls.open(P0, 'O_RDWR')
      calls.flock(P0, fd, 'LOCK_EX')
      calls.close(P0, fd)
    }),
  ],
  [
    flockUpgradeKeepsTheOldLock,
    programOfPair(({ calls, fd, child, own }) => {
      calls.flock(P0, fd, 'LOCK_SH')
      calls.flock(child, own, 'LOCK_SH')
      calls.flock(child, own, 'LOCK_EX', 'LOCK_NB')
    }),
  ],
  [ofdLockTreatedAsPosix, program((calls) => calls.lock(P0, calls.open(P0, 'O_RDWR'), 'F_OFD_SETLK', 'WR'))],
  [
    ofdLocksGoWithAnyDescriptor,
    program((calls) => {
      const fd = calls.open(P0, 'O_RDWR')
      const copy = calls.call(P0, 'dup', { oldfd: { made: fd } })
      calls.lock(P0, fd, 'F_OFD_SETLK', 'WR')
      calls.close(P0, copy)
    }),
  ],
  [
    recordLocksAreNotMerged,
    program((calls) => {
      const fd = calls.open(P0, 'O_RDWR')
      calls.lock(P0, fd, 'F_SETLK', 'WR', 0, 5)
      calls.lock(P0, fd, 'F_SETLK', 'WR', 5, 5)
    }),
  ],
  [
    mergingForgetsTheOlderLock,
    program((calls) => {
      const fd = calls.open(P0, 'O_RDWR')
      calls.lock(P0, fd, 'F_SETLK', 'WR', 0, 5)
      calls.lock(P0, fd, 'F_SETLK', 'WR', 5, 5)
    }),
  ],
  ...[splittingLosesTheRightPart, unlockingTheMiddleDropsAll].map((fault): [Fault, Program] => [
    fault,
    program((calls) => {
      const fd = calls.open(P0, 'O_RDWR')
      calls.lock(P0, fd, 'F_SETLK', 'WR')
      calls.lock(P0, fd, 'F_SETLK', 'UN', 5, 5)
    }),
  ]),
  [
    touchingLocksDoNotConflict,
    programOfPair(({ calls, fd, child, own }) => {
      calls.lock(P0, fd, 'F_SETLK', 'WR', 0, 6)
      calls.lock(child, own, 'F_SETLK', 'WR', 5, 5)
    }),
  ],
  [
    readLocksConflict,
    programOfPair(({ calls, fd, child, own }) => {
      calls.lock(P0, fd, 'F_SETLK', 'RD')
      calls.lock(child, own, 'F_SETLK', 'RD')
    }),
  ],
  [
    writeLockOnAReader,
    program((calls) => {
      calls.open(P0, 'O_RDWR')
      calls.lock(P0, calls.open(P0, 'O_RDONLY'), 'F_SETLK', 'WR')
    }),
  ],
  [
    lockWaiterNotWokenAtDeath,
    programOfPair(({ calls, fd, child, own }) => {
      calls.lock(P0, fd, 'F_SETLK', 'WR')
      calls.lock(child, own, 'F_SETLKW', 'WR')
      calls.exit(P0)
    }),
  ],
  [
    aDeadWaiterStaysQueued,
    programOfPair(({ calls, fd, child, own }) => {
      calls.lock(P0, fd, 'F_SETLK', 'WR')
      calls.lock(child, own, 'F_SETLKW', 'WR')
      calls.call(P0, 'kill', { pid: { made: child }, sig: SIGKILL })
    }),
  ],
  ...(
    [
      [deadlockNotDetected, 'F_SETLKW', 'F_SETLK'],
      [deadlockReportedForOfdLocks, 'F_OFD_SETLKW', 'F_OFD_SETLK'],
    ] as const
  ).map(([fault, waits, sets]): [Fault, Program] => [
    fault,
    programOfPair(({ calls, fd, child, own }) => {
      calls.lock(P0, fd, sets, 'WR', 0, 1)
      calls.lock(child, own, sets, 'WR', 1, 1)
      calls.lock(P0, fd, waits, 'WR', 1, 1)
      calls.lock(child, own, waits, 'WR', 0, 1)
    }),
  ]),
  [
    execDropsPosixLocks,
    program((calls) => {
      calls.lock(P0, calls.open(P0, 'O_RDWR'), 'F_SETLK', 'WR')
      calls.call(P0, 'execve', { filename: '/bin/true', argv: null, envp: null })
    }),
  ],
]

test.each(CASES.map(([fault, program]) => [fault.name, fault, program] as const))(
  'a kernel where %s is told from Linux',
  (_name, fault, program) => {
    const wrong = fault.apply(linux)
    expect(hold(linux, new Checks(linux, invariants, stepProperties), program).violation).toBeNull()
    if (fault.breaks.length === 0) {
      const seen = run(wrong, program, { recording: true })
      expect(compare(linux, seen).verdict).toBe('different')
      return
    }
    const found = hold(wrong, new Checks(wrong, invariants, stepProperties), program).violation
    expect(fault.breaks).toContain(found?.name)
  },
)
