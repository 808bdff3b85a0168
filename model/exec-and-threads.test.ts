import { describe, expect, test } from 'vitest'
import type { Kernel } from './kernel.ts'
import { flagSet } from './params.ts'
import { actionTo, named, P0, Played, PTHREAD } from './played-program.ts'
import { SIGCHLD, SIGKILL, SIGSTOP, SIGTERM, SIGUSR1, SIGUSR2 } from './signals.ts'
import { actionOf } from './state/signals.ts'

/** A child of P0 with one more thread. */
function threaded(): { play: Played; child: number; thread: number } {
  const play = new Played()
  const child = play.child(P0)
  return { play, child, thread: play.child(child, 'clone3', PTHREAD) }
}

const exec = (play: Played, by: number, filename = '/bin/true') => play.call(by, 'execve', { filename })

/** Descriptors 0 and 1 of a process: both on one file, the second one close-on-exec. */
function openTwo(kernel: Kernel, tid: number): void {
  const inode = kernel.fn.newInode(kernel, tid, { kind: 'regular', links: 1 })
  for (const cloexec of [false, true]) {
    const description = kernel.fn.newDescription(kernel, tid, { inode, access: 'O_RDWR', kind: 'file' })
    kernel.fn.installFd(kernel, tid, description, cloexec)
  }
}

const descriptors = (kernel: Kernel, tid: number) =>
  [...kernel.files.at(kernel.threads.at(tid).files).slots.entries()].filter(([, slot]) => slot !== 0).map(([fd]) => fd)

describe('execve', () => {
  test('that fails leaves everything as it was, threads included', () => {
    const { play, child } = threaded()
    expect(exec(play, child, '/missing').result).toBe('ENOENT')
    expect(play.kernel.processes.at(play.pid(child))).toMatchObject({ live: 2, didExec: false })
  })

  test('closes close-on-exec descriptors and keeps the others', () => {
    const play = new Played()
    const child = play.child(P0)
    openTwo(play.kernel, play.pid(child))
    expect(exec(play, child).result).toBe(0)
    expect(descriptors(play.kernel, play.pid(child))).toEqual([0])
  })

  test('leaves a descriptor table that is shared with another process as it is', () => {
    const play = new Played()
    openTwo(play.kernel, 2)
    const sharer = play.child(P0, 'clone', { child_stack: 0, flags: flagSet('CLONE_FILES', 'SIGCHLD') })
    exec(play, sharer)
    expect(descriptors(play.kernel, 2)).toEqual([0, 1])
    expect(descriptors(play.kernel, play.pid(sharer))).toEqual([0])
    expect(play.kernel.files.at(play.kernel.threads.at(2).files).users).toBe(1)
  })

  test('resets handlers with their flags, and keeps SIG_IGN, the mask and what is pending', () => {
    const play = new Played()
    const child = play.child(P0)
    play.action(child, SIGUSR1, 'handler')
    play.action(child, SIGUSR2, 'SIG_IGN', ['SA_RESTART'])
    play.action(child, SIGCHLD, 'SIG_DFL', ['SA_NOCLDWAIT'])
    play.block(child, SIGTERM)
    play.kill(P0, child, SIGTERM)
    exec(play, child)
    const process = play.kernel.processes.at(play.pid(child))
    expect(actionOf(process.actions, SIGUSR1)).toEqual(actionTo('SIG_DFL'))
    expect(actionOf(process.actions, SIGUSR2)).toEqual(actionTo('SIG_IGN'))
    expect(actionOf(process.actions, SIGCHLD)).toEqual(actionTo('SIG_DFL'))
    expect(process.pending).toMatchObject([{ signal: SIGTERM }])
    expect(process.didExec).toBe(true)
  })

  test('keeps the parent-death signal, the alarm and the subreaper attribute', () => {
    const play = new Played()
    const child = play.child(P0)
    play.call(child, 'prctl(PR_SET_PDEATHSIG)', { option: 'PR_SET_PDEATHSIG', sig: SIGTERM })
    play.call(child, 'prctl(PR_SET_CHILD_SUBREAPER)', { option: 'PR_SET_CHILD_SUBREAPER', value: 1 })
    play.call(child, 'alarm', { seconds: 2 })
    exec(play, child)
    expect(play.kernel.threads.at(play.pid(child)).parentDeathSignal).toBe(SIGTERM)
    expect(play.kernel.processes.at(play.pid(child))).toMatchObject({ alarm: 2, subreaper: true })
  })

  test('turns the exit signal into SIGCHLD', () => {
    const play = new Played()
    const child = play.child(P0, 'clone', { child_stack: 0, flags: flagSet('SIGUSR1') })
    exec(play, child)
    play.exit(child, 1)
    expect(play.wait(P0).result).toBe(play.pid(child))
  })

  test('kills the other threads, and gives the one that called it the main thread’s number', () => {
    const { play, child, thread } = threaded()
    play.call(child, 'pause')
    const grandchild = play.child(thread)
    const call = exec(play, thread)
    expect(call.result).toBe(0)
    const pid = play.pid(child)
    expect(play.kernel.processes.at(pid)).toMatchObject({ threads: [pid], live: 1, groupExit: -1, parent: 2 })
    expect(play.kernel.threads.at(pid)).toMatchObject({ state: 'running', children: [play.pid(grandchild)] })
    expect(play.kernel.threads.has(play.pid(thread))).toBe(false)
    expect(play.call(grandchild, 'getppid').result).toBe(pid)
    play.exit(child, 4)
    expect(play.wait(P0).out).toEqual({ status: { exited: 4 } })
  })

  test('by the main thread kills the others without ending the process', () => {
    const { play, child } = threaded()
    expect(exec(play, child).result).toBe(0)
    expect(play.kernel.processes.at(play.pid(child))).toMatchObject({ live: 1, groupExit: -1 })
  })

  test('in two threads at once succeeds in one, which the other does not survive', () => {
    const { play, child, thread } = threaded()
    const first = play.call(thread, 'execve', { filename: '/bin/true' }, { pace: 1 })
    const second = exec(play, child)
    play.runner.finish()
    expect([first.result, second.result]).toEqual([0, undefined])
    expect(play.kernel.processes.at(play.pid(child))).toMatchObject({ live: 1, didExec: true })
  })

  test('does not save from SIGKILL', () => {
    const { play, child, thread } = threaded()
    play.call(thread, 'execve', { filename: '/bin/true' }, { pace: 1 })
    play.kill(P0, child, SIGKILL)
    expect(play.wait(P0).out).toEqual({ status: { signaled: SIGKILL, core: false } })
  })

  test('by a sharer of an address space leaves that to the others', () => {
    const play = new Played()
    const child = play.child(P0, 'clone', { child_stack: 0, flags: flagSet('CLONE_VM', 'SIGCHLD') })
    exec(play, child)
    expect(play.kernel.mms.at(play.kernel.threads.at(2).mm).users).toBe(1)
    expect(play.kernel.threads.at(play.pid(child)).mm).not.toBe(play.kernel.threads.at(2).mm)
  })
})

describe('a process with several threads', () => {
  test('goes on when one exits, even the main one, and is no zombie until the last has', () => {
    const { play, child, thread } = threaded()
    play.call(child, 'exit', { status: 3 })
    expect(play.wait(P0, child, 'WNOHANG').result).toBe(0)
    expect(play.call(thread, 'getpid').result).toBe(play.pid(child))
    play.call(thread, 'exit', { status: 7 })
    expect(play.wait(P0, child).out).toEqual({ status: { exited: 7 } })
  })

  test('leaves the status of the last thread, although another was the main one', () => {
    const { play, child, thread } = threaded()
    play.call(thread, 'exit', { status: 7 })
    play.call(child, 'exit', { status: 3 })
    expect(play.wait(P0, child).out).toEqual({ status: { exited: 3 } })
  })

  test('ends as a whole by exit_group of any thread', () => {
    const { play, child, thread } = threaded()
    play.call(child, 'pause')
    play.exit(thread, 9)
    expect(play.wait(P0, child).out).toEqual({ status: { exited: 9 } })
  })

  test('is reached by signals after its main thread has gone', () => {
    const { play, child } = threaded()
    play.call(child, 'exit', { status: 0 })
    play.kill(P0, child, SIGTERM)
    expect(play.wait(P0, child).out).toEqual({ status: { signaled: SIGTERM, core: false } })
  })

  test('gives a thread no zombie: it is gone, and tgkill finds nobody', () => {
    const { play, child, thread } = threaded()
    play.call(thread, 'exit', { status: 0 })
    expect(play.kernel.threads.has(play.pid(thread))).toBe(false)
    expect(play.call(P0, 'tgkill', { tgid: named(child), tid: play.pid(thread), sig: 0 }).result).toBe('ESRCH')
    expect(play.wait(P0, child, 'WNOHANG').result).toBe(0)
  })

  test('stops although one of its threads exits meanwhile', () => {
    const { play, child, thread } = threaded()
    play.call(P0, 'tgkill', { tgid: named(child), tid: named(child), sig: SIGSTOP }, { pace: 3 })
    play.call(thread, 'exit', { status: 0 })
    expect(play.kernel.processes.at(play.pid(child)).state).toBe('stopped')
  })

  test('makes no new thread once it is killed', () => {
    const { play, child, thread } = threaded()
    play.call(thread, 'clone3', PTHREAD, { pace: 0 })
    play.exit(child, 1)
    expect(play.wait(P0, child).out).toEqual({ status: { exited: 1 } })
    expect(play.kernel.threads.size).toBe(2)
  })
})
