import { describe, expect, it } from 'vitest'
import { readEvent } from './event.ts'

describe('a line of trace_pipe', () => {
  it('bears the thread, its time, and what happened, whatever the name of the program', () => {
    for (const name of ['sh', 'a b-7', 'x-1 [000] y', '<...>', 'kworker/0:1-ev']) {
      const line = `   ${name}-4711  [001] d..1. 12.345678: signal_deliver: sig=15 errno=0 code=-6 sa_handler=0 sa_flags=0`
      expect(readEvent(line, 3)).toMatchObject({ line: 3, tid: 4711, time: 12.345678, signal: 15, code: -6 })
    }
  })

  it('about a signal tells its target, whether it was for the process, and what became of it', () => {
    const line = 'a-1   [000] d..1. 1.000000: signal_generate: sig=17 errno=0 code=1 comm=b pid=9 pid=2 grp=1 res=2'
    expect(readEvent(line, 1)).toMatchObject({ about: 2, forProcess: true, result: 2 })
  })

  it('about an exit may lack whether it was the last of the process, as before Linux 6.15', () => {
    const line = 'a-1   [000] ..... 1.000000: sched_process_exit: comm=a pid=1 prio=120'
    expect(readEvent(line, 1)).toMatchObject({ about: 1, groupDead: undefined })
    expect(readEvent(`${line} group_dead=true`, 1)).toMatchObject({ groupDead: true })
  })

  it('of a lock tells file, range, and whether it goes as the file is closed', () => {
    const line =
      'a-1   [000] ...1. 1.000000: posix_lock_inode: fl=00a1 dev=0xfe:0x0 ino=0x5 fl_blocker=0000 fl_owner=00b2 fl_pid=1 ' +
      'fl_flags=FL_POSIX|FL_CLOSE fl_type=F_UNLCK fl_start=0 fl_end=9223372036854775807 ret=0'
    expect(readEvent(line, 1)).toMatchObject({
      inode: '0xfe:0x0 0x5',
      type: 'F_UNLCK',
      atClose: true,
      end: '9223372036854775807',
      result: 0,
    })
  })

  it('that is cut, or of another event, is none', () => {
    for (const line of [
      '',
      'a-1   [000] ..... 1.000000: sched_process_exit: comm=a pi',
      'a-1 [000] ..... 1.0: sched_switch: x',
    ])
      expect(readEvent(line, 1)).toBeUndefined()
  })
})
