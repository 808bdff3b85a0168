import { expect, it } from 'vitest'
import fc from 'fast-check'
import type { CallInterval, StitchEvent } from './interval.ts'
import type { LineBatch } from './open.ts'
import { stitch, stitchStream } from './stitch.ts'

function batch(text: string): LineBatch {
  const lines = text.split('\n').map((line) => line.trimStart())
  return { firstLine: 1, lines: lines.slice(1), endsMidLine: false }
}

function events(text: string, lookahead = Infinity): StitchEvent[] {
  return [...stitch([batch(text)], { lookahead })]
}

/** Each event in short: `1 enter 7 close`. */
function brief(all: readonly StitchEvent[]): string[] {
  return all.map((event) => {
    const what = event.kind === 'enter' || event.kind === 'leave' ? ` ${event.call.name}` : ''
    return `${event.line} ${event.kind} ${event.pid}${what}`
  })
}

function calls(all: readonly StitchEvent[]): CallInterval[] {
  return all.flatMap((event) => (event.kind === 'enter' ? [event.call] : []))
}

it('a call on one line is entered and left there', () => {
  const all = events(`
    7 1795332623.5 close(3) = 0 <0.25>`)
  expect(brief(all)).toEqual(['1 enter 7 close', '1 leave 7 close'])
  expect(calls(all)).toMatchObject([
    {
      pid: 7,
      name: 'close',
      args: '3',
      enterLine: 1,
      leaveLine: 1,
      result: { value: 0 },
      duration: 0.25,
      end: 'returned',
    },
  ])
})

it('the halves of a call are one interval, its arguments put together', () => {
  const all = events(`
    4 wait4(-1,  <unfinished ...>
    5 exit_group(3) = ?
    5 +++ exited with 3 +++
    4 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 5`)
  expect(brief(all)).toEqual([
    '1 enter 4 wait4',
    '2 enter 5 exit_group',
    '2 leave 5 exit_group',
    '3 exited 5',
    '4 leave 4 wait4',
  ])
  expect(calls(all)[0]).toMatchObject({
    entryArgs: '-1, ',
    args: '-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL',
    enterLine: 1,
    leaveLine: 4,
    result: { value: 5 },
  })
})

it('the value after => may come with the second half', () => {
  const all = events(`
    4 clone3({flags=0, exit_signal=SIGCHLD} <unfinished ...>
    4 <... clone3 resumed> => {parent_tid=[5415]}, 88) = 5415`)
  expect(calls(all)[0]!.args).toBe('{flags=0, exit_signal=SIGCHLD} => {parent_tid=[5415]}, 88')
})

it('an enter waits for the result of its call, and what follows waits with it', () => {
  const text = `
    4 wait4(-1,  <unfinished ...>
    5 close(3) = 0
    4 <... wait4 resumed>NULL, 0, NULL) = 5`
  for (const event of stitch([batch(text)], { lookahead: 100 }))
    if (event.kind === 'enter') expect(event.call.end).toBe('returned')
})

it('no event waits longer than the lookahead', () => {
  const text = `
    4 wait4(-1,  <unfinished ...>
    5 close(3) = 0
    5 close(4) = 0
    4 <... wait4 resumed>NULL, 0, NULL) = 5`
  for (const [lookahead, end] of [
    [0, 'open'],
    [2, 'open'],
    [3, 'returned'],
  ] as const) {
    const first = stitch([batch(text)], { lookahead }).next().value!
    expect(first.kind === 'enter' && first.call.end).toBe(end)
  }
})

it('the order of events is that of the lines, whatever the lookahead', () => {
  const text = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('a', 'b', 'die')), { maxLength: 60 })
  fc.assert(
    fc.property(text, fc.nat(10), (steps, lookahead) => {
      const inside = new Set<number>()
      const lines = steps.map(([pid, step]) => {
        if (step === 'die') {
          inside.delete(pid)
          return `${pid} +++ exited with 0 +++`
        }
        if (step === 'a' && !inside.has(pid)) return `${pid} close(3) = 0`
        if (inside.delete(pid)) return `${pid} <... read resumed>"", 5) = 0`
        inside.add(pid)
        return `${pid} read(3,  <unfinished ...>`
      })
      const short = brief(events(['', ...lines].join('\n'), lookahead))
      expect(short).toEqual(brief(events(['', ...lines].join('\n'))))
      expect(short.map((event) => Number.parseInt(event))).toEqual(
        short.map((event) => Number.parseInt(event)).toSorted((a, b) => a - b),
      )
      expect(short.some((event) => event.includes('stray'))).toBe(false)
    }),
  )
})

it('a process killed inside a call has a leave without a result', () => {
  const all = events(`
    4 clock_nanosleep(CLOCK_REALTIME,  <unfinished ...>
    5 kill(4, SIGKILL) = 0
    4 <... clock_nanosleep resumed> <unfinished ...>) = ?
    4 +++ killed by SIGKILL +++`)
  expect(brief(all)).toEqual([
    '1 enter 4 clock_nanosleep',
    '2 enter 5 kill',
    '2 leave 5 kill',
    '3 leave 4 clock_nanosleep',
    '4 killed 4',
  ])
  expect(calls(all)[0]).toMatchObject({ end: 'died', result: { kind: 'none' } })
})

it('a call that the death of its thread ends has no leave', () => {
  const all = events(`
    4 pause( <unfinished ...>
    4 +++ killed by SIGKILL +++`)
  expect(brief(all)).toEqual(['1 enter 4 pause', '2 killed 4'])
  expect(calls(all)[0]).toMatchObject({ end: 'died', leaveLine: undefined, result: undefined })
})

it('a call that the capture ends in is cut off', () => {
  expect(
    calls(
      events(`
    4 pause( <unfinished ...>`),
    )[0],
  ).toMatchObject({ end: 'cut off' })
})

it('a call that strace let go of is detached', () => {
  expect(
    calls(
      events(`
    4 pause( <detached ...>
    4 close(3) = 0`),
    ).map((call) => call.end),
  ).toEqual(['detached', 'returned'])
})

it('a call whose second half is missing is lost when the thread goes on', () => {
  expect(
    calls(
      events(`
    4 read(3,  <unfinished ...>
    4 close(3) = 0`),
    ).map((call) => call.end),
  ).toEqual(['lost', 'returned'])
})

it('a restart is a result like another, and the call that follows is a new one', () => {
  const all = events(`
    4 wait4(-1,  <unfinished ...>
    4 <... wait4 resumed>0x7ffd, 0, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
    4 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=5, si_uid=0} ---
    4 wait4(-1, NULL, 0, NULL) = 5`)
  expect(calls(all).map((call) => call.result?.kind)).toEqual(['restart', 'value'])
})

it('a call that strace could not name is resumed by any name', () => {
  expect(
    calls(
      events(`
    4 ???( <unfinished ...>
    4 <... exit resumed>) = ?
    5 exit(0 <unfinished ...>
    5 <... ??? resumed>) = ?`),
    ).map((call) => call.leaveLine),
  ).toEqual([2, 4])
})

it('an execve by another thread than the leader returns in the leader', () => {
  const all = events(`
    6350 pause( <unfinished ...>
    6369 execve("/bin/true", ["true"], NULL <unfinished ...>
    6350 <... pause resumed>) = ?
    6350 +++ superseded by execve in pid 6369 +++
    6350 <... execve resumed>) = 0
    6350 close(3) = 0`)
  expect(brief(all)).toEqual([
    '1 enter 6350 pause',
    '2 enter 6369 execve',
    '3 leave 6350 pause',
    '4 superseded 6350',
    '5 leave 6350 execve',
    '6 enter 6350 close',
    '6 leave 6350 close',
  ])
})

it('a result without a call is a stray', () => {
  expect(
    brief(
      events(`
    4 <... read resumed>"", 5) = 0
    5 read(3,  <unfinished ...>
    5 <... write resumed>) = 0
    ) = 46`),
    ),
  ).toEqual(['1 stray 4', '2 enter 5 read', '3 stray 5', '4 stray 0'])
})

it('a line that cannot be read comes out as it is, with its number', () => {
  expect(
    events(`
    4 close(3) = 0
    what`)[2],
  ).toMatchObject({ kind: 'unreadable', line: 2, text: 'what' })
})

const withoutFile = `
    execve("./a", ["./a"], 0x7ffe /* 35 vars */) = 0
    clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLDstrace: Process 5 attached
    , child_tidptr=0x7f9935365a10) = 5 <0.000135>
    [pid     4] wait4(-1,  <unfinished ...>
    [pid     5] exit_group(3) = ?
    [pid     5] +++ exited with 3 +++
    <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 5 <0.000207>
    kill(4, SIGKILL)      = ?
    +++ killed by SIGKILL +++`

it('a call that an attach message broke goes on in the next line', () => {
  const clone = calls(events(withoutFile))[1]!
  expect(clone).toMatchObject({
    name: 'clone',
    args: 'child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f9935365a10',
    result: { value: 5 },
    enterLine: 2,
    leaveLine: 3,
  })
})

it('a broken call may turn out to be unfinished', () => {
  const all = events(`
    wait4(31872, strace: Process 31872 attached
     <unfinished ...>
    [pid 31872] exit_group(0) = ?
    [pid 31872] +++ exited with 0 +++
    <... wait4 resumed>NULL, 0, NULL) = 31872`)
  expect(calls(all)[0]).toMatchObject({ args: '31872, NULL, 0, NULL', leaveLine: 5, end: 'returned' })
})

it('output of the program in the middle of a line breaks it no further', () => {
  const all = events(`
    7 write(1, "hello\\n", 6hello
    ) = 6 <0.000009>`)
  expect(calls(all)[0]).toMatchObject({ name: 'write', result: { value: 6 }, leaveLine: 2 })
})

it('the process without a pid is given the one it turns out to have', () => {
  const all = events(withoutFile)
  expect(all.filter((event) => event.kind === 'named')).toEqual([{ kind: 'named', line: 4, pid: 4 }])
  expect(brief(all).filter((event) => !event.includes('message') && /named| 0\b/.test(event))).toEqual(['4 named 4'])
  expect(calls(all).map((call) => call.pid)).toEqual([4, 4, 4, 5, 4])
})

it('a line without a pid belongs to the only process left', () => {
  expect(brief(events(withoutFile)).slice(-4)).toEqual([
    '7 leave 4 wait4',
    '8 enter 4 kill',
    '8 leave 4 kill',
    '9 killed 4',
  ])
})

it('with attach messages hidden, a child is not taken for the process without a pid', () => {
  const all = events(`
    clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>
    [pid     5] set_robust_list(0x7f, 24 <unfinished ...>
    [pid     4] <... clone resumed>, child_tidptr=0x7f) = 5
    [pid     5] <... set_robust_list resumed>) = 0`)
  expect(all.filter((event) => event.kind === 'named')).toEqual([{ kind: 'named', line: 3, pid: 4 }])
  expect(calls(all).map((call) => [call.pid, call.end])).toEqual([
    [4, 'returned'],
    [5, 'returned'],
  ])
})

it('the result of a fork introduces the child as well as a message would', () => {
  const all = events(`
    clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7f) = 5
    [pid     5] close(3) = 0
    [pid     4] close(3) = 0`)
  expect(all.filter((event) => event.kind === 'named')).toEqual([{ kind: 'named', line: 3, pid: 4 }])
})

it('a child that strace has not met yet does not make several processes', () => {
  const all = events(`
    [pid     9] +++ exited with 0 +++
    [pid     4] clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7f) = 17
    rt_sigsuspend([], 8 <unfinished ...>
    [pid    17] close(3) = 0`)
  expect(calls(all).map((call) => call.pid)).toEqual([4, 4, 17])
})

it('a line without a pid while several processes are left is a stray', () => {
  expect(
    brief(
      events(`
    [pid 4] close(3) = 0
    [pid 5] close(3) = 0
    close(4) = 0`),
    ).at(-1),
  ).toBe('3 stray 0')
})

it('a line without a pid is that of the only process that has not ended, though no line tells of the ends of others', () => {
  const all = events(`
    [pid 10] wait4(-1,  <unfinished ...>
    [pid 11] exit_group(0) = ?
    <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 11
    close(3) = 0`)
  expect(brief(all).slice(-3)).toEqual(['3 leave 10 wait4', '4 enter 10 close', '4 leave 10 close'])
  const killed = events(`
    [pid 10] close(3) = 0
    [pid 11] close(3) = 0
    --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=11, si_uid=0, si_status=SIGTERM, si_utime=0, si_stime=0} ---`)
  expect(brief(killed).at(-1)).toBe('3 signal 10')
})

it('the last line of what a call writes to the terminal is none of its arguments', () => {
  const [write] = calls(
    events(`
    write(2, "one\\ntwo\\nthree", 13one
    two
    three) = 13`),
  )
  expect(write).toMatchObject({ args: '2, "one\\ntwo\\nthree", 13', result: { value: 13 } })
})

it('what another process writes is none of the arguments of the call that it cuts in two', () => {
  const all = calls(
    events(`
    [pid 27] write(1, "B\\n", 2 <unfinished ...>
    [pid 26] munmap(0x7f701248b000, 139264B
     <unfinished ...>
    [pid 27] <... write resumed>) = 2
    [pid 26] <... munmap resumed>) = 0`),
  )
  expect(all[1]).toMatchObject({ name: 'munmap', args: '0x7f701248b000, 139264', result: { value: 0 } })
})

it('a call that is printed when it has ended may have begun before others came (-e status=successful)', () => {
  const all = events(`
    strace: Process 10 attached
    close(3) = 0
    strace: Process 11 attached
    [pid 11] close(3) = 0
    vfork() = 11
    [pid 10] close(4) = 0
    close(5) = 0`)
  expect(brief(all).filter((event) => event.includes('vfork'))).toEqual(['5 enter 10 vfork', '5 leave 10 vfork'])
  expect(brief(all).at(-1)).toBe('7 stray 0')
})

it('a process without a pid column keeps the number 0', () => {
  expect(
    brief(
      events(`
    close(3) = 0
    +++ exited with 0 +++`),
    ),
  ).toEqual(['1 enter 0 close', '1 leave 0 close', '2 exited 0'])
})

it('of a process that is left when all that are known are gone, nothing was shown before', () => {
  const all = events(`
    strace: Process 11 attached
    [pid 11] +++ exited with 5 +++
    exit_group(5) = ?`)
  expect(brief(all).at(-1)).toBe('3 leave 0 exit_group')
})

it('what stands before the first line of strace is not of strace', () => {
  const all = events(`
    Script started on 2026-11-23 00:25:32+00:00 [COMMAND="strace true"]
    close(3) = 0`)
  expect(all[0]).toMatchObject({ kind: 'message', about: 'other' })
})

it('an execve may end in the file of the leader, and begin in that of another thread (-ff)', () => {
  const all = events(`
    4 futex(0x7f, FUTEX_WAIT, 5, NULL <unfinished ...>
    4 +++ superseded by execve in pid 6 +++
    4 <... execve resumed>) = 0`)
  expect(brief(all).slice(1)).toEqual(['2 superseded 4', '3 enter 4 execve', '3 leave 4 execve'])
})

it('the end of a call that strace could not name, in a thread that dies, tells nothing', () => {
  expect(
    events(`
    9 close(3) = 0
    9 <... ??? resumed>) = ?
    9 +++ killed by SIGTERM +++`).map(({ kind }) => kind),
  ).toEqual(['enter', 'leave', 'killed'])
})

it('a process that strace detached from has no open call', () => {
  expect(
    calls(
      events(`
    [pid 29478] wait4(-1, strace: Process 29478 detached`),
    )[0],
  ).toMatchObject({ end: 'detached' })
})

it('a pid may be used again', () => {
  expect(
    calls(
      events(`
    5 pause( <unfinished ...>
    5 +++ killed by SIGKILL +++
    5 pause() = -1 EINTR (Interrupted system call)`),
    ).map((call) => call.end),
  ).toEqual(['died', 'returned'])
})

it('a last line without a newline counts only if its end is there', () => {
  const last = (text: string) =>
    [...stitch([{ firstLine: 3, lines: [text], endsMidLine: true }])].map((event) => event.kind)
  expect(last('5 read(3, "", 100) = 1')).toEqual(['message'])
  expect(last('5 read(3, "", 100) = 1 <0.000010>')).toEqual(['enter', 'leave'])
  expect(last('5 +++ exited with 0 +++')).toEqual(['exited'])
})

it('a stream of batches gives the same events, and those before a failure', async () => {
  async function* failing() {
    await Promise.resolve()
    yield batch('\n4 read(3,  <unfinished ...>')
    throw new Error('gone')
  }
  const seen: StitchEvent[] = []
  const reading = async () => {
    for await (const some of stitchStream(failing())) seen.push(...some)
  }
  await expect(reading()).rejects.toThrow('gone')
  expect(calls(seen)[0]).toMatchObject({ end: 'cut off' })
})
