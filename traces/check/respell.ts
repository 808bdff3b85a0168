import { splitArguments } from '../strace/fields.ts'
import { memberOf, numberOf, type ArgValue, type Field } from '../strace/values.ts'

/** A call as a rule knows it: under the name and with the arguments of one that does the same. */
export interface Spelt {
  readonly name: string
  readonly fields: readonly Field[]
}

const plain = (value: ArgValue): Field => ({ name: '', value })
const number = (value: number): Field => plain({ kind: 'number', value, exact: undefined, annotation: '', comment: '' })
const word = (...names: string[]): Field => plain({ kind: 'flags', names, rest: 0, annotation: '', comment: '' })
const numbers = (items: readonly ArgValue[]) => ({ kind: 'array', items, negated: false, cut: false }) as const

/** signalfd(2) on a descriptor that it made before. */
export const SIGNALFD_AGAIN = 'signalfd again'

type Respelling = (fields: readonly Field[], text: string) => Spelt | undefined

/** What an array of buffers holds, and how long it is in all. Source: readv(2). */
function gathered(value: ArgValue | undefined): { bytes: string; count: number; cut: boolean } | undefined {
  if (value?.kind !== 'array' || value.cut) return undefined
  let bytes = ''
  let count = 0
  let cut = false
  for (const item of value.items) {
    const base = memberOf(item, 'iov_base')
    const length = memberOf(item, 'iov_len')
    const size = length && numberOf(length)
    if (size === undefined) return undefined
    count += size
    if (cut || base?.kind !== 'string') cut = true
    else {
      bytes += base.bytes
      cut = base.cut
    }
  }
  return { bytes, count, cut }
}

/** `name` with one buffer for a call with several; `places` is where the offset stands, if there is one. */
const vectored =
  (name: string, atOffset: string): Respelling =>
  ([fd, vector, , offset]) => {
    const all = gathered(vector?.value)
    if (fd === undefined || all === undefined) return undefined
    const buffer = plain({ kind: 'string', bytes: all.bytes, cut: all.cut })
    const place = offset && numberOf(offset.value)
    if (place === undefined || place < 0 || place === 2 ** 64 - 1)
      return { name, fields: [fd, buffer, number(all.count)] }
    return { name: atOffset, fields: [fd, buffer, number(all.count), number(place)] }
  }

const CURRENT = /^(?:AT_FDCWD|-100\b|0xffffff9c\b|4294967196\b)/

/** The call without the directories that its names start from, where these do not matter. */
const withoutDirectories =
  (name: string, ...pairs: readonly number[]): Respelling =>
  (fields) => {
    for (const place of pairs) {
      const directory = fields[place]?.value
      const path = fields[place + 1]?.value
      const isCurrent =
        directory?.kind === 'flags' ? directory.names[0] === 'AT_FDCWD' : directory && numberOf(directory) === -100
      const isWhole = path?.kind === 'string' && path.bytes.startsWith('/')
      if (isCurrent !== true && !isWhole) return undefined
    }
    return { name, fields: fields.filter((_, place) => !pairs.includes(place)) }
  }

/** Bytes of struct cmsghdr, and of a descriptor. Source: cmsg(3). */
const CMSG_HEADER = 16
const CMSG_INT = 4

/** Descriptors that arrive or leave in the control part of messages. Source: unix(7) SCM_RIGHTS. */
const rights: (name: string) => Respelling = (name) => (fields, text) => {
  if (!/cmsg_|msg_/.test(text)) return undefined
  const passed: ArgValue[] = []
  let isCut = false
  for (const [, length, list] of text.matchAll(
    /cmsg_len=(\d+), cmsg_level=[^,]*, cmsg_type=(?:SCM_RIGHTS|0x1)(?: \/\*[^*]*\*\/)?, cmsg_data=\[((?:[^\]<]|<[^>]*>)*)\]/g,
  )) {
    const shown = splitArguments(list!).map(({ value }) => value)
    if (!list!.endsWith('...')) passed.push(...shown)
    else {
      // How many there are is known, not which (-s 0).
      const count = (Number(length) - CMSG_HEADER) / CMSG_INT
      for (let item = 0; item < count; item++) passed.push(shown.at(-1)!)
      isCut = true
    }
  }
  const [fd, , ...rest] = fields
  const flags = rest.at(-1)
  if (fd === undefined) return undefined
  return { name, fields: [fd, plain({ ...numbers(passed), cut: isCut }), ...(flags === undefined ? [] : [flags])] }
}

/** `sigmask` of pselect6 stands in a structure. */
const withMask: Respelling = (fields) => {
  const mask = fields[5] && memberOf(fields[5].value, 'sigmask')
  return { name: 'pselect6', fields: [...fields.slice(0, 5), mask === undefined ? number(0) : plain(mask)] }
}

const P_PIDFD = 3

/** P_PIDFD, where the answer says which child it was. */
const byPidfd: Respelling = (fields) => {
  const [type, , info, ...rest] = fields
  if (type === undefined || info === undefined) return undefined
  const isPidfd = type.value.kind === 'flags' ? type.value.names[0] === 'P_PIDFD' : numberOf(type.value) === P_PIDFD
  if (!isPidfd) return undefined
  const pid = memberOf(info.value, 'si_pid')
  return pid && { name: 'waitid', fields: [word('P_PID'), plain(pid), info, ...rest] }
}

/** Of these flags nobody takes notice; the size of huge pages counts with SHM_HUGETLB alone. Source: ipc/util.c ipcget(), ipc/shm.c newseg(). */
const UNHEEDED = /^(IPC_NOWAIT|SHM_NORESERVE|\d+<<SHM_HUGE_SHIFT)$/

/** Permissions, IPC_CREAT, IPC_EXCL; and SHM_HUGETLB, which shmget alone heeds. Source: include/uapi/linux/ipc.h, shm.h. */
const HEEDED = 0o3777
const HUGE = 0o4000

const getter =
  (name: string): Respelling =>
  (fields) => {
    const flags = fields.at(-1)
    if (flags === undefined) return undefined
    const heeded = name === 'shmget' ? HEEDED | HUGE : HEEDED
    const bits = numberOf(flags.value)
    if (bits !== undefined)
      return { name, fields: [...fields.slice(0, -1), { ...number(bits & heeded), name: flags.name }] }
    if (flags.value.kind !== 'flags' || flags.value.names.includes('SHM_HUGETLB')) return undefined
    const names = flags.value.names.filter((flag) => !UNHEEDED.test(flag))
    const value = { ...flags.value, names, rest: flags.value.rest & heeded }
    return { name, fields: [...fields.slice(0, -1), { name: flags.name, value }] }
  }

/** Flags of clone that say nothing about what the model follows. */
const IDLE = new Set([
  'CLONE_UNTRACED',
  'CLONE_PTRACE',
  'CLONE_IO',
  'CLONE_DETACHED',
  'CLONE_PIDFD',
  'CLONE_INTO_CGROUP',
])
const SPACES = new Set([
  'CLONE_NEWPID',
  'CLONE_NEWIPC',
  'CLONE_NEWNS',
  'CLONE_NEWUTS',
  'CLONE_NEWNET',
  'CLONE_NEWUSER',
  'CLONE_NEWCGROUP',
  'CLONE_NEWTIME',
])

/** The bits of those flags, but for CLONE_NEWTIME, which clone takes for a part of the signal. Source: include/uapi/linux/sched.h. */
const IDLE_BITS = [
  ...[0x1000, 0x2000, 0x2_0000, 0x40_0000, 0x80_0000, 0x200_0000, 0x400_0000, 0x800_0000],
  ...[0x1000_0000, 0x2000_0000, 0x4000_0000, 0x8000_0000, 0x2_0000_0000],
]

const withoutIdleFlags = (field: Field): Field => {
  const bits = numberOf(field.value)
  if (bits !== undefined) {
    const isSet = (bit: number) => Math.floor(bits / bit) % 2 === 1
    return { ...number(IDLE_BITS.filter(isSet).reduce((rest, bit) => rest - bit, bits)), name: field.name }
  }
  if (field.value.kind !== 'flags') return field
  const names = field.value.names.filter((name) => !IDLE.has(name) && !SPACES.has(name))
  return { name: field.name, value: { ...field.value, names } }
}

/** What its arguments are without names (-e raw=clone), in the order of x86-64. Source: clone(2). */
const PLACES = ['flags', 'child_stack', 'parent_tid', 'child_tidptr', 'tls']

const clone: Respelling = (fields) => {
  const isBare = fields.length === PLACES.length && fields.every(({ name }) => name === '')
  const named = isBare ? fields.map(({ value }, place) => ({ name: PLACES[place]!, value })) : fields
  return { name: 'clone', fields: named.map((field) => (field.name === 'flags' ? withoutIdleFlags(field) : field)) }
}

const clone3: Respelling = ([first, ...rest]) => {
  const whole = first?.value
  const struct = whole?.kind === 'change' ? whole.before : whole
  if (struct?.kind !== 'struct') return undefined
  const members = struct.fields.map((field) => (field.name === 'flags' ? withoutIdleFlags(field) : field))
  return {
    name: 'clone3',
    fields: [plain({ ...struct, fields: members }), ...rest.map(({ value }) => ({ name: 'size', value }))],
  }
}

/** Of a descriptor that is there already another set of signals can be read. Source: signalfd(2). */
const signalfd: Respelling = (fields) => {
  const fd = fields[0] && numberOf(fields[0].value)
  return fd === undefined || fd < 0 || fd >= 2 ** 31 ? undefined : { name: SIGNALFD_AGAIN, fields }
}

/** How a mask is to change is not looked at where no set is given. Source: sigprocmask(2). */
const asksForMask: Respelling = ([how, set, ...rest]) => {
  if (how === undefined || set === undefined || how.value.kind !== 'number' || numberOf(set.value) !== 0)
    return undefined
  return { name: 'rt_sigprocmask', fields: [word('SIG_BLOCK'), set, ...rest] }
}

/** With MLOCK_ONFAULT pages are locked as they come; other flags are refused. Source: mlock2(2). */
const mlock2: Respelling = ([address, length, flags]) => {
  const value = flags?.value
  const isOnFault = value?.kind === 'flags' && value.rest === 0 && value.names.every((name) => name === 'MLOCK_ONFAULT')
  const number = value && numberOf(value)
  if (address === undefined || length === undefined || !(isOnFault || number === 0 || number === 1)) return undefined
  return { name: 'mlock', fields: [address, length] }
}

const RESPELLINGS: ReadonlyMap<string, Respelling> = new Map<string, Respelling>([
  ['writev', vectored('write', 'pwrite64')],
  ['pwritev', vectored('write', 'pwrite64')],
  ['pwritev2', vectored('write', 'pwrite64')],
  ['readv', vectored('read', 'pread64')],
  ['preadv', vectored('read', 'pread64')],
  ['preadv2', vectored('read', 'pread64')],
  [
    'creat',
    ([path, ...mode]) => path && { name: 'open', fields: [path, word('O_WRONLY', 'O_CREAT', 'O_TRUNC'), ...mode] },
  ],
  ['renameat', withoutDirectories('rename', 0, 2)],
  [
    'renameat2',
    (fields, text) =>
      fields[4] && numberOf(fields[4].value) === 0
        ? withoutDirectories('rename', 0, 2)(fields.slice(0, 4), text)
        : undefined,
  ],
  ['linkat', (fields, text) => withoutDirectories('link', 0, 2)(fields.slice(0, 4), text)],
  ['openat', (fields, text) => (CURRENT.test(text) ? undefined : withoutDirectories('open', 0)(fields, text))],
  ['recvmsg', rights('recvmsg')],
  ['recvmmsg', rights('recvmsg')],
  ['sendmsg', rights('sendmsg')],
  ['sendmmsg', rights('sendmsg')],
  ['pselect6', withMask],
  ['waitid', byPidfd],
  ['execveat', ([, path, ...rest]) => path && { name: 'execve', fields: [path, ...rest.slice(0, 2)] }],
  ['mlock2', mlock2],
  ['rt_sigprocmask', asksForMask],
  ['signalfd', signalfd],
  ['signalfd4', signalfd],
  ...['msgget', 'semget', 'shmget'].map((name): [string, Respelling] => [name, getter(name)]),
  ['clone', clone],
  ['clone3', clone3],
])

/** The spelling of a call under which rules know it; as it stands where there is none. */
export function respell(name: string, text: string): Spelt {
  const fields = splitArguments(text)
  return RESPELLINGS.get(name)?.(fields, text) ?? { name, fields }
}
