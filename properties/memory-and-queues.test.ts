import { describe, expect, it } from 'vitest'
import { linux } from '../model/linux.ts'
import { flagSet } from '../model/params.ts'
import type { Rules } from '../model/rules.ts'
import { SIGKILL } from '../model/signals.ts'
import { Play } from '../model/testing/play.ts'
import type { Fault } from './fault.ts'
import { equalPrioritiesComeLastInFirstOut } from './faults/equal-priorities-come-last-in-first-out.ts'
import { exitDoesNotUnmap } from './faults/exit-does-not-unmap.ts'
import { exitForgetsWhatWasMapped } from './faults/exit-forgets-what-was-mapped.ts'
import { futureLocksInheritedByFork } from './faults/future-locks-inherited-by-fork.ts'
import { killedSenderLeavesItsMessage } from './faults/killed-sender-leaves-its-message.ts'
import { mappingHoldsNoDescription } from './faults/mapping-holds-no-description.ts'
import { memoryLocksCount } from './faults/memory-locks-count.ts'
import { memoryLocksInheritedByFork } from './faults/memory-locks-inherited-by-fork.ts'
import { namedSemaphorePostedAtDeath } from './faults/named-semaphore-posted-at-death.ts'
import { namedSemaphoreUnlinkedAtItsLastClose } from './faults/named-semaphore-unlinked-at-its-last-close.ts'
import { notificationFiresAgainAndAgain } from './faults/notification-fires-again-and-again.ts'
import { notificationFiresThoughAReceiverWaits } from './faults/notification-fires-though-a-receiver-waits.ts'
import { posixQueueDestroyedAtItsLastClose } from './faults/posix-queue-destroyed-at-its-last-close.ts'
import { prioritiesAreIgnored } from './faults/priorities-are-ignored.ts'
import { privateDataWrittenBackAtExit } from './faults/private-data-written-back-at-exit.ts'
import { privateStoresGoToTheFile } from './faults/private-stores-go-to-the-file.ts'
import { registrationKeptAtExit } from './faults/registration-kept-at-exit.ts'
import { registrationKeptByASecondDescriptor } from './faults/registration-kept-by-a-second-descriptor.ts'
import { sharedDataDiscardedAtExit } from './faults/shared-data-discarded-at-exit.ts'
import { sharedMemoryGoesWithItsMaker } from './faults/shared-memory-goes-with-its-maker.ts'
import { Checks, Judge } from './hold.ts'
import { invariants, stepProperties } from './invariants/index.ts'

const P0 = Play.first
const PAGE = 4096

class Story extends Play {
  queue(pid: number, flags = ['O_RDWR', 'O_CREAT'], maxMessages = 2): number {
    const attr = { maxMessages, maxSize: 8, nonblock: false }
    return this.call(pid, 'mq_open', { name: '/q', oflag: flagSet(...flags), mode: 0o600, attr }) as number
  }

  send(pid: number, mqd: number, text: string, priority = 0) {
    return this.call(pid, 'mq_timedsend', { mqd, text, size: text.length, priority, deadline: null })
  }

  receive(pid: number, mqd: number) {
    return this.step(pid, 'mq_timedreceive', { mqd, size: 8, deadline: null }).out
  }

  notify(pid: number, mqd: number) {
    return this.call(pid, 'mq_notify', { mqd, event: { notify: 'SIGEV_NONE', signal: 0 } })
  }

  semaphore(pid: number): number {
    return this.call(pid, 'sem_open', { name: '/s', oflag: flagSet('O_CREAT'), mode: 0o600, value: 1 }) as number
  }

  file(pid: number): number {
    const flags = flagSet('O_RDWR', 'O_CREAT')
    const fd = this.call(pid, 'openat', { dirfd: 'AT_FDCWD', pathname: 'f', flags, mode: 0o600 }) as number
    this.call(pid, 'write', { fd, buf: 'original', count: 8 })
    return fd
  }

  map(pid: number, flags: readonly string[], fd = -1): number {
    const prot = flagSet('PROT_READ', 'PROT_WRITE')
    return this.call(pid, 'mmap', { addr: 0, length: PAGE, prot, flags: flagSet(...flags), fd, offset: 0 }) as number
  }

  shared(pid: number): number {
    return this.map(pid, ['MAP_SHARED', 'MAP_ANONYMOUS'])
  }

  store(pid: number, addr: number, text: string) {
    return this.call(pid, 'store', { addr, text })
  }

  lock(pid: number, call: 'mlock' | 'munlock', addr: number) {
    return this.call(pid, call, { addr, length: PAGE })
  }

  close(pid: number, fd: number) {
    return this.call(pid, 'close', { fd })
  }

  die(pid: number): void {
    this.kill(P0, pid, SIGKILL)
    this.wait(P0, pid)
  }
}

/** A history in which Linux and the fault part, and what of it can be seen. */
const STORIES: readonly (readonly [Fault, (story: Story) => unknown])[] = [
  [
    registrationKeptAtExit,
    (k) => {
      const q = k.queue(P0)
      const child = k.fork(P0)
      k.notify(child, q)
      k.die(child)
      return k.notify(P0, q)
    },
  ],
  [
    registrationKeptByASecondDescriptor,
    (k) => {
      const q = k.queue(P0)
      k.notify(P0, q)
      k.close(P0, k.queue(P0))
      return k.notify(P0, q)
    },
  ],
  [
    posixQueueDestroyedAtItsLastClose,
    (k) => {
      k.close(P0, k.queue(P0))
      return k.queue(P0, ['O_RDWR'])
    },
  ],
  [
    notificationFiresThoughAReceiverWaits,
    (k) => {
      const q = k.queue(P0)
      k.notify(P0, q)
      k.receive(k.fork(P0), q)
      k.send(P0, q, 'a')
      return k.notify(P0, q)
    },
  ],
  [
    notificationFiresAgainAndAgain,
    (k) => {
      const q = k.queue(P0)
      k.notify(P0, q)
      k.send(P0, q, 'a')
      return k.notify(P0, q)
    },
  ],
  [
    equalPrioritiesComeLastInFirstOut,
    (k) => {
      const q = k.queue(P0)
      k.send(P0, q, 'a')
      k.send(P0, q, 'b')
      return k.receive(P0, q)
    },
  ],
  [
    prioritiesAreIgnored,
    (k) => {
      const q = k.queue(P0)
      k.send(P0, q, 'a', 0)
      k.send(P0, q, 'b', 1)
      return k.receive(P0, q)
    },
  ],
  [
    killedSenderLeavesItsMessage,
    (k) => {
      const q = k.queue(P0, ['O_RDWR', 'O_CREAT'], 1)
      const child = k.fork(P0)
      k.send(P0, q, 'a', 1)
      k.send(child, q, 'b', 2)
      k.die(child)
      return k.receive(P0, q)
    },
  ],
  [
    namedSemaphorePostedAtDeath,
    (k) => {
      const sem = k.semaphore(P0)
      const child = k.fork(P0)
      k.call(child, 'sem_wait', { sem })
      k.die(child)
      return k.call(P0, 'sem_trywait', { sem })
    },
  ],
  [
    namedSemaphoreUnlinkedAtItsLastClose,
    (k) => {
      k.call(P0, 'sem_close', { sem: k.semaphore(P0) })
      return k.call(P0, 'sem_unlink', { name: '/s' })
    },
  ],
  [
    exitDoesNotUnmap,
    (k) => {
      const child = k.fork(P0)
      k.lock(child, 'mlock', k.shared(child))
      k.die(child)
      return k.kernel.sharedMemory.size
    },
  ],
  [
    exitForgetsWhatWasMapped,
    (k) => {
      const child = k.fork(P0)
      k.shared(child)
      k.die(child)
      return k.kernel.sharedMemory.size
    },
  ],
  [
    privateDataWrittenBackAtExit,
    (k) => {
      const fd = k.file(P0)
      const child = k.fork(P0)
      k.store(child, k.map(child, ['MAP_PRIVATE'], fd), 'changed!')
      k.die(child)
      return k.step(P0, 'load', { addr: k.map(P0, ['MAP_PRIVATE'], fd), length: 3 }).out
    },
  ],
  [
    privateStoresGoToTheFile,
    (k) => {
      const fd = k.file(P0)
      const child = k.fork(P0)
      k.store(child, k.map(child, ['MAP_PRIVATE'], fd), 'changed!')
      return k.step(P0, 'load', { addr: k.map(P0, ['MAP_PRIVATE'], fd), length: 3 }).out
    },
  ],
  [
    sharedDataDiscardedAtExit,
    (k) => {
      const fd = k.file(P0)
      const child = k.fork(P0)
      k.store(child, k.map(child, ['MAP_SHARED'], fd), 'changed!')
      k.die(child)
      return k.step(P0, 'load', { addr: k.map(P0, ['MAP_SHARED'], fd), length: 3 }).out
    },
  ],
  [
    memoryLocksInheritedByFork,
    (k) => {
      const addr = k.shared(P0)
      k.lock(P0, 'mlock', addr)
      return k.call(k.fork(P0), 'msync', { addr, length: PAGE, flags: flagSet('MS_INVALIDATE') })
    },
  ],
  [
    futureLocksInheritedByFork,
    (k) => {
      k.call(P0, 'mlockall', { flags: flagSet('MCL_FUTURE') })
      const child = k.fork(P0)
      return k.call(child, 'msync', { addr: k.shared(child), length: PAGE, flags: flagSet('MS_INVALIDATE') })
    },
  ],
  [
    memoryLocksCount,
    (k) => {
      const addr = k.shared(P0)
      k.lock(P0, 'mlock', addr)
      k.lock(P0, 'mlock', addr)
      k.lock(P0, 'munlock', addr)
      return k.call(P0, 'msync', { addr, length: PAGE, flags: flagSet('MS_INVALIDATE') })
    },
  ],
  [
    mappingHoldsNoDescription,
    (k) => {
      const fd = k.file(P0)
      k.call(P0, 'flock', { fd, operation: flagSet('LOCK_EX') })
      k.map(P0, ['MAP_SHARED'], fd)
      k.close(P0, fd)
      return k.call(P0, 'flock', { fd: k.file(P0), operation: flagSet('LOCK_EX', 'LOCK_NB') })
    },
  ],
  [
    sharedMemoryGoesWithItsMaker,
    (k) => {
      const maker = k.fork(P0)
      const addr = k.shared(maker)
      const child = k.fork(maker)
      k.store(maker, addr, 'abc')
      k.die(maker)
      return k.step(child, 'load', { addr, length: 3 }).out
    },
  ],
]

interface Seen {
  readonly seen: string
  readonly broken: string | undefined
}

/** What a story shows, told to its end or up to where the rules no longer hold together, and the first check it breaks. */
function tell(rules: Rules, story: (k: Story) => unknown): Seen {
  const judge = new Judge(new Checks(rules, invariants, stepProperties))
  const after: Judge['after'] = (kernel, event) => {
    judge.after(kernel, event)
    return true
  }
  const play = new Story(rules, { before: (kernel, event) => judge.before(kernel, event), after })
  try {
    const seen = JSON.stringify(story(play))
    judge.finish(play.kernel)
    return { seen, broken: judge.violation?.name }
  } catch (slip) {
    return { seen: String(slip), broken: judge.violation?.name }
  }
}

describe('a kernel in which', () => {
  for (const [fault, story] of STORIES) {
    it(`${fault.name} is told from Linux${fault.breaks.length > 0 ? ', and breaks what is said of it' : ''}`, () => {
      const right = tell(linux, story)
      expect(right.broken).toBeUndefined()
      const wrong = tell(fault.apply(linux), story)
      expect(wrong.seen).not.toBe(right.seen)
      if (fault.breaks.length > 0) expect(fault.breaks).toContain(wrong.broken)
    })
  }
})
