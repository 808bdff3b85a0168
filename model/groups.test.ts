import { describe, expect, it } from 'vitest'
import { Play } from './testing/play.ts'

const P0 = Play.first

/** A session leader below P0. */
function session(): { play: Play; leader: number } {
  const play = new Play()
  const leader = play.fork(P0)
  play.call(leader, 'setsid')
  return { play, leader }
}

describe('process groups', () => {
  it('setpgid refuses in the order of the kernel', () => {
    const { play, leader } = session()
    const child = play.fork(leader)
    const grandchild = play.fork(child)
    const setpgid = (pid: number, target: number, pgid: number) => play.call(pid, 'setpgid', { pid: target, pgid })
    expect(setpgid(leader, 99, -1)).toBe('EINVAL')
    expect(setpgid(leader, -3, 0)).toBe('EINVAL')
    expect(setpgid(leader, -3, 5)).toBe('ESRCH')
    expect(setpgid(leader, 99, 0)).toBe('ESRCH')
    expect(setpgid(leader, grandchild, 0)).toBe('ESRCH')
    expect(setpgid(child, leader, 0)).toBe('ESRCH')
    expect(setpgid(P0, leader, 0)).toBe('EPERM')
    expect(setpgid(leader, 0, 0)).toBe('EPERM')
    expect(setpgid(leader, child, 99)).toBe('EPERM')
    expect(setpgid(leader, child, P0)).toBe('EPERM')
    expect(setpgid(leader, child, child)).toBe(0)
    expect(setpgid(leader, child, 0)).toBe(0)
    play.kernel.processes.edit(child).didExec = true
    expect(setpgid(leader, child, leader)).toBe('EACCES')
    expect(setpgid(leader, child, child)).toBe('EACCES')
    expect(setpgid(child, 0, leader)).toBe(0)
  })

  it('a child that has left the session is refused before its execve is looked at', () => {
    const { play, leader } = session()
    const child = play.fork(leader)
    play.call(child, 'setsid')
    play.kernel.processes.edit(child).didExec = true
    expect(play.call(leader, 'setpgid', { pid: child, pgid: 0 })).toBe('EPERM')
  })

  it('a zombie keeps its group alive, and can be moved out of it', () => {
    const { play, leader } = session()
    const child = play.own(leader, play.fork(leader))
    play.exit(child)
    expect(play.kernel.groups.has(child)).toBe(true)
    expect(play.call(leader, 'getpgid', { pid: child })).toBe(child)
    const other = play.fork(leader)
    expect(play.call(leader, 'setpgid', { pid: other, pgid: child })).toBe(0)
    expect(play.call(leader, 'setpgid', { pid: child, pgid: leader })).toBe(0)
    expect(play.kernel.groups.at(child).members).toEqual([other])
    play.exit(other)
    play.wait(leader, other)
    expect(play.kernel.groups.has(child)).toBe(false)
    expect(play.call(leader, 'setpgid', { pid: 0, pgid: child })).toBe('EPERM')
  })

  it('setsid refuses a process whose number some group bears, even if the process has left it', () => {
    const { play, leader } = session()
    const child = play.own(leader, play.fork(leader))
    const other = play.fork(leader)
    play.call(leader, 'setpgid', { pid: other, pgid: child })
    expect(play.call(child, 'setpgid', { pid: 0, pgid: leader })).toBe(0)
    expect(play.call(child, 'setsid')).toBe('EPERM')
    play.exit(other)
    expect(play.call(child, 'setsid')).toBe('EPERM')
    play.wait(leader, other)
    expect(play.call(child, 'setsid')).toBe(child)
    expect(play.call(child, 'setsid')).toBe('EPERM')
  })

  it('children stay in the session and group that their parent leaves', () => {
    const play = new Play()
    const parent = play.fork(P0)
    const child = play.fork(parent)
    play.call(parent, 'setsid')
    expect(play.call(child, 'getsid', { pid: 0 })).toBe(1)
    expect(play.call(child, 'getpgrp')).toBe(1)
    expect(play.call(child, 'getsid', { pid: parent })).toBe(parent)
  })

  it('getpgid and getsid answer for zombies and other sessions, and for nobody with ESRCH', () => {
    const { play, leader } = session()
    play.exit(leader)
    expect(play.call(P0, 'getsid', { pid: leader })).toBe(leader)
    expect(play.call(P0, 'getpgid', { pid: leader })).toBe(leader)
    play.wait(P0)
    expect(play.call(P0, 'getsid', { pid: leader })).toBe('ESRCH')
    expect(play.call(P0, 'getpgid', { pid: -1 })).toBe('ESRCH')
  })
})
