import fc from 'fast-check'
import { expect, it } from 'vitest'
import { signalsOf } from '../../model/state/signal-set.ts'
import { isArgumentError, parseArguments, parseValue } from './args.ts'
import { signalName } from './signals.ts'
import type { ArgValue, Field } from './values.ts'
import { fieldNamed, memberOf, numberOf, signalOf, signalSetOf, waitStatusOf } from './values.ts'

function args(text: string): readonly Field[] {
  const parsed = parseArguments(text)
  if (isArgumentError(parsed)) throw new Error(`${parsed.why} at ${parsed.column}`)
  return parsed
}

function value(text: string): ArgValue {
  const parsed = parseValue(text)
  if (isArgumentError(parsed)) throw new Error(`${parsed.why} at ${parsed.column}`)
  return parsed
}

const members = (set: ArgValue): readonly number[] => signalsOf(signalSetOf(set)!)

const number = (n: number, annotation = '', comment = ''): ArgValue => ({
  kind: 'number',
  value: n,
  exact: undefined,
  annotation,
  comment,
})
const flags = (names: string[], rest = 0, annotation = '', comment = ''): ArgValue => ({
  kind: 'flags',
  names,
  rest,
  annotation,
  comment,
})
const string = (bytes: string, cut = false): ArgValue => ({ kind: 'string', bytes, cut })

it.each([
  ['decimal', '8192', 8192],
  ['negative', '-100', -100],
  ['octal', '0644', 420],
  ['hexadecimal', '0x7ffdd0681268', 0x7ffdd0681268],
  ['NULL', 'NULL', 0],
  ['a product', '8192*1024', 8388608],
  ['an octal mask of zeros', '00000000', 0],
  ['numbers joined by a bar, as under -X raw', '0x1200000|17', 0x1200011],
  ['a bar with nothing before it, as under -X raw', '|0x900', 0x900],
])('a number may be written as %s', (_, text, expected) => {
  expect(numberOf(value(text))).toBe(expected)
})

it('a number above 2^53 is kept exactly', () => {
  expect(value('9223372036854775807')).toMatchObject({ exact: 9223372036854775807n })
  expect(value('0xffffffffffffffff')).toMatchObject({ exact: 0xffffffffffffffffn })
  expect(value('18446744073709551615')).toMatchObject({ exact: 18446744073709551615n })
})

it('any safe whole number is read back as written in base 10, 8 and 16', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.constantFrom(10, 8, 16), (n, base) => {
      const prefix = base === 10 || n === 0 ? '' : base === 8 ? '0' : '0x'
      expect(value(prefix + n.toString(n === 0 ? 10 : base))).toEqual(number(n))
    }),
  )
})

it('flags keep the printed order of their names and the bits without a name', () => {
  expect(value('O_RDWR|O_CREAT|0x40000000')).toEqual(flags(['O_RDWR', 'O_CREAT'], 0x40000000))
  expect(value('CLONE_CHILD_SETTID|SIGCHLD')).toEqual(flags(['CLONE_CHILD_SETTID', 'SIGCHLD']))
  expect(value('MAP_HUGETLB|21<<MAP_HUGE_SHIFT')).toEqual(flags(['MAP_HUGETLB', '21<<MAP_HUGE_SHIFT']))
  expect(value('S_IFREG|0644')).toEqual(flags(['S_IFREG'], 420))
})

it('any string of bytes is read back from octal, hexadecimal and letter escapes', () => {
  const letters: Record<string, string> = {
    '\n': 'n',
    '\t': 't',
    '\r': 'r',
    '\v': 'v',
    '\f': 'f',
    '"': '"',
    '\\': '\\',
  }
  const write = (bytes: number[], style: 'x' | 'o') =>
    bytes
      .map((byte, index) => {
        const character = String.fromCharCode(byte)
        if (style === 'x') return `\\x${byte.toString(16).padStart(2, '0')}`
        if (letters[character] !== undefined) return `\\${letters[character]}`
        if (byte >= 0x20 && byte < 0x7f) return character
        const next = bytes[index + 1] ?? 0
        return `\\${byte.toString(8).padStart(next >= 0x30 && next <= 0x39 ? 3 : 1, '0')}`
      })
      .join('')
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 255 })),
      fc.constantFrom('x', 'o'),
      fc.boolean(),
      (bytes, style, cut) => {
        expect(value(`"${write(bytes, style)}"${cut ? '...' : ''}`)).toEqual(string(String.fromCharCode(...bytes), cut))
      },
    ),
  )
})

it('octal escapes stop at a character that is no octal digit', () => {
  expect(value(String.raw`"\10\10\1779"`)).toEqual(string('\b\b\x7f9'))
  expect(value(String.raw`"\x82\xe4"`)).toEqual(string('\x82\xe4'))
})

it('a string that strace cut says so', () => {
  expect(args('PR_SET_NAME, "prctl05_test_xx"...')[1]!.value).toEqual(string('prctl05_test_xx', true))
})

it('an abstract socket address starts with a zero byte', () => {
  expect(memberOf(value('{sa_family=AF_UNIX, sun_path=@"abc"}'), 'sun_path')).toEqual(string('\0abc'))
})

it('execve has its words as an array and the size of the environment as a comment', () => {
  const [path, words, environment] = args(
    '"/bin/sh", ["sh", "-c", "mkfs.ext2 >/dev/null 2>&1"], 0x7ffff4a22668 /* 9 vars */',
  )
  expect(path!.value).toEqual(string('/bin/sh'))
  expect(words!.value).toMatchObject({
    items: [string('sh'), string('-c'), string('mkfs.ext2 >/dev/null 2>&1')],
    cut: false,
  })
  expect(environment!.value).toEqual(number(0x7ffff4a22668, '', '9 vars'))
})

it('structures keep their members by name and tell that some were left out', () => {
  const status = value('{st_mode=S_IFREG|0644, st_size=38659, ...}')
  expect(memberOf(status, 'st_size')).toEqual(number(38659))
  expect(status).toMatchObject({ kind: 'struct', cut: true })
  const lock = value('{l_type=F_UNLCK, l_whence=SEEK_CUR, l_start=0, l_len=0, l_pid=32278}')
  expect(memberOf(lock, 'l_type')).toEqual(flags(['F_UNLCK']))
  expect(lock).toMatchObject({ kind: 'struct', cut: false })
})

it('members that strace could not read make the structure a cut one', () => {
  expect(value('{flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, ???}')).toMatchObject({
    kind: 'struct',
    cut: true,
  })
})

it('an argument that strace could not read is unavailable', () => {
  expect(args('3, ???, 4')[1]!.value).toEqual({ kind: 'unavailable' })
})

it('a semop operation is a structure in an array', () => {
  const [, operations, count, timeout] = args('0, [{sem_num=1, sem_op=-1, sem_flg=SEM_UNDO|IPC_NOWAIT}], 1, NULL')
  expect(numberOf(memberOf(operations!.value, 'sem_op')!)).toBe(-1)
  expect(memberOf(operations!.value, 'sem_flg')).toEqual(flags(['SEM_UNDO', 'IPC_NOWAIT']))
  expect([count, timeout].map((field) => numberOf(field!.value))).toEqual([1, 0])
})

it('semctl prints its fourth argument as a pointer', () => {
  expect(args('0, 1, SETVAL, 0x5')[3]!.value).toEqual(number(5))
  expect(args('0, 1, SETVAL, NULL')[3]!.value).toEqual(number(0))
})

it('clone prints the names of its arguments', () => {
  const fields = args('child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f2f29bd6a10')
  expect(fieldNamed(fields, 'flags')).toEqual(flags(['CLONE_CHILD_CLEARTID', 'SIGCHLD']))
})

it('a value that the call changed has a before and an after', () => {
  const [structure, size] = args('{flags=CLONE_VM, exit_signal=0} => {parent_tid=[5415]}, 88')
  expect(structure!.value).toMatchObject({ kind: 'change' })
  expect(structure!.value.kind === 'change' && memberOf(structure!.value.after, 'parent_tid')).toMatchObject({
    items: [number(5415)],
  })
  expect(size!.value).toEqual(number(88))
  expect(args('3, [128 => 16]')[1]!.value).toMatchObject({ items: [{ before: number(128), after: number(16) }] })
})

it('the half after => may stand alone, when the call was resumed', () => {
  expect(args(' => {parent_tid=[5415]}, 88')[0]!.value).toMatchObject({
    kind: 'change',
    before: { kind: 'unavailable' },
  })
})

it.each([
  ['[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]', { how: 'exited', code: 3 }],
  ['[{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}]', { how: 'signaled', signal: 9, core: false }],
  ['[{WIFSIGNALED(s) && WTERMSIG(s) == SIGABRT && WCOREDUMP(s)}]', { how: 'signaled', signal: 6, core: true }],
  ['[{WIFSIGNALED(s) && WTERMSIG(s) == SIGRT_2}]', { how: 'signaled', signal: 34, core: false }],
  ['[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}]', { how: 'stopped', signal: 19, event: '' }],
  ['[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP | 0x80}]', { how: 'stopped', signal: 5, event: '' }],
  [
    '[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP} | PTRACE_EVENT_STOP << 16]',
    { how: 'stopped', signal: 5, event: 'PTRACE_EVENT_STOP' },
  ],
  ['[{WIFCONTINUED(s)}]', { how: 'continued' }],
  ['[768]', { how: 'exited', code: 3 }],
  ['[0x86]', { how: 'signaled', signal: 6, core: true }],
  ['[0x137f]', { how: 'stopped', signal: 19, event: '' }],
  ['[0xffff]', { how: 'continued' }],
])('the wait status %s is read', (text, status) => {
  expect(waitStatusOf(value(text))).toEqual(status)
})

it('a wait that stored nothing prints the address, which is no wait status', () => {
  expect(waitStatusOf(value('0x7ffdd0681268'))).toBeUndefined()
  expect(waitStatusOf(value('NULL'))).toBeUndefined()
})

it('signal sets are lists of names, and a tilde turns them over', () => {
  expect(members(value('[INT CHLD RT_1]'))).toEqual([2, 17, 33])
  expect(members(value('[]'))).toEqual([])
  expect(members(value('~[]'))).toHaveLength(64)
  expect(members(value('~[KILL RTMIN RT_1]'))).not.toContain(33)
  expect(members(value('~[KILL RTMIN RT_1]'))).toHaveLength(61)
})

it('any set of signals is read back from its names', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 64 })), fc.boolean(), (numbers, negated) => {
      const text = `${negated ? '~' : ''}[${numbers.map((n) => signalName(n)!.slice(3)).join(' ')}]`
      const all = Array.from({ length: 64 }, (_, index) => index + 1)
      expect(members(value(text))).toEqual(all.filter((n) => numbers.includes(n) !== negated))
    }),
  )
})

it('a signal is a name, a number, or a number with its name in a comment', () => {
  expect(['SIGCHLD', '17', '17 /* SIGCHLD */', '0', 'SIGRT_3'].map((text) => signalOf(value(text)))).toEqual([
    17, 17, 17, 0, 35,
  ])
  expect(['AT_FDCWD', '-1', '65', 'SIGCHLD|0x80'].map((text) => signalOf(value(text)))).toEqual(
    Array(4).fill(undefined),
  )
})

it.each([
  ['a pipe', '4<pipe:[216554]>', number(4, 'pipe:[216554]')],
  ['an anonymous inode', '4<anon_inode:[eventpoll]>', number(4, 'anon_inode:[eventpoll]')],
  ['a connected socket', '3<UNIX-STREAM:[133147->133148]>', number(3, 'UNIX-STREAM:[133147->133148]')],
  ['a named socket', '3<UNIX-STREAM:[1->2, "/run/a>b"]>', number(3, 'UNIX-STREAM:[1->2, "/run/a>b"]')],
  ['an IPv6 socket', '3<TCPv6:[[::1]:80->[::1]:99]>', number(3, 'TCPv6:[[::1]:80->[::1]:99]')],
  ['a device', '0</dev/null<char 1:3>>', number(0, '/dev/null<char 1:3>')],
  ['a name that ends in a minus', '3</tmp/a->', number(3, '/tmp/a-')],
  ['a deleted file', String.raw`3</tmp/dup205.32110\n>(deleted)`, number(3, String.raw`/tmp/dup205.32110\n (deleted)`)],
  ['a deleted directory of /proc', 'AT_FDCWD</proc/11887 (deleted)>', flags(['AT_FDCWD'], 0, '/proc/11887 (deleted)')],
  ['a comm', '5<a\\74b\\76c\\") = ->', number(5, 'a\\74b\\76c\\") = -')],
])('an annotation may be %s', (_, text, expected) => {
  expect(args(`${text}, 7`)).toEqual([
    { name: '', value: expected },
    { name: '', value: number(7) },
  ])
})

it('a descriptor set has blanks between its members', () => {
  expect(value('[3<anon_inode:[eventfd]> 5]')).toMatchObject({ items: [number(3, 'anon_inode:[eventfd]'), number(5)] })
})

it('numbers whose names stand in a comment, as -X verbose prints them, are those names', () => {
  expect(value('0x200000 /* CLONE_CHILD_CLEARTID */|17 /* SIGCHLD */')).toMatchObject({
    names: ['CLONE_CHILD_CLEARTID', 'SIGCHLD'],
    rest: 0,
  })
})

it("of two requests of ioctl that have one number the terminal's is meant", () => {
  expect(value('SNDCTL_TMR_STOP or TCSETSW')).toMatchObject({ names: ['TCSETSW'] })
})

it('comments are kept with the number or the name before them', () => {
  expect(value('0xffffffff /* EPOLL_CTL_??? */')).toEqual(number(0xffffffff, '', 'EPOLL_CTL_???'))
  expect(value('{tv_sec=1, tv_nsec=0} /* 2026-02-05T22:37:39+0000 */')).toMatchObject({ kind: 'struct' })
})

it('library functions around a value are macros', () => {
  expect(memberOf(value('{st_rdev=makedev(0x1, 0x3), sin_port=htons(80)}'), 'st_rdev')).toMatchObject({
    kind: 'macro',
    name: 'makedev',
    args: [{ value: number(1) }, { value: number(3) }],
  })
})

it('restart_syscall says which call it resumes', () => {
  expect(args('<... resuming interrupted futex ...>')).toEqual([
    { name: '', value: { kind: 'resuming', call: 'futex' } },
  ])
})

it('an array that strace cut says so', () => {
  expect(value('[{fd=3, events=0}, {fd=4, events=0}, ...]')).toMatchObject({ kind: 'array', cut: true })
})

it('siginfo is a structure, complete with negative codes and made-up senders', () => {
  const info = value('{si_signo=SIGRT_2, si_code=0xfffffff4, si_pid=625786116, si_uid=745594988}')
  expect(signalOf(memberOf(info, 'si_signo')!)).toBe(34)
  expect(numberOf(memberOf(info, 'si_pid')!)).toBe(625786116)
  expect(value('{si_signo=SIGALRM, si_code=SI_TIMER, si_int=0, si_ptr=NULL}')).toMatchObject({ kind: 'struct' })
  expect(value('{}')).toEqual({ kind: 'struct', fields: [], cut: false })
})

it('an entry half that ends after a comma has the arguments before it', () => {
  expect(args('31876, ')).toEqual([{ name: '', value: number(31876) }])
  expect(args('')).toEqual([])
})

it.each([
  ['1, "abc', 4],
  ['{a=1', 5],
  ['1, $', 4],
  ['0x', 1],
  ['[{WIFODD(s)}]', 3],
])('the text %s is an error with its column', (text, column) => {
  expect(parseArguments(text)).toMatchObject({ kind: 'argument-error', column })
})

it('nesting without end is an error, not a crash', () => {
  expect(parseArguments('['.repeat(100_000))).toMatchObject({ kind: 'argument-error', why: 'values nest too deeply' })
})

it('no text whatever makes the parser throw or hang', () => {
  const piece = fc.constantFrom(
    ...'{}[]()<>"\\=,.|~/*@& 0x1-a?'.split(''),
    '...',
    '=>',
    '???',
    'WIF',
    '/*',
    '<<',
    '->',
    '<... ',
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const parsed = parseArguments(pieces.join(''))
      expect(Array.isArray(parsed) || isArgumentError(parsed)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
