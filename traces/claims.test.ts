import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ClaimError, conclude, judge, readClaim, TOPICS, type Claim, type Evidence } from './claim.ts'

const folder = new URL('claims/', import.meta.url)
const ledger = readdirSync(folder)
  .filter((file) => /\.(claim|c)$/.test(file))
  .map((file) => readClaim(readFileSync(new URL(file, folder), 'utf8'), file))

/** What the model alone finds of each history. */
const byModel = (claim: Claim): Evidence[] =>
  claim.histories.map((history) => ({ model: judge(claim, history), live: 'not run' }))

const inTheModel = ledger.filter(({ histories }) => histories.every(({ lines }) => lines.length > 0))

describe('the model concludes of the claim', () => {
  for (const claim of inTheModel)
    it(`that it is ${claim.expected}: ${claim.claim}`, () => {
      const evidence = byModel(claim)
      expect(evidence.map(({ model }) => model)).not.toContain('undecided')
      expect(conclude(claim, evidence)).toBe(claim.expected)
    })

  for (const claim of ledger.filter((other) => !inTheModel.includes(other)))
    it(`nothing, for a program decides it: ${claim.claim}`, () => {
      expect(claim.program).toContain('SEEN')
      expect(conclude(claim, byModel(claim))).toBe('undecided')
    })
})

/** What a ledger of this kind must hold, and the claims that are about it. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  'all descriptors are closed, directory streams included': [
    'exit-closes-descriptors',
    'exit-closes-directory-streams',
  ],
  'fork shares offsets': ['fork-shares-offsets'],
  'the lowest descriptor': ['lowest-descriptor'],
  'end-of-file at the death of the writer': ['pipe-eof-on-writers-death'],
  'a flock on a descriptor opened before fork': ['flock-before-fork'],
  'exit releases all file locks': ['exit-releases-all-file-locks'],
  'closing any descriptor drops record locks': ['any-close-drops-record-locks'],
  'nattch counts processes': ['nattch-counts-processes'],
  'a segment persists until IPC_RMID': ['segment-persists'],
  'IPC_RMID with attaches': ['rmid-destroys-at-once', 'rmid-allows-no-new-attach'],
  'semadj restores the value before': ['undo-restores-the-value-before'],
  'semadj and SETVAL': ['setval-clears-undo'],
  'negative sums': ['undo-below-zero-waits', 'undo-below-zero-is-skipped'],
  'queues persist': ['messages-outlive-their-sender', 'posix-queue-goes-with-last-user'],
  'named semaphores, and where they are visible': [
    'named-semaphore-goes-with-last-user',
    'named-semaphores-are-in-proc',
  ],
  'unnamed semaphores in shared memory': ['unnamed-semaphore-stays-taken'],
  'mutexes at the death of their owner': [
    'private-mutex-is-released',
    'shared-mutex-is-released',
    'robust-mutex-is-unlocked',
    'robust-mutex-recovers-by-unlock',
  ],
  'MAP_SHARED is flushed at exit': ['shared-mapping-is-flushed-at-exit'],
  'MAP_PRIVATE is discarded': ['private-mapping-is-discarded'],
  'memory locks': ['memory-locks-are-inherited', 'memory-locks-end-with-the-program'],
  'children are adopted by process 1': ['orphans-go-to-pid-1'],
  'the parent-death signal': ['pdeathsig-fires-when-parent-process-dies'],
  'the exit of a session leader and SIGHUP': ['leader-exit-hangs-up-the-session', 'leader-exit-sends-sigcont'],
  'background jobs and the SIGHUP of the terminal': ['background-jobs-get-the-terminals-sighup'],
  'nohup, disown, setsid': ['nohup-protects-through-exec', 'disown-makes-immune', 'setsid-protects-from-the-terminal'],
  'when a group becomes orphaned': ['group-is-orphaned-by-last-outside-parent', 'orphaned-groups-are-hung-up'],
  'why SIGCONT follows SIGHUP': ['sigcont-lets-a-stopped-process-take-sighup'],
  'kill(0) from a parent that then waits': ['kill-0-from-a-parent-that-waits'],
  'double fork and setsid': ['double-fork-gives-parent-1', 'double-fork-never-gets-a-terminal'],
  'SIGKILL allows no clean-up': ['sigkill-allows-no-cleanup'],
  'atexit after _exit or a signal, and its order': ['atexit-runs-at-every-end', 'atexit-order'],
  'exit in a forked child flushes twice': ['exit-in-child-flushes-twice'],
  'tmpfile and named temporary files': ['tmpfile-is-left-by-sigkill', 'mkstemp-file-is-removed'],
  'what zombies hold': ['zombies-hold-their-resources'],
  'SIGCHLD ignored': ['ignored-sigchld-leaves-no-zombies', 'default-sigchld-leaves-no-zombies'],
  'the status of a killed process': ['killed-process-exits-with-128-plus-n'],
  'buffers of stdio at a signal': ['printed-text-survives-a-kill'],
  'TIME_WAIT and SO_REUSEADDR': ['restart-needs-a-minute', 'reuseaddr-in-the-new-server-is-enough'],
  'SO_LINGER 0': ['linger-0-resets'],
  'unread data and RST': ['peer-of-the-dead-reads-end-of-file'],
  'the path of a UNIX socket': ['unix-socket-path-is-removed'],
}

describe('the ledger', () => {
  it('holds at least 60 claims, of which at least 20 are wrong or incomplete', () => {
    expect(ledger.length).toBeGreaterThanOrEqual(60)
    expect(inTheModel.length).toBeGreaterThanOrEqual(60)
    expect(inTheModel.filter(({ expected }) => expected !== 'true').length).toBeGreaterThanOrEqual(20)
  })

  for (const [subject, ids] of Object.entries(SUBJECTS))
    it(`has something on ${subject}`, () => {
      expect(ids.filter((id) => !ledger.some((claim) => claim.id === id))).toEqual([])
    })

  it('says nothing twice, and has claims on every topic', () => {
    expect(new Set(ledger.map(({ claim }) => claim)).size).toBe(ledger.length)
    expect(TOPICS.filter((topic) => !ledger.some((claim) => claim.topic === topic))).toEqual([])
  })

  it('speaks in sentences', () => {
    for (const { claim, because, histories } of ledger) {
      expect(claim).toMatch(/^\S+ \S+ .*\.$/)
      expect(because).not.toMatch(/[.\n]$/)
      for (const { title } of histories) expect(title).not.toMatch(/^[A-Z][a-z]|\.$/)
    }
  })
})

const HEAD = `# claim: Locks stay.
# topic: file locks
# origin: folklore
# expected: false
# because: they go
# source: fcntl(2)
`
const BOTH = `
# as claimed: it stays
P0  getpid() = P0

# otherwise: it goes
P0  getppid() = 1
`

describe('a file of the ledger', () => {
  it('is read with its histories', () => {
    const claim = readClaim(HEAD + BOTH, 'locks-stay.claim')
    expect(claim).toMatchObject({ id: 'locks-stay', claim: 'Locks stay.', expected: 'false', program: null })
    expect(claim.histories.map(({ role, lines }) => [role, lines])).toEqual([
      ['as claimed', ['P0  getpid() = P0']],
      ['otherwise', ['P0  getppid() = 1']],
    ])
  })

  it('that is a program has its head in comments, histories or not', () => {
    const text = `${(HEAD + BOTH).replaceAll(/^/gm, '// ').replaceAll(/^\/\/ # /gm, '// ')}\nint main(void) {}\n// because: no\n`
    const claim = readClaim(text, 'locks-stay.c')
    expect(claim.because).toBe('they go')
    expect(claim.histories.map(({ lines }) => lines.length)).toEqual([1, 1])
    expect(claim.program).toBe(text)
  })

  it('is refused with the place of a mistake', () => {
    expect(() => readClaim(HEAD, 'x.claim')).toThrow('x.claim: expected a history "# as claimed: ..."')
    expect(() => readClaim(HEAD.replace('topic: file', 'topic: fine') + BOTH, 'x.claim')).toThrow('fine locks')
    expect(() => readClaim(HEAD.replace('# source: fcntl(2)\n', '') + BOTH, 'x.claim')).toThrow('# source')
    expect(() => readClaim(`${HEAD}# colour: red\n${BOTH}`, 'x.claim')).toThrow('x.claim:7: expected')
    expect(() => readClaim(HEAD + BOTH, 'x.txt')).toThrow(ClaimError)
  })

  it('must have histories that go wrong in their last line alone', () => {
    const claim = readClaim(HEAD + BOTH.replace('getpid() = P0', 'getpid() = 1\nP0  getpid() = P0'), 'x.claim')
    expect(() => judge(claim, claim.histories[0]!)).toThrow('forbidden before the last line')
  })
})

describe('a verdict', () => {
  const claim = readClaim(HEAD + BOTH, 'x.claim')
  const found = (...evidence: [Evidence['model'], Evidence['live']][]) =>
    conclude(
      claim,
      evidence.map(([model, live]) => ({ model, live })),
    )

  it('is true, false or incomplete by what can happen', () => {
    expect(found(['allowed', 'not run'], ['forbidden', 'not run'])).toBe('true')
    expect(found(['forbidden', 'not seen'], ['allowed', 'seen'])).toBe('false')
    expect(found(['allowed', 'seen'], ['allowed', 'not seen'])).toBe('incomplete')
  })

  it('is what the kernel did where the model does not know', () => {
    expect(found(['undecided', 'seen'], ['undecided', 'not seen'])).toBe('true')
    expect(found(['undecided', 'not seen'], ['undecided', 'seen'])).toBe('false')
    expect(found(['undecided', 'not run'], ['undecided', 'not run'])).toBe('undecided')
  })

  it('is disputed when a kernel does what the model forbids', () => {
    expect(found(['allowed', 'seen'], ['forbidden', 'seen'])).toBe('disputed')
  })

  it('is undecided when nothing of what the claim is about can happen', () => {
    expect(found(['forbidden', 'not seen'], ['forbidden', 'not seen'])).toBe('undecided')
  })
})
