import { describe, expect, it } from 'vitest'
import { checkText } from './check-capture.ts'

const check = (...lines: readonly string[]) =>
  checkText(
    ['5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0', '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0', ...lines, ''].join(
      '\n',
    ),
  )

const HUP = '--- SIGHUP {si_signo=SIGHUP, si_code=SI_USER, si_pid=5, si_uid=0} ---'
const DEFAULT = '{sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}'

describe('a signal that was ignored before the capture began', () => {
  it('does not end a process that never says what becomes of it', async () => {
    const { violations, assumptions } = await check('5 kill(5, SIGHUP) = 0', `5 ${HUP}`, '5 getpid() = 5')
    expect(violations).toEqual([])
    expect(assumptions).toContain('SIGHUP was ignored when the capture began')
  })

  it('ends one that has asked for the default', async () => {
    const set = `5 rt_sigaction(SIGHUP, ${DEFAULT}, NULL, 8) = 0`
    const { violations } = await check(set, '5 kill(5, SIGHUP) = 0', `5 ${HUP}`, '5 getpid() = 5')
    expect(violations.map(({ line, allowed }) => [line, allowed])).toEqual([[6, ['nothing: it is dying']]])
  })

  it('is not SIGKILL', async () => {
    const kill = HUP.replaceAll('HUP', 'KILL')
    const { violations } = await check('5 kill(5, SIGKILL) = 0', `5 ${kill}`, '5 getpid() = 5')
    expect(violations.length).toBeGreaterThan(0)
  })
})

const child = (pid: number) => [
  `5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = ${pid}`,
  `${pid} exit_group(3) = ?`,
]
const dead = (pid: number) => `${pid} +++ exited with 3 +++`
const told = (pid: number) =>
  `5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=${pid}, si_uid=0, si_status=3, si_utime=0, si_stime=0} ---`

describe('SIGCHLD that was ignored before the capture began', () => {
  it('leaves a wait without a child', async () => {
    const waits = [
      '5 wait4(6,  <unfinished ...>',
      dead(6),
      '5 <... wait4 resumed>0x7ffc, 0, NULL) = -1 ECHILD (No child processes)',
    ]
    const { violations, assumptions } = await check(...child(6), ...waits)
    expect(violations).toEqual([])
    expect(assumptions).toContain('SIGCHLD was ignored when the capture began')
  })

  it('was not ignored by a process that was told of a death', async () => {
    const none = '5 wait4(6, 0x7ffc, 0, NULL) = -1 ECHILD (No child processes)'
    const { violations } = await check(...child(6), dead(6), told(6), none)
    expect(violations.map(({ line }) => line)).toEqual([7])
  })
})

describe('a signal that was blocked before the capture began', () => {
  it('stays pending, as the first mask that is shown says', async () => {
    const { violations, assumptions } = await check(
      '5 rt_sigprocmask(SIG_BLOCK, NULL, [HUP], 8) = 0',
      '5 kill(5, SIGHUP) = 0',
      '5 getpid() = 5',
    )
    expect(violations).toEqual([])
    expect(assumptions).toContain('SIGHUP was blocked when the capture began')
  })

  it('is not one that a mask shown before does not have', async () => {
    const { violations } = await check(
      '5 rt_sigprocmask(SIG_BLOCK, NULL, [], 8) = 0',
      '5 rt_sigprocmask(SIG_BLOCK, NULL, [HUP], 8) = 0',
    )
    expect(violations.map(({ line, allowed }) => [line, allowed])).toEqual([[4, ['rt_sigprocmask = 0, oldset []']]])
  })
})
