import { expect, test } from 'vitest'
import { linux } from '../model/linux.ts'
import { flagSet } from '../model/params.ts'
import { FIRST_STEP, type Argument, type Program, type Step } from '../model/program.ts'
import { run } from '../model/run.ts'
import { SIGKILL, SIGPIPE } from '../model/signals.ts'
import { setOfSignals } from '../model/state/signal-set.ts'
import { compare } from './differences.ts'
import type { Fault } from './fault.ts'
import { aFifoKeepsItsData } from './faults/a-fifo-keeps-its-data.ts'
import { aFifoOpenMissesAShortVisit } from './faults/a-fifo-open-misses-a-short-visit.ts'
import { aKilledFifoOpenerStillCounts } from './faults/a-killed-fifo-opener-still-counts.ts'
import { aReleasedWriterStillCounts } from './faults/a-released-writer-still-counts.ts'
import { anUnlinkedFileIsNeverFreed } from './faults/an-unlinked-file-is-never-freed.ts'
import { descriptorsKeptAtExit } from './faults/descriptors-kept-at-exit.ts'
import { dup2KeepsCloseOnExec } from './faults/dup2-keeps-close-on-exec.ts'
import { dupTakesNoReference } from './faults/dup-takes-no-reference.ts'
import { endOfFileBesideAWriter } from './faults/end-of-file-beside-a-writer.ts'
import { forkCopiesOpenDescriptions } from './faults/fork-copies-open-descriptions.ts'
import { freedDescriptorsAreNotReused } from './faults/freed-descriptors-are-not-reused.ts'
import { oCloexecIgnored } from './faults/o-cloexec-ignored.ts'
import { oneCloseReleasesAPipeEnd } from './faults/one-close-releases-a-pipe-end.ts'
import { releasesRunInOrderOfClosing } from './faults/releases-run-in-order-of-closing.ts'
import { sigpipeGoesToTheProcess } from './faults/sigpipe-goes-to-the-process.ts'
import { sigpipeNotSent } from './faults/sigpipe-not-sent.ts'
import { theLastDescriptorLeaksAtExit } from './faults/the-last-descriptor-leaks-at-exit.ts'
import { unsharingCloseRangeCopiesTooLittle } from './faults/unsharing-close-range-copies-too-little.ts'
import { Checks, hold, RULES_HOLD_TOGETHER } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'

const P0 = FIRST_STEP
/** A choice by which the caller runs before those who were woken earlier. */
const LAST_COMES_FIRST = 16
const THREAD = flagSet('CLONE_VM', 'CLONE_FS', 'CLONE_FILES', 'CLONE_SIGHAND', 'CLONE_THREAD', 'CLONE_SYSVSEM')

/** A program in the making: each call gives the number of its step, which names what it makes. */
class Calls {
  readonly steps: Step[] = []

  call(by: number, call: string, args: Record<string, Argument> = {}, pace = -1, choice = 0): number {
    const id = this.steps.length + 1
    this.steps.push({ id, by, call, args, choice, pace })
    return id
  }

  open(by: number, pathname: string, ...flags: string[]): number {
    return this.call(by, 'openat', { dirfd: 'AT_FDCWD', pathname, flags: flagSet(...flags), mode: 0o600 })
  }

  pipe(by: number, ...flags: string[]): { step: number; reader: Argument; writer: Argument } {
    const step = this.call(by, 'pipe2', { flags: flagSet(...flags) })
    return { step, reader: { made: step }, writer: { made: step, part: 1 } }
  }

  fifo(): void {
    this.call(P0, 'mknodat', { dirfd: 'AT_FDCWD', pathname: 'p', mode: flagSet('S_IFIFO') })
  }

  fork(by: number): number {
    return this.call(by, 'fork')
  }

  read(by: number, fd: Argument): void {
    this.call(by, 'read', { fd, count: 1 })
  }

  write(by: number, fd: Argument): void {
    this.call(by, 'write', { fd, buf: 'x', count: 1 })
  }

  close(by: number, fd: Argument): void {
    this.call(by, 'close', { fd })
  }

  exit(by: number, pace = -1): void {
    this.call(by, 'exit_group', { status: 0 }, pace)
  }
}

function program(write: (calls: Calls) => void): Program {
  const calls = new Calls()
  write(calls)
  return { steps: calls.steps }
}

const CASES: readonly [Fault, Program][] = [
  [
    descriptorsKeptAtExit,
    program((calls) => {
      calls.pipe(P0)
      calls.exit(P0)
    }),
  ],
  [
    theLastDescriptorLeaksAtExit,
    program((calls) => {
      calls.pipe(P0)
      calls.exit(P0)
    }),
  ],
  [
    dupTakesNoReference,
    program((calls) => {
      const { writer } = calls.pipe(P0)
      calls.call(P0, 'dup', { oldfd: writer })
      calls.close(P0, writer)
    }),
  ],
  [
    forkCopiesOpenDescriptions,
    program((calls) => {
      calls.open(P0, 'f', 'O_RDWR', 'O_CREAT')
      calls.fork(P0)
    }),
  ],
  [
    dup2KeepsCloseOnExec,
    program((calls) => {
      calls.call(P0, 'dup2', { oldfd: calls.pipe(P0, 'O_CLOEXEC').reader, newfd: 7 })
    }),
  ],
  [oCloexecIgnored, program((calls) => calls.open(P0, 'f', 'O_CREAT', 'O_CLOEXEC'))],
  [
    aReleasedWriterStillCounts,
    program((calls) => {
      calls.close(P0, calls.pipe(P0).writer)
    }),
  ],
  [
    endOfFileBesideAWriter,
    program((calls) => {
      calls.read(P0, calls.pipe(P0).reader)
    }),
  ],
  ...[sigpipeNotSent, sigpipeGoesToTheProcess].map((fault): [Fault, Program] => [
    fault,
    program((calls) => {
      const { reader, writer } = calls.pipe(P0)
      calls.call(P0, 'rt_sigprocmask', { how: 'SIG_BLOCK', set: setOfSignals(SIGPIPE), sigsetsize: 8 })
      calls.close(P0, reader)
      calls.write(P0, writer)
    }),
  ]),
  [
    freedDescriptorsAreNotReused,
    program((calls) => {
      calls.close(P0, calls.pipe(P0).reader)
      calls.open(P0, 'f', 'O_CREAT')
    }),
  ],
  [
    oneCloseReleasesAPipeEnd,
    program((calls) => {
      const { writer } = calls.pipe(P0)
      calls.call(P0, 'dup', { oldfd: writer })
      calls.close(P0, writer)
    }),
  ],
  [
    aFifoKeepsItsData,
    program((calls) => {
      calls.fifo()
      const both = { made: calls.open(P0, 'p', 'O_RDWR') }
      calls.write(P0, both)
      calls.close(P0, both)
    }),
  ],
  [
    anUnlinkedFileIsNeverFreed,
    program((calls) => {
      const fd = { made: calls.open(P0, 'f', 'O_CREAT') }
      calls.call(P0, 'unlink', { pathname: 'f' })
      calls.close(P0, fd)
    }),
  ],
  [
    aKilledFifoOpenerStillCounts,
    program((calls) => {
      calls.fifo()
      const child = calls.fork(P0)
      calls.open(child, 'p', 'O_RDONLY')
      calls.call(P0, 'kill', { pid: { made: child }, sig: SIGKILL })
    }),
  ],
  [
    aFifoOpenMissesAShortVisit,
    program((calls) => {
      calls.fifo()
      calls.open(calls.fork(P0), 'p', 'O_RDONLY')
      const flags = flagSet('O_WRONLY', 'O_NONBLOCK')
      const fd = calls.call(P0, 'openat', { dirfd: 'AT_FDCWD', pathname: 'p', flags, mode: 0 }, 2)
      calls.call(P0, 'close', { fd: { made: fd } }, -1, LAST_COMES_FIRST)
    }),
  ],
  [
    unsharingCloseRangeCopiesTooLittle,
    program((calls) => {
      const { reader } = calls.pipe(P0)
      const thread = calls.call(P0, 'clone3', { flags: THREAD, exit_signal: 0, size: 88 })
      const flags = flagSet('CLOSE_RANGE_UNSHARE', 'CLOSE_RANGE_CLOEXEC')
      calls.call(thread, 'close_range', { first: 0, last: 0xffff_ffff, flags })
      calls.call(thread, 'fcntl(F_GETFD)', { fd: reader, cmd: 'F_GETFD' })
    }),
  ],
]

test.each(CASES.map(([fault, program]) => [fault.name, fault, program] as const))(
  'a kernel where %s is told from Linux',
  (_name, fault, program) => {
    const wrong = fault.apply(linux)
    expect(hold(linux, new Checks(linux, invariants, stepProperties), program).violation).toBeNull()
    if (fault.breaks.length === 0) {
      expect(compare(linux, run(linux, program, { recording: true })).verdict).toBe('allowed')
      expect(compare(linux, run(wrong, program, { recording: true })).verdict).toBe('different')
      return
    }
    const found = hold(wrong, new Checks(wrong, invariants, stepProperties), program).violation
    expect(fault.breaks).toContain(found?.name)
  },
)

/** A child with the write ends of two pipes dies; after this many events the parent reads the lower pipe, then the higher. */
const dyingWriter = (events: number): Program =>
  program((calls) => {
    const low = calls.pipe(P0, 'O_NONBLOCK')
    const high = calls.pipe(P0, 'O_NONBLOCK')
    const child = calls.fork(P0)
    for (const { writer } of [low, high]) calls.close(P0, writer)
    calls.exit(child, events)
    for (const { reader } of [low, high]) calls.call(P0, 'read', { fd: reader, count: 1 }, 2, LAST_COMES_FIRST)
  })

test('a dying process releases its highest descriptor first, and a kernel that does not is told from Linux', () => {
  const moments = Array.from({ length: 60 }, (_, events) => dyingWriter(events))
  const showsLowFirst = (seen: ReturnType<typeof run>) =>
    seen.results.at(-2)!.result === 0 && seen.results.at(-1)!.result === 'EAGAIN'
  const wrong = releasesRunInOrderOfClosing.apply(linux)
  expect(moments.filter((moment) => showsLowFirst(run(linux, moment)))).toEqual([])
  const telling = moments.find((moment) => showsLowFirst(run(wrong, moment)))!
  expect(compare(linux, run(wrong, telling, { recording: true })).verdict).toBe('different')
})

test('every fault of descriptors and pipes breaks something that is checked, or is seen by comparison', () => {
  const names = CASES.flatMap(([{ breaks }]) => breaks)
  const known = new Set([...invariants, ...stepProperties, RULES_HOLD_TOGETHER].map(({ name }) => name))
  expect(names.filter((name) => !known.has(name))).toEqual([])
})
