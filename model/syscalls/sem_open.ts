import { namedSemaphoreChart } from '../lifecycle/named-semaphore.ts'
import { SEM_VALUE_MAX, semaphoreName } from '../functions/named-semaphores.ts'
import { PAGE } from '../functions/memory.ts'
import { isLost, LOST } from '../functions/promised-descriptors.ts'
import type { Kernel } from '../kernel.ts'
import { int, path, usualFlags } from '../params.ts'
import type { OpenedByLibrary, Thread } from '../state/threads.ts'
import { defineSyscall, fails, isBlocked, isUndecided, succeeds, type Answer } from '../syscall.ts'

/**
 * Map a named semaphore, or with O_CREAT make it, of this value. A process that has it open already gets the same
 * address, to be closed once more. The value of one that exists stays.
 *
 * Returns the address. Errors: EINVAL, a name that is empty or has a slash inside, or a value above SEM_VALUE_MAX where
 * one is to be made; EMFILE, for the library opens a file for the time of the call; ENOENT; EEXIST under O_EXCL.
 * Source: sem_open(3), sem_overview(7); glibc sysdeps/pthread/sem_open.c.
 */
export const sem_open = defineSyscall({
  name: 'sem_open',
  library: true,
  params: {
    name: path('semaphore'),
    oflag: usualFlags(['O_CREAT', 'O_EXCL'], ['O_CREAT'], ['O_CREAT', 'O_EXCL'], []),
    mode: int(0o600),
    value: int(1, 0, 2),
  },
  makes: 'mapping',
  takesNumbers: true,
  errors: ['EEXIST', 'EINVAL', 'EMFILE', 'ENOENT'],
  environment: ['EACCES', 'EMFILE', 'ENFILE', 'ENOMEM'],
  source: 'sem_open(3)',
  rule(kernel, caller, { name, oflag, value }, given) {
    const bare = name.replace(/^\/+/, '')
    if (bare === '' || bare.includes('/')) return fails('EINVAL')
    const creates = oflag.has('O_CREAT')
    const exclusive = creates && oflag.has('O_EXCL')
    if (exclusive && (value < 0 || value > SEM_VALUE_MAX)) return fails('EINVAL')
    const asked = { exclusive, creates, value, given }
    const opened = caller.unfinished?.opened
    if (opened) return closingLast(kernel, caller, opened, openNamed(kernel, caller, bare, asked))
    const fd = kernel.fn.numberFor(kernel, caller)
    if (!kernel.fn.hasRoomFor(kernel, caller, fd)) return fails('EMFILE')
    return kernel.fn.openingFirst(
      kernel,
      caller,
      fd,
      (k) => openFile(k, caller),
      openNamed(kernel, caller, bare, asked),
    )
  },
})

/** The file of a semaphore, or that which is to become one, of which nothing else is followed. */
const openFile = (kernel: Kernel, { pid }: Readonly<Thread>): number =>
  kernel.fn.newDescription(kernel, pid, {
    inode: kernel.fn.newInode(kernel, pid, { kind: 'opaque' }),
    access: 'O_RDWR',
    kind: 'opaque',
  })

/** What comes of the name; then the library closes the file. */
function closingLast(kernel: Kernel, caller: Readonly<Thread>, opened: OpenedByLibrary, answer: Answer): Answer {
  if (isLost(kernel, caller, opened) || isBlocked(answer) || isUndecided(answer)) return LOST
  return answer.map(({ effect, ...outcome }) => ({
    ...outcome,
    effect: (k) => {
      effect?.(k)
      k.fn.closeFd(k, caller.tid, opened.fd)
    },
  }))
}

interface Asked {
  readonly creates: boolean
  readonly exclusive: boolean
  readonly value: number
  readonly given: number | undefined
}

function openNamed(
  kernel: Kernel,
  caller: Readonly<Thread>,
  bare: string,
  { creates, exclusive, value, given }: Asked,
): Answer {
  const found = kernel.names.get(semaphoreName(bare))
  const address = given ?? kernel.fn.freeAddress(kernel, caller.mm, PAGE)
  if (found !== undefined) {
    if (exclusive) return fails('EEXIST')
    const mapped = kernel.mms
      .at(caller.mm)
      .mappings.find(({ kind, object }) => kind === 'semaphore' && object === found)
    if (mapped !== undefined) return succeeds(mapped.address, (k) => reopen(k, caller.mm, mapped.address))
    return succeeds(address, (k) => {
      k.fn.semaphoreGet(k, found)
      k.fn.addMapping(k, caller.mm, semaphoreMapping(address, found))
    })
  }
  if (!creates) return fails('ENOENT')
  if (value < 0 || value > SEM_VALUE_MAX) return fails('EINVAL')
  return succeeds(address, (k) => {
    const fields = { state: namedSemaphoreChart.initial, name: bare, value, users: 1 }
    const semaphore = k.namedSemaphores.add(caller.pid, () => fields)
    k.names.set(semaphoreName(bare), semaphore)
    k.fn.addMapping(k, caller.mm, semaphoreMapping(address, semaphore))
  })
}

const semaphoreMapping = (address: number, semaphore: number) =>
  ({
    address,
    length: PAGE,
    kind: 'semaphore',
    description: 0,
    object: semaphore,
    writable: true,
    privateData: null,
    opens: 1,
  }) as const

function reopen(kernel: Kernel, mm: number, address: number): void {
  const space = kernel.mms.edit(mm)
  space.mappings = space.mappings.map((mapping) =>
    mapping.address === address ? { ...mapping, opens: mapping.opens! + 1 } : mapping,
  )
}
