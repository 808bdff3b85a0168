import { describe, expect, it } from 'vitest'
import type { SemOp } from './params.ts'
import { flagSet } from './params.ts'
import { SIGKILL, SIGUSR1, SIGUSR2, SIGSTOP, SIGCONT } from './signals.ts'
import { Play } from './testing/play.ts'

const op = (num: number, by: number, ...flags: ('undo' | 'nowait')[]): SemOp => ({
  num,
  op: by,
  undo: flags.includes('undo'),
  nowait: flags.includes('nowait'),
})

/** Processes with a set of semaphores of these values, made by the first. */
class Sets extends Play {
  readonly p0 = Play.first

  make(...values: number[]): number {
    const id = this.call(this.p0, 'semget', { key: 0, nsems: values.length, flags: flagSet() }) as number
    this.call(this.p0, 'semctl(SETALL)', { id, num: 0, command: 'SETALL', values })
    return id
  }

  semop(pid: number, id: number, ...ops: SemOp[]) {
    return this.step(pid, 'semop', { id, ops })
  }

  set(id: number, value: number, num = 0) {
    return this.call(this.p0, 'semctl(SETVAL)', { id, num, command: 'SETVAL', value })
  }

  count(id: number, what: 'GETNCNT' | 'GETZCNT', num = 0) {
    return this.call(this.p0, `semctl(${what})`, { id, num, command: what })
  }

  remove(id: number) {
    return this.call(this.p0, 'semctl(IPC_RMID)', { id, num: 0, command: 'IPC_RMID' })
  }

  values(id: number): number[] {
    return this.kernel.sems.at(id).semaphores.map(({ value }) => value)
  }

  pids(id: number): number[] {
    return this.kernel.sems.at(id).semaphores.map(({ pid }) => pid)
  }

  die(pid: number): void {
    this.kill(this.p0, pid, SIGKILL)
    this.wait(this.p0, pid)
  }
}

describe('a semaphore set', () => {
  it('is found by its key, and is a new one for IPC_PRIVATE', () => {
    const k = new Sets()
    const get = (key: number, nsems: number, ...flags: ('IPC_CREAT' | 'IPC_EXCL')[]) =>
      k.call(k.p0, 'semget', { key, nsems, flags: flagSet(...flags) })
    expect(get(5, 1)).toBe('ENOENT')
    const id = get(5, 2, 'IPC_CREAT')
    expect(get(5, 0)).toBe(id)
    expect(get(5, 3)).toBe('EINVAL')
    expect(get(5, 1, 'IPC_CREAT', 'IPC_EXCL')).toBe('EEXIST')
    expect(get(5, 1, 'IPC_EXCL')).toBe(id)
    expect(get(0, 0)).toBe('EINVAL')
    expect(get(0, 32_001)).toBe('EINVAL')
    expect(get(0, 1)).not.toBe(get(0, 1))
  })

  it('once removed, is no object for its identifier, which is not used again', () => {
    const k = new Sets()
    const id = k.make(1)
    expect(k.remove(id)).toBe(0)
    expect(k.make(1)).not.toBe(id)
    expect(k.remove(id)).toBe('EINVAL')
    expect(k.semop(k.p0, id, op(0, 1)).result).toBe('EINVAL')
  })
})

describe('semop', () => {
  it('does its operations in the order of the array, each seeing what the earlier ones did', () => {
    const k = new Sets()
    const id = k.make(1)
    expect(k.semop(k.p0, id, op(0, -1), op(0, 0), op(0, 7)).result).toBe(0)
    expect(k.values(id)).toEqual([7])
  })

  it('does all of them or none', () => {
    const k = new Sets()
    const id = k.make(1, 0)
    expect(k.semop(k.p0, id, op(0, -1, 'undo'), op(1, -1, 'nowait')).result).toBe('EAGAIN')
    expect(k.semop(k.p0, id, op(0, 3, 'undo'), op(1, 32_767), op(1, 1)).result).toBe('ERANGE')
    expect(k.values(id)).toEqual([1, 0])
    k.exit(k.p0)
    expect(k.values(id)).toEqual([1, 0])
  })

  it('sleeps at the first operation that blocks, even if a later one has IPC_NOWAIT', () => {
    const k = new Sets()
    const id = k.make(0, 0)
    const child = k.fork(k.p0)
    const sleeping = k.semop(child, id, op(0, -1), op(1, -1, 'nowait'))
    expect(sleeping.result).toBeUndefined()
    k.semop(k.p0, id, op(0, 1))
    expect(sleeping.result).toBe('EAGAIN')
    expect(k.values(id)).toEqual([1, 0])
  })

  it('fails for a bad array before it looks at the values', () => {
    const k = new Sets()
    const id = k.make(0)
    expect(k.semop(k.p0, id).result).toBe('EINVAL')
    expect(k.semop(k.p0, id, ...Array.from({ length: 501 }, () => op(0, 1))).result).toBe('E2BIG')
    expect(k.semop(k.p0, id, op(0, -1), op(1, 1)).result).toBe('EFBIG')
    const timed = { id, ops: [op(0, -1)], timeout: -1 }
    expect(k.call(k.p0, 'semtimedop', timed)).toBe('EINVAL')
    expect(k.call(k.p0, 'semtimedop', { ...timed, timeout: 0 })).toBe('EAGAIN')
  })

  it('gives up when its time is over', () => {
    const k = new Sets()
    const id = k.make(0)
    const child = k.fork(k.p0)
    const timed = k.step(child, 'semtimedop', { id, ops: [op(0, -1)], timeout: 10 })
    expect(k.count(id, 'GETNCNT')).toBe(1)
    k.wait(k.p0)
    k.runner.finish()
    expect(timed.result).toBe('EAGAIN')
    expect(k.kernel.sems.at(id).sleepers).toEqual([])
  })

  it('ends with EINTR whatever SA_RESTART says, and after a stop too', () => {
    const k = new Sets()
    const id = k.make(0)
    const child = k.fork(k.p0)
    k.handle(child, SIGUSR1, 'handler', 'SA_RESTART')
    const first = k.semop(child, id, op(0, -1))
    k.kill(k.p0, child, SIGUSR1)
    expect(first.result).toBe('EINTR')
    const second = k.semop(child, id, op(0, -1))
    k.kill(k.p0, child, SIGSTOP)
    k.kill(k.p0, child, SIGCONT)
    expect(second.result).toBe('EINTR')
    expect(k.kernel.sems.at(id).sleepers).toEqual([])
  })
})

describe('processes that sleep on one semaphore', () => {
  const sleepers = (k: Sets, id: number, ...by: number[]) => {
    const children = by.map(() => k.fork(k.p0))
    return children.map((child, i) => k.semop(child, id, op(0, by[i]!)))
  }

  it('are served in order of arrival when they want the same', () => {
    const k = new Sets()
    const id = k.make(0)
    const calls = sleepers(k, id, -1, -1, -1)
    k.semop(k.p0, id, op(0, 2))
    expect(calls.map(({ result }) => result)).toEqual([0, 0, undefined])
  })

  it('are passed over while they want too much', () => {
    const k = new Sets()
    const id = k.make(0)
    const calls = sleepers(k, id, -3, -1)
    k.semop(k.p0, id, op(0, 1))
    expect(calls.map(({ result }) => result)).toEqual([undefined, 0])
  })

  it('come after those that wait for zero', () => {
    const k = new Sets()
    const id = k.make(1)
    const [zero, alter] = sleepers(k, id, 0, -2)
    k.semop(k.p0, id, op(0, -1))
    expect([zero!.result, alter!.result]).toEqual([0, undefined])
    expect(k.pids(id)).toEqual([3])
  })

  it('cannot be robbed by whoever raised the value', () => {
    const k = new Sets()
    const id = k.make(0)
    sleepers(k, id, -1)
    k.semop(k.p0, id, op(0, 1))
    expect(k.semop(k.p0, id, op(0, -1, 'nowait')).result).toBe('EAGAIN')
  })

  it('complete one another: what one does may be what the next waits for', () => {
    const k = new Sets()
    const id = k.make(0, 0, 0)
    const [a, b, zero] = [k.fork(k.p0), k.fork(k.p0), k.fork(k.p0)]
    k.set(id, 1, 2)
    const last = k.semop(zero, id, op(2, 0), op(1, 0))
    const second = k.semop(b, id, op(1, -1), op(2, -1))
    const first = k.semop(a, id, op(0, -1), op(1, 1))
    k.semop(k.p0, id, op(0, 1))
    expect([first.result, second.result, last.result]).toEqual([0, 0, 0])
    expect(k.values(id)).toEqual([0, 0, 0])
  })

  it('count in semncnt or semzcnt of the semaphore of their first operation that blocks', () => {
    const k = new Sets()
    const id = k.make(1, 0)
    const child = k.fork(k.p0)
    k.semop(child, id, op(0, -1), op(1, -1))
    expect([k.count(id, 'GETNCNT', 0), k.count(id, 'GETNCNT', 1)]).toEqual([0, 1])
    k.semop(k.p0, id, op(0, -1))
    expect([k.count(id, 'GETNCNT', 0), k.count(id, 'GETNCNT', 1)]).toEqual([1, 0])
    const waiter = k.fork(k.p0)
    k.set(id, 1, 1)
    k.semop(waiter, id, op(1, 0))
    expect(k.count(id, 'GETZCNT', 1)).toBe(1)
    k.die(waiter)
    expect(k.count(id, 'GETZCNT', 1)).toBe(0)
  })

  it('keep the result that they were given, whatever signal comes next', () => {
    const k = new Sets()
    const id = k.make(0)
    const child = k.fork(k.p0)
    k.handle(child, SIGUSR2, 'handler')
    const call = k.semop(child, id, op(0, -1))
    k.runner.take({ id: 90, by: 0, call: 'semop', args: { id, ops: [op(0, 1)] }, choice: 0, pace: 1 })
    k.runner.take({ id: 91, by: 0, call: 'kill', args: { pid: child, sig: SIGUSR2 }, choice: 0, pace: 1 })
    k.runner.finish()
    expect(call.result).toBe(0)
  })

  it('all fail with EIDRM when the set is removed', () => {
    const k = new Sets()
    const id = k.make(0)
    const calls = sleepers(k, id, -1, -2)
    k.remove(id)
    expect(calls.map(({ result }) => result)).toEqual(['EIDRM', 'EIDRM'])
  })
})

describe('a call that races with the removal of its set', () => {
  it('fails with EINVAL, or with EIDRM if it had found the set already', () => {
    const outcome = (choice: number) => {
      const k = new Sets()
      const id = k.make(0)
      const child = k.fork(k.p0)
      const by = k.runner.makerOf(child)!
      const late = k.runner.take({ id: 90, by, call: 'semop', args: { id, ops: [op(0, 1)] }, choice, pace: 0 })
      const row = k.kernel.threads.at(child)
      expect(row.state).toBe('in-call')
      k.kernel.fn.removeSemaphoreSet(k.kernel, id)
      k.runner.take({ id: 91, by: 0, call: 'fork', args: {}, choice, pace: -1 })
      return late.result
    }
    expect([outcome(0), outcome(1)]).toEqual(['EINVAL', 'EIDRM'])
  })
})

describe('semadj', () => {
  it('is added at exit, clamped to 0 and SEMVMX', () => {
    const k = new Sets()
    const [low, high] = [k.make(0), k.make(10)]
    const child = k.fork(k.p0)
    k.semop(child, low, op(0, 3, 'undo'))
    k.semop(k.p0, low, op(0, -2))
    k.semop(child, high, op(0, -5, 'undo'))
    k.semop(k.p0, high, op(0, 32_762))
    k.die(child)
    expect([k.values(low), k.values(high)]).toEqual([[0], [32_767]])
    expect([k.pids(low), k.pids(high)]).toEqual([[child], [child]])
  })

  it('has a range of -32768 to 32767, beyond which semop fails with ERANGE', () => {
    const k = new Sets()
    const id = k.make(0)
    k.semop(k.p0, id, op(0, 32_767, 'undo'))
    k.semop(k.p0, id, op(0, -1))
    expect(k.semop(k.p0, id, op(0, 1, 'undo')).result).toBe(0)
    k.semop(k.p0, id, op(0, -1))
    expect(k.semop(k.p0, id, op(0, 1, 'undo')).result).toBe('ERANGE')
    expect(k.values(id)).toEqual([32_766])
  })

  it('is forgotten by everybody at SETVAL, and for the whole set at SETALL', () => {
    const k = new Sets()
    const id = k.make(5, 5)
    const child = k.fork(k.p0)
    k.semop(child, id, op(0, -1, 'undo'), op(1, -1, 'undo'))
    k.set(id, 7)
    k.die(child)
    expect(k.values(id)).toEqual([7, 5])
    const other = k.fork(k.p0)
    k.semop(other, id, op(0, -1, 'undo'), op(1, -1, 'undo'))
    k.call(k.p0, 'semctl(SETALL)', { id, num: 0, command: 'SETALL', values: [2, 3] })
    k.die(other)
    expect(k.values(id)).toEqual([2, 3])
  })

  it('is not inherited by a fork child', () => {
    const k = new Sets()
    const id = k.make(5)
    k.semop(k.p0, id, op(0, -1, 'undo'))
    k.die(k.fork(k.p0))
    expect(k.values(id)).toEqual([4])
  })

  it('is applied once, by the last of those that share the list', () => {
    const k = new Sets()
    const id = k.make(5)
    const child = k.fork(k.p0)

    const undo = k.kernel.fn.copySemundo(k.kernel, k.p0, child, true)
    k.kernel.threads.edit(child).undo = undo
    k.semop(k.p0, id, op(0, -2, 'undo'))
    k.die(child)
    expect(k.values(id)).toEqual([3])
    k.exit(k.p0)
    expect(k.values(id)).toEqual([5])
  })

  it('is applied to the most recently used set first, counting calls that failed', () => {
    const firstUndone = (failing: boolean) => {
      const k = new Sets()
      const [a, b] = [k.make(5), k.make(5)]
      const child = k.fork(k.p0)
      k.semop(child, a, op(0, -1, 'undo'))
      k.semop(child, b, op(0, -1, 'undo'))
      if (failing) k.semop(child, a, op(0, -9, 'undo', 'nowait'))
      k.kernel.fn.exitSem(k.kernel, child)
      return [k.values(a), k.values(b)]
    }
    expect(firstUndone(false)).toEqual([[4], [5]])
    expect(firstUndone(true)).toEqual([[5], [4]])
  })

  it('gives a sleeper what it waits for while the process that died is no zombie yet', () => {
    const k = new Sets()
    const id = k.make(1)
    const [holder, waiter] = [k.fork(k.p0), k.fork(k.p0)]
    k.semop(holder, id, op(0, -1, 'undo'))
    const call = k.semop(waiter, id, op(0, -1, 'undo'))
    k.kill(k.p0, holder, SIGKILL)
    expect(call.result).toBe(0)
    k.die(waiter)
    expect(k.values(id)).toEqual([1])
  })

  it('is void once the set is removed', () => {
    const k = new Sets()
    const id = k.make(1)
    k.semop(k.p0, id, op(0, -1, 'undo'))
    k.remove(id)
    expect(k.kernel.undos.rows().flatMap(({ sets }) => sets)).toEqual([])
    k.exit(k.p0)
    expect(k.kernel.undos.size).toBe(0)
  })
})

describe('a sleeper that is killed', () => {
  it('may still be given the semaphore before it dies, and then takes it along', () => {
    const k = new Sets()
    const id = k.make(0)
    const child = k.fork(k.p0)
    k.semop(child, id, op(0, -1))
    k.runner.take({ id: 90, by: 0, call: 'kill', args: { pid: child, sig: SIGKILL }, choice: 0, pace: 1 })
    k.kernel.fn.setSemval(k.kernel, k.p0, id, 0, 1)
    k.runner.finish()
    expect([k.values(id), k.pids(id)]).toEqual([[0], [child]])
  })
})

it('semaphores set to values that nobody has seen are not judged until they are set to others', () => {
  const k = new Sets()
  const id = k.make(0)
  const child = k.fork(k.p0)
  const waiting = k.semop(child, id, op(0, -1))
  k.call(k.p0, 'semctl(SETALL)', { id, num: 0, command: 'SETALL', values: null })
  expect(k.kernel.sems.at(id)).toMatchObject({ unknown: true, sleepers: [] })
  expect([waiting.result, k.call(k.p0, 'semctl(GETVAL)', { id, num: 0, command: 'GETVAL' })]).toEqual([
    undefined,
    undefined,
  ])
})
