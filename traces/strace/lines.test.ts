import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { StraceLine } from './lines.ts'
import { scanLine } from './lines.ts'

const value = (n: number, annotation = '', note = '') => ({ kind: 'value', value: n, annotation, note })

/** One line of each form: what it shows, the text, what must be read. */
const forms: [title: string, text: string, expected: Partial<StraceLine>][] = [
  [
    'a call on one line has pid, time, arguments, result and duration',
    '7     1795332623.968481 close(3)       = 0 <0.000034>',
    {
      kind: 'call',
      pid: 7,
      time: 1795332623.968481,
      name: 'close',
      args: '3',
      result: value(0),
      duration: 0.000034,
    } as never,
  ],
  [
    'the entry half of a call',
    '32007 1795325567.235140 execve("/bin/sh", ["sh", "-c", "a >/dev/null 2>&1"], 0x7ffff4a22668 /* 9 vars */ <unfinished ...>',
    {
      kind: 'unfinished',
      pid: 32007,
      name: 'execve',
      args: '"/bin/sh", ["sh", "-c", "a >/dev/null 2>&1"], 0x7ffff4a22668 /* 9 vars */',
      detached: false,
    },
  ],
  [
    'an entry half that ends after a comma',
    '31868 1795325566.777276 wait4(31876,  <unfinished ...>',
    { kind: 'unfinished', name: 'wait4', args: '31876, ' },
  ],
  [
    'the result half of a call that may be restarted',
    '31868 1795325566.778669 <... wait4 resumed>0x7ffdd0681268, 0, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <0.001383>',
    {
      kind: 'resumed',
      name: 'wait4',
      args: '0x7ffdd0681268, 0, NULL',
      result: { kind: 'restart', code: 'ERESTARTSYS', note: '(To be restarted if SA_RESTART is set)' },
      duration: 0.001383,
    },
  ],
  [
    'a result half with no arguments left',
    '31876 1795325566.778679 <... kill resumed>) = 0 <0.000025>',
    { kind: 'resumed', name: 'kill', args: '', result: value(0) } as never,
  ],
  [
    'a result half that starts with the value left behind',
    '5414  1795325601.273120 <... clone3 resumed> => {parent_tid=[5415]}, 88) = 5415 <0.008311>',
    { kind: 'resumed', name: 'clone3', args: ' => {parent_tid=[5415]}, 88', result: value(5415) } as never,
  ],
  [
    'the result half of a call in which the process was killed',
    '1970  1795325574.723828 <... clock_nanosleep resumed> <unfinished ...>) = ?',
    { kind: 'resumed', name: 'clock_nanosleep', args: '', result: { kind: 'none', note: '' }, duration: undefined },
  ],
  [
    'a call in which the process was killed before another process spoke',
    '7330  1795325888.676378 rt_sigtimedwait([ALRM],  <unfinished ...>) = ?',
    { kind: 'call', name: 'rt_sigtimedwait', args: '[ALRM], ', result: { kind: 'none', note: '' } },
  ],
  [
    'a call without result',
    '31876 1795325566.783905 exit_group(0)   = ?',
    { kind: 'call', result: { kind: 'none', note: '' } },
  ],
  [
    'a result that strace could not read',
    '5 exit_group(0) = ? <unavailable>',
    { kind: 'call', result: { kind: 'none', note: '<unavailable>' } },
  ],
  ['a call that strace could not name', '5     ???( <unfinished ...>', { kind: 'unfinished', name: '???', args: '' }],
  [
    'its other half',
    '5     <... ??? resumed>) = ?',
    { kind: 'resumed', name: '???', result: { kind: 'none', note: '' } },
  ],
  [
    'a call with a number for a name',
    '4 syscall_0x1ff(0x1, 0, 0x7f99) = -1 ENOSYS (Function not implemented) <0.000008>',
    { kind: 'call', name: 'syscall_0x1ff' },
  ],
  [
    'a hexadecimal result',
    '31868 brk(NULL)       = 0x562331201000 <0.000011>',
    { result: value(0x562331201000) } as never,
  ],
  ['an octal result', 'umask(022)            = 0777 <0.000011>', { pid: 0, result: value(0o777) } as never],
  ['a negative result that is no error', 'getpriority(PRIO_PROCESS, 0) = -1', { result: value(-1) } as never],
  [
    'an error',
    '3346  1795325577.458181 waitid(P_PIDFD, 3, 0x7ffe, WEXITED, NULL) = -1 EAGAIN (Resource temporarily unavailable) <0.000008>',
    { result: { kind: 'error', errno: 'EAGAIN', note: '(Resource temporarily unavailable)' } },
  ],
  [
    'an error that has no name',
    'ioctl(3, 0x1) = -1 (errno 513)',
    { result: { kind: 'error', errno: 'ERRNO_513', note: '' } },
  ],
  [
    'rt_sigreturn "returns" what the interrupted call left',
    '31874 1795325568.773353 rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call) <0.000011>',
    { name: 'rt_sigreturn', result: { kind: 'error', errno: 'EINTR', note: '(Interrupted system call)' } },
  ],
  [
    'a restart block',
    '31874 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=2}, {tv_sec=1}) = ? ERESTART_RESTARTBLOCK (Interrupted by signal) <0.999998>',
    { result: { kind: 'restart', code: 'ERESTART_RESTARTBLOCK', note: '(Interrupted by signal)' } },
  ],
  [
    'a restart without interruption',
    '32542 1795325571.354316 <... clone resumed>, child_tidptr=0x7f6d79fb1a10) = ? ERESTARTNOINTR (To be restarted) <0.000111>',
    {
      args: ', child_tidptr=0x7f6d79fb1a10',
      result: { kind: 'restart', code: 'ERESTARTNOINTR', note: '(To be restarted)' },
    },
  ],
  [
    'a restart if there is no handler',
    '1706  1795325574.235900 <... pause resumed>) = ? ERESTARTNOHAND (To be restarted if no handler) <0.001410>',
    { result: { kind: 'restart', code: 'ERESTARTNOHAND', note: '(To be restarted if no handler)' } },
  ],
  [
    'flags after a result',
    '31868 1795325566.784487 fcntl(3, F_GETFL) = 0x38000 (flags O_RDONLY|O_LARGEFILE|O_NOFOLLOW|O_DIRECTORY) <0.000008>',
    { result: value(0x38000, '', '(flags O_RDONLY|O_LARGEFILE|O_NOFOLLOW|O_DIRECTORY)') } as never,
  ],
  [
    'a list of ready descriptors after a result',
    '5445  1795325601.802297 poll([{fd=4, events=POLLOUT}], 1, 1) = 1 ([{fd=4, revents=POLLOUT}]) <0.000013>',
    { result: value(1, '', '([{fd=4, revents=POLLOUT}])') } as never,
  ],
  [
    'a timeout after a result',
    '5445  1795325601.803591 poll([{fd=4, events=POLLOUT}], 1, 1) = 0 (Timeout) <0.001107>',
    { result: value(0, '', '(Timeout)'), duration: 0.001107 } as never,
  ],
  [
    'the sets and the time left of select',
    '32135 pselect6(4, [3<anon_inode:[eventfd]>], NULL, NULL, {tv_sec=0}, NULL) = 1 (in [3], left {tv_sec=0, tv_nsec=0}) <0.000036>',
    {
      args: '4, [3<anon_inode:[eventfd]>], NULL, NULL, {tv_sec=0}, NULL',
      result: value(1, '', '(in [3], left {tv_sec=0, tv_nsec=0})'),
    } as never,
  ],
  [
    'the path of a new descriptor',
    '5408  1795325601.164192 openat(AT_FDCWD<DIR>, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3</etc/ld.so.cache> <0.000018>',
    { args: 'AT_FDCWD<DIR>, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC', result: value(3, '</etc/ld.so.cache>') } as never,
  ],
  [
    'a path at the very end of the line',
    'dup(3</tmp/a->) = 4</tmp/a->',
    { result: value(4, '</tmp/a->'), duration: undefined } as never,
  ],
  [
    'a path that looks like the end of a line',
    String.raw`4     dup(3</tmp/a-\0765 \0740.5\76 \"q) = 3->) = 4</tmp/a \0740.5\76>`,
    {
      args: String.raw`3</tmp/a-\0765 \0740.5\76 \"q) = 3->`,
      result: value(4, String.raw`</tmp/a \0740.5\76>`),
    } as never,
  ],
  [
    'a deleted path',
    String.raw`32110 1795325571.208743 close(3<DIR/T_dup4ullJZ/dup205.32110\n>(deleted)) = 0 <0.000008>`,
    { args: String.raw`3<DIR/T_dup4ullJZ/dup205.32110\n>(deleted)`, result: value(0) } as never,
  ],
  [
    'a deleted path in a result',
    'dup(3</tmp/a>(deleted)) = 4</tmp/a>(deleted)',
    { result: value(4, '</tmp/a>(deleted)') } as never,
  ],
  [
    'annotations inside annotations',
    '1111  1795325573.157859 mmap(NULL, 1, PROT_NONE, MAP_PRIVATE, 0</dev/null<char 1:3>>, 0) = 0x7fa5407f6000 <0.000014>',
    { args: 'NULL, 1, PROT_NONE, MAP_PRIVATE, 0</dev/null<char 1:3>>, 0', result: value(0x7fa5407f6000) } as never,
  ],
  [
    'a socket and its peer',
    '3143  1795325576.541149 dup(3<UNIX-STREAM:[133147->133148]>) = 4<UNIX-STREAM:[133147->133148]> <0.000077>',
    { result: value(4, '<UNIX-STREAM:[133147->133148]>') } as never,
  ],
  [
    'a shift, which opens no annotation',
    'mmap(NULL, 2097152, PROT_READ, MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0) = -1 ENOMEM (Cannot allocate memory)',
    { args: 'NULL, 2097152, PROT_READ, MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0' },
  ],
  [
    'strings that hold everything a line is made of',
    String.raw`9 write(1, "\") = 5 <unfinished ...>\\", 23) = 23`,
    { kind: 'call', args: String.raw`1, "\") = 5 <unfinished ...>\\", 23`, result: value(23) } as never,
  ],
  [
    'a pid of another namespace',
    "29690 1795326873.994328 getpid()        = 1 /* 29690 in strace's PID NS */ <0.000008>",
    { result: value(1, '', "/* 29690 in strace's PID NS */") } as never,
  ],
  [
    'restart_syscall at attach',
    '3282  1795325577.067216 restart_syscall(<... resuming interrupted futex ...> <unfinished ...>',
    { kind: 'unfinished', name: 'restart_syscall', args: '<... resuming interrupted futex ...>' },
  ],
  [
    'a process that strace let go',
    '29475 1795326858.521814 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=0, tv_nsec=200000000},  <detached ...>',
    { kind: 'unfinished', name: 'clock_nanosleep', detached: true },
  ],
  ['an exit', '31876 1795325566.784023 +++ exited with 0 +++', { kind: 'exited', pid: 31876, code: 0 }],
  [
    'a death by a signal',
    '1705  1795325584.237019 +++ killed by SIGKILL +++',
    { kind: 'killed', signal: 9, core: false },
  ],
  [
    'a death with a core dump',
    '31878 1795325566.783480 +++ killed by SIGABRT (core dumped) +++',
    { kind: 'killed', signal: 6, core: true },
  ],
  ['a death by a real-time signal', '5 +++ killed by SIGRT_3 +++', { kind: 'killed', signal: 35 }],
  [
    'a leader replaced by a thread that called execve',
    '6350  1795327988.562904 +++ superseded by execve in pid 6369 +++',
    { kind: 'superseded', pid: 6350, by: 6369 },
  ],
  ['a stop', '5002  1795325598.155695 --- stopped by SIGSTOP ---', { kind: 'stopped', signal: 19 }],
  [
    'a signal from a process',
    '31868 1795325566.778709 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=31876, si_uid=0} ---',
    { kind: 'signal', signal: 10, info: '{si_signo=SIGUSR1, si_code=SI_USER, si_pid=31876, si_uid=0}' },
  ],
  [
    'a real-time signal',
    '32441 1795325570.855763 --- SIGRT_3 {si_signo=SIGRT_3, si_code=0x3, si_pid=1089, si_uid=0, si_int=3, si_ptr=0x3} ---',
    { kind: 'signal', signal: 35 },
  ],
  [
    'a signal in the words of old strace',
    '5 --- SIGCHLD (Child exited) @ 0 (0) ---',
    { kind: 'signal', signal: 17, info: '' },
  ],
  ['an attach message', 'strace: Process 1581 attached', { kind: 'message', about: 'attached', subject: 1581 }],
  [
    'an attach message with threads',
    'strace: Process 29479 attached with 4 threads',
    { about: 'attached', subject: 29479 },
  ],
  ['a message of strace by path', '/usr/bin/strace: Process 29478 detached', { about: 'detached', subject: 29478 }],
  ['other words of strace', 'strace: [ Process PID=12 runs in 32 bit mode. ]', { kind: 'message', about: 'other' }],
  ['a frame of a stack trace (-k)', ' > /usr/lib/libc.so.6(fork+0x6d) [0xd5dad]', { kind: 'message', about: 'other' }],
  [
    'a call broken by an attach message',
    '1795325566.761936 wait4(31872, strace: Process 31872 attached',
    { kind: 'cut', name: 'wait4', args: '31872, ', message: 'strace: Process 31872 attached' },
  ],
  [
    'a call broken by a detach message',
    '[pid 29478] 1795326859.613900 wait4(-1, strace: Process 29478 detached',
    { kind: 'cut', pid: 29478, args: '-1, ', message: 'strace: Process 29478 detached' },
  ],
  [
    'the rest of a cut line',
    ') = 46 <0.000009>',
    { kind: 'continuation', args: '', result: value(46), duration: 0.000009 } as never,
  ],
  [
    'the rest of a cut line, with arguments',
    ', child_tidptr=0x7f9935365a10) = 5 <0.000135>',
    { kind: 'continuation', args: ', child_tidptr=0x7f9935365a10', result: value(5) } as never,
  ],
  [
    'the rest of a cut line, unfinished',
    ' <unfinished ...>',
    { kind: 'continuation', args: '', result: undefined } as never,
  ],
  [
    'the rest of a cut line that looks like a prefix',
    '88 /* a */, NULL) = 5415',
    { kind: 'continuation', args: '88 /* a */, NULL', pid: 0 } as never,
  ],
  [
    'the [pid N] prefix',
    '[pid  1581] 1795325566.763490 set_robust_list(0x7f31b94b1a20, 24) = 0 <0.000010>',
    { kind: 'call', pid: 1581, time: 1795325566.76349 },
  ],
  [
    'a comm after the pid (-Y)',
    '31922<clone07> 1795325566.947471 brk(NULL) = 0x5650755cf000 <0.000010>',
    { pid: 31922, time: 1795325566.947471 },
  ],
  [
    'a comment in a comment',
    '56 ioprio_set(0x1 /* A */, 0, 24583 /* IOPRIO_PRIO_VALUE(0x3 /* IOPRIO_CLASS_IDLE */, 7) */) = 0',
    { kind: 'call', name: 'ioprio_set', result: value(0) } as never,
  ],
  [
    'a time of whole seconds since the line before',
    '    10 <... poll resumed>)              = 0 (Timeout)',
    { kind: 'resumed', pid: 0, time: 10 },
  ],
  [
    'a comm that looks like the end of a call (-Y)',
    String.raw`6<a\74b\76c\") = -> kill(6<a\74b\76c\") = ->, SIGSEGV) = 0`,
    { pid: 6, name: 'kill', args: String.raw`6<a\74b\76c\") = ->, SIGSEGV` },
  ],
  ['a comm after a result (-Y)', '27590<sh> fork() = 27591<bash>', { result: value(27591, '<bash>') } as never],
  ['a comm after the [pid N] prefix (-Y)', '[pid    6<sh>] close(3) = 0', { pid: 6, name: 'close' }],
  ['neither pid nor time', 'brk(NULL) = 0x5650755cf000', { pid: 0, time: undefined, name: 'brk' }],
  ['a pid without a time', '31868 brk(NULL) = 0x5650755cf000', { pid: 31868, time: undefined }],
  ['a time without a pid', '1795325566.763490 brk(NULL) = 0x5650755cf000', { pid: 0, time: 1795325566.76349 }],
  ['a time in whole seconds without a pid', '1795325566 brk(NULL) = 0x5650755cf000', { pid: 0, time: 1795325566 }],
  ['a time in whole seconds', '31868 1795325566 brk(NULL) = 0x5650755cf000', { pid: 31868, time: 1795325566 }],
  ['a time in nanoseconds', '31868 1795325566.250000000 brk(NULL) = 0', { pid: 31868, time: 1795325566.25 }],
  ['the time of day (-t)', '31868 12:00:07 brk(NULL) = 0', { pid: 31868, time: 43207 }],
  ['the time of day (-tt)', '31868 12:00:07.250000 brk(NULL) = 0', { pid: 31868, time: 43207.25 }],
  ['a relative time (-r)', '     0.250000 brk(NULL) = 0', { pid: 0, time: 0.25 }],
  ['a relative time after a pid (-r)', '31868      0.250000 brk(NULL) = 0', { pid: 31868, time: 0.25 }],
  ['both times (-r -tt)', '4     07:35:15.409560 (+     0.000035) close(3) = 0', { pid: 4, name: 'close' }],
  [
    'number and place of the call (-n -i)',
    '4     1795332915.391208 [   3] [00007f36478dba07] close(3) = 0',
    { pid: 4, name: 'close' },
  ],
  ['an unknown place (-i)', '4     [????????????????] +++ exited with 3 +++', { kind: 'exited', pid: 4 }],
  [
    'numbers instead of names (-X raw)',
    '4     clone(child_stack=NULL, flags=0x1200000|17, child_tidptr=0x7f) = 5',
    { args: 'child_stack=NULL, flags=0x1200000|17, child_tidptr=0x7f' },
  ],
  ['numbers and names (-X verbose)', '4     kill(6, 11 /* SIGSEGV */)         = 0', { args: '6, 11 /* SIGSEGV */' }],
  [
    'the result half as old strace has it',
    '5 <... wait4 resumed> [{WIFEXITED(s)}], 0, NULL) = 6',
    { args: ' [{WIFEXITED(s)}], 0, NULL' },
  ],
]

for (const [title, text, expected] of forms) {
  it(`reads ${title}`, () => expect(scanLine(text, 12)).toMatchObject({ line: 12, ...expected }))
}

it.each([
  ['hello, world', 1],
  ['', 1],
  ['31868 1795325566.777276 ', 25],
  ['31868 1795325566.777276 close(3) : 0', 32],
  ['31868 1795325566.777276 close(3) = none', 36],
  ['31868 1795325566.777276 <... wait4 returned>) = 0', 35],
  ['31868 1795325566.777276 <... wait4 resumed>0x7ff', 49],
  ['31868 1795325566.777276 +++ exited with', 40],
  ['31868 1795325566.777276 +++ vanished +++', 29],
  ['31868 1795325566.777276 --- SIGNONE {} ---', 29],
  ['31868 1795325566.777276 --- SIGCHLD {si_signo=SIGCHLD', 54],
])('the line %j is unreadable, at a column', (text, column) => {
  const seen = scanLine(text)
  expect(seen).toMatchObject({ kind: 'unreadable', text })
  expect(seen.kind === 'unreadable' && seen.column).toBe(column)
})

it('the word of a call is shared between lines, so that it is hashed once', () => {
  const names = Array.from({ length: 3000 }, (_, index) => `call_${index}`)
  for (const name of [...names, ...names]) expect(scanLine(`${name}() = 0`)).toMatchObject({ kind: 'call', name })
})

it('any string argument leaves the end of the arguments where it is', () => {
  const character = fc.constantFrom(
    'a',
    ' ',
    ')',
    '(',
    '=',
    '\\\\',
    '\\"',
    '<',
    '>',
    '/*',
    '\\n',
    ' <unfinished ...>',
    ') = 5',
    '{',
    ',',
  )
  fc.assert(
    fc.property(fc.array(character), fc.integer(), fc.boolean(), (characters, result, timed) => {
      const args = `1, "${characters.join('')}", 3`
      expect(scanLine(`12 write(${args}) = ${result}${timed ? ' <0.000012>' : ''}`)).toMatchObject({
        kind: 'call',
        args,
        result: { value: result },
        duration: timed ? 0.000012 : undefined,
      })
    }),
  )
})

it('prefixes in every combination lead to the same call', () => {
  const pids: [string, number][] = [
    ['', 0],
    ['31868 ', 31868],
    ['7     ', 7],
    ['[pid     7] ', 7],
    ['7<a b> ', 7],
  ]
  const times: [string, number | undefined][] = [
    ['', undefined],
    ['1795325566.500000 ', 1795325566.5],
    ['00:01:01.500000 ', 61.5],
    ['     0.500000 ', 0.5],
  ]
  for (const [pidText, pid] of pids)
    for (const [timeText, time] of times)
      for (const place of ['', '[  12] ', '[00007f36478dba07] '])
        expect(scanLine(`${pidText}${timeText}${place}close(3) = 0`)).toMatchObject({
          kind: 'call',
          pid,
          time,
          name: 'close',
        })
})

it('no beginning of a line is a crash', () => {
  for (const [, text] of forms) {
    for (let length = 0; length < text.length; length++) {
      const seen = scanLine(text.slice(0, length))
      expect(typeof seen.kind).toBe('string')
    }
  }
})

it('no text whatever is a crash', () => {
  const piece = fc.constantFrom(
    ...[
      '12 ',
      '1795325566.5 ',
      '[pid 5] ',
      'close(',
      '<... ',
      ' resumed>',
      ') = ',
      '?',
      '-1 E',
      '+++ ',
      ' +++',
      '--- ',
      ' ---',
    ],
    ...[
      '"',
      '\\',
      '<',
      '>',
      '->',
      '(',
      ')',
      'SIGCHLD',
      '<unfinished ...>',
      '<detached ...>',
      '/*',
      '*/',
      ' ',
      'strace: ',
      '0x',
      ':',
      '[',
    ],
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(typeof scanLine(pieces.join('')).kind).toBe('string')
    }),
    { numRuns: 5000 },
  )
})

it('what a program writes to the terminal of strace does not belong to the arguments of its write', () => {
  expect(scanLine('write(2, "Terminated\\n", 11Terminated')).toMatchObject({
    kind: 'cut',
    args: '2, "Terminated\\n", 11',
  })
  expect(scanLine('write(1, "5 apples", 85 apples')).toMatchObject({ kind: 'cut', args: '1, "5 apples", 8' })
  expect(scanLine('write(1, "long"..., 4096long and more')).toMatchObject({ kind: 'cut', args: '1, "long"..., 4096' })
})

it('nor to those of a write that others interrupt, or that writes several pieces', () => {
  expect(scanLine('[pid 11] write(2, "partial", 7partial <unfinished ...>')).toMatchObject({
    kind: 'unfinished',
    args: '2, "partial", 7',
  })
  expect(scanLine('write(2</dev/pts/0>, "main 1", 6main 1) = 6')).toMatchObject({
    kind: 'call',
    args: '2</dev/pts/0>, "main 1", 6',
  })
  expect(scanLine('write(0</dev/pts/0<char 136:0>>, "a", 1a) = 1')).toMatchObject({ kind: 'call' })
  const pieces = '2, [{iov_base="a [b]", iov_len=5}, {iov_base="\\n", iov_len=1}], 2'
  expect(scanLine(`writev(${pieces}a [b]`)).toMatchObject({ kind: 'cut', args: pieces })
  expect(scanLine(`writev(${pieces}) = 6`)).toMatchObject({ kind: 'call', args: pieces })
})

it('a line may stand behind what a program has written to the terminal, where that can be told', () => {
  expect(scanLine('partial[pid    11<noisy>] 00:23:42.02 <... write resumed>) = 7')).toMatchObject({
    kind: 'resumed',
    pid: 11,
  })
  expect(scanLine('error: 12:00:01.000123 close(3) = 0')).toMatchObject({ kind: 'call', name: 'close' })
  expect(scanLine('at 12:00:01 all was well')).toMatchObject({ kind: 'unreadable' })
})
