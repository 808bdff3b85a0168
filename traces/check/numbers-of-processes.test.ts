import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'
import { ended, fork, forked, reaped, start, violationsOf } from './testing.ts'

const told = ['5 set_tid_address(0x7f) = 5']
const runs = (pid: number) => `${pid} close(9) = -1 EBADF (Bad file descriptor)`

describe('the number of a process', () => {
  it('is given to no other while its bearer lives', async () => {
    expect(await violationsOf(...told, forked, runs(6), fork(5, 6), runs(6))).toMatchObject([
      { line: 7, process: 'P0 (5)', allowed: ['clone = a number that is free: P1 (6) lives'] },
    ])
    expect(await violationsOf(...told, fork(5, 5), runs(6))).toMatchObject([
      { line: 5, allowed: ['clone = a number that is free: P0 (5) lives'] },
    ])
  })

  it('is given to no other before its bearer was waited for', async () => {
    const child = '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0} ---'
    const [first, ...others] = await violationsOf(...told, forked, ...ended, child, fork(5, 6))
    expect(first).toMatchObject({ line: 9, allowed: ['clone = a number that is free: P1 (6) has not been waited for'] })
    expect(others).toEqual([])
  })

  it('may be that of one who was waited for', async () => {
    const child = '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0} ---'
    expect(await violationsOf(...told, forked, ...ended, reaped, child, fork(5, 6), runs(6))).toEqual([])
  })

  it('is another in a capture that prints calls when they return, so that children come first', async () => {
    expect(await violationsOf(...told, runs(6), fork(5, 6), runs(6), fork(5, 7), runs(7))).toEqual([])
  })

  it('says nothing where no line shows that results and beginnings of lines are of one namespace', async () => {
    expect(await violationsOf(fork(5, 5))).toEqual([])
  })
})

describe('who is dead', () => {
  const other = [
    fork(5, 7),
    '7 exit_group(0) = ?',
    '7 +++ exited with 0 +++',
    '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7, si_uid=0, si_status=0} ---',
  ]

  it('makes no call', async () => {
    expect(await violationsOf(...told, forked, ...ended, runs(6), reaped)).toMatchObject([
      { line: 8, process: 'P1 (6)', allowed: ['nothing: it is dead'], because: 'line 7, it ended' },
    ])
    expect(await violationsOf(...told, '5 exit_group(0) = ?', '5 +++ exited with 0 +++', runs(5))).toMatchObject([
      { line: 7, allowed: ['nothing: it is dead'] },
    ])
  })

  it('may have a namesake whom a call under way makes', async () => {
    const child = '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=6, si_uid=0, si_status=0} ---'
    const begins =
      '5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f <unfinished ...>'
    const lines = [...told, forked, ...ended, reaped, child, begins, runs(6), '5 <... clone resumed>) = 6']
    expect(await violationsOf(...lines)).toEqual([])
  })

  it('was killed by the signal that killed him, and did not exit', async () => {
    const killed = [...told, ...other, forked, runs(6), '5 kill(6, SIGKILL) = 0']
    expect(await violationsOf(...killed, '6 +++ exited with 0 +++')).toMatchObject([
      { line: 12, allowed: ['killed by SIGKILL'], because: 'line 11, P0 (5) kill(6, SIGKILL) = 0' },
    ])
    expect(await violationsOf(...killed, '6 +++ killed by SIGKILL +++')).toEqual([])
  })

  it('has called exit, where other calls of exit are shown', async () => {
    const lines = [...told, ...other, forked, runs(6), '6 +++ exited with 0 +++']
    expect(await violationsOf(...lines)).toMatchObject([{ line: 11, allowed: ['it lives: nothing has ended it'] }])
    const hidden = await checkText([...start, ...told, forked, runs(6), '6 +++ exited with 0 +++', ''].join('\n'))
    expect(hidden).toMatchObject({ verdict: 'conforms', assumptions: ['the capture shows only calls that succeeded'] })
  })
})

describe('SIGCHLD', () => {
  const handler =
    '5 rt_sigaction(SIGCHLD, {sa_handler=0x556, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x7f0}, NULL, 8) = 0'
  const taken = (pid: number) => [
    `5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=${pid}, si_uid=0, si_status=0} ---`,
    '5 rt_sigreturn({mask=[]}) = 0',
  ]
  const child = (pid: number) => [`${pid} exit_group(0) = ?`, `${pid} +++ exited with 0 +++`]
  const waited = (pid: number) => `5 wait4(${pid}, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = ${pid}`
  const together = [handler, fork(5, 6), fork(5, 7), ...child(6), ...child(7), ...taken(6), waited(6), waited(7)]

  it('of two children may be one, and that of a third is taken all the same', async () => {
    const third = [fork(5, 8), ...child(8), waited(8)]
    expect(await violationsOf(...together, ...third, ...taken(8), runs(5))).toEqual([])
    expect(await violationsOf(...together, ...third, runs(5))).toMatchObject([
      { line: 19, process: 'P0 (5)', allowed: ['SIGCHLD (CLD_EXITED)'] },
    ])
  })

  it('that no call could read from a descriptor is taken', async () => {
    const reads = ['5 signalfd4(-1, [CHLD], 8, SFD_CLOEXEC) = 3', '5 close(3) = 0']
    const lines = [...reads, handler, fork(5, 6), '5 wait4(6,  <unfinished ...>', ...child(6)]
    const back = '5 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 6'
    expect(await violationsOf(...lines, back, ...taken(6), runs(5))).toEqual([])
    expect(await violationsOf(...together, ...lines, back, runs(5))).toMatchObject([
      { process: 'P0 (5)', allowed: ['SIGCHLD (CLD_EXITED)'] },
    ])
  })
})
