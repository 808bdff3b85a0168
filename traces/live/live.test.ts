import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linux } from '../../model/linux.ts'
import { faults } from '../../properties/faults/index.ts'
import { readTranscripts } from '../transcript.ts'
import { describeDivergence } from './divergence.ts'
import { CannotEncode } from './encode.ts'
import { Executor } from './executor.ts'
import { fuzz } from './fuzz.ts'
import { judge } from './judge.ts'
import type { LiveRun } from './live-run.ts'
import { transcriptOf } from './live-transcript.ts'
import { repeat } from './repeat.ts'
import { programOf } from './transcript-program.ts'

const root = new URL('../../', import.meta.url)
const folder = new URL('../transcripts/', import.meta.url)

const mode = await Executor.start().then(
  async (executor) => {
    await executor.close()
    return executor.mode
  },
  () => undefined,
)

/** What of a run the model does not allow, with the run as a transcript; undefined when it allows all. */
function objection(run: LiveRun): unknown {
  const verdict = judge(run, { unprivileged: mode === 'polling' })
  return verdict.verdict === 'divergence' ? describeDivergence(run, verdict, linux) : undefined
}

describe.runIf(mode !== undefined)('this kernel', () => {
  let executor: Executor
  beforeAll(async () => {
    executor = await Executor.start()
  })
  afterAll(() => executor.close())

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.trace'))) {
    it(`does what the model allows when it makes the calls of ${file}`, async () => {
      for (const { lines, title } of readTranscripts(readFileSync(new URL(file, folder), 'utf8'), file)) {
        const isTimed = lines.some((line) => /alarm|tv_sec/.test(line))
        try {
          const run = await executor.run(programOf(lines), { snapshots: 'end', patient: isTimed })
          expect({ title, objection: objection(run) }).toEqual({ title, objection: undefined })
        } catch (error) {
          if (!(error instanceof CannotEncode)) throw error
        }
      }
    })
  }

  it('does what the model allows in generated programs', async () => {
    const { programs, divergences } = await fuzz({ seed: 1, runs: 1500, time: 60, snapshots: 'end' })
    expect(divergences).toEqual([])
    expect(programs).toBeGreaterThan(100)
  })

  it('does what the model allows after each step of generated programs, as /proc shows it', async () => {
    const { programs, divergences } = await fuzz({ seed: 2, runs: 150, time: 30, snapshots: 'steps', fresh: true })
    expect(divergences).toEqual([])
    expect(programs).toBeGreaterThan(20)
  })

  for (const name of ['exit_sem is skipped', 'a blocked signal is delivered', 'dup2 copies the close-on-exec flag']) {
    it(`contradicts a model in which ${name}`, async () => {
      const rules = faults.find((fault) => fault.name === name)!.apply(linux)
      const { divergences } = await fuzz({ rules, seed: 1, runs: 5000, time: 60, snapshots: 'end', first: true })
      expect(divergences.map(({ rate }) => rate > 0)).toEqual([true])
    })
  }

  it('shows a handler that ran where a signal came, with who sent it', async () => {
    const run = await executor.run(
      programOf([
        'P0  rt_sigaction(SIGUSR1, {sa_handler=0x4000, sa_mask=[], sa_flags=0}, NULL, 8) = 0',
        'P0  fork() = P1',
        'P0  wait4(-1, NULL, 0, NULL) = -1 EINTR',
        'P1  kill(P0, SIGUSR1) = 0',
        'P1  exit_group(3) = ?',
      ]),
    )
    expect(objection(run)).toBeUndefined()
    const lines = transcriptOf(run, linux).map((line) => line.replace(/ +/g, ' '))
    expect(lines).toContain('P0 <... wait4 resumed>, NULL, 0, NULL) = ? ERESTARTSYS')
    expect(lines).toContain('P0 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=P1} ---')
    expect(lines.at(-1)).toBe('P1 +++ exited with 3 +++')
  })

  it('gives what the model lists, and no other outcome, when processes race', async () => {
    const race = programOf([
      'P0  pipe([0, 1]) = 0',
      'P0  fork() = P1',
      'P1  write(1, "a", 1) = 1',
      'P0  kill(P1, SIGTERM) = 0',
      'P0  wait4(P1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGTERM}], 0, NULL) = P1',
    ])
    const { outcomes, complete, divergences } = await repeat(race, { times: 500, racy: true })
    expect(divergences).toEqual([])
    expect(complete).toBe(true)
    expect(outcomes.every(({ allowed }) => allowed === true)).toBe(true)
    expect(outcomes.length).toBeGreaterThan(1)
  })
})

it.runIf(mode !== undefined)(
  'a program of which nothing comes any more is given up, and those behind it are run',
  async () => {
    const sleeping = programOf(['P0  pipe([0, 1]) = 0', 'P0  read(0, "", 1 <unfinished ...>'])
    const executor = await Executor.start({ silence: 1000 })
    try {
      const runs = await Promise.all([
        executor.run(sleeping, { patient: true }),
        executor.run(sleeping),
        executor.run(programOf(['P0  getpid() = P0'])),
      ])
      expect(runs.map(({ trouble }) => trouble)).toEqual(['nothing comes of it any more', undefined, undefined])
      expect(runs[2].results.map(({ result }) => result)).toEqual([2])
      expect((await executor.run(sleeping)).trouble).toBeUndefined()
    } finally {
      await executor.close()
    }
  },
)

it.runIf(mode !== undefined)(
  'a process that runs on and on is ended, and decides nothing, nor disturbs the next program',
  async () => {
    const executor = await Executor.start()
    try {
      const faulting = programOf([
        'P0  rt_sigaction(SIGSEGV, {sa_handler=0x4000, sa_mask=[], sa_flags=SA_NODEFER}, NULL, 8) = 0',
        'P0  store(0x10, "a") = 0',
      ])
      const forking = programOf(['P0  fork() = P1', 'P1  fork() = P2', 'P0  kill(P1, SIGTERM) = 0'])
      const [first, second] = await Promise.all([executor.run(faulting), executor.run(forking)])
      expect(first.trouble).toBe('step 2: a process runs on and on')
      expect(objection(second)).toBeUndefined()
    } finally {
      await executor.close()
    }
  },
)

describe.runIf(mode !== undefined)('in a race', () => {
  it('who is killed before it has begun to run is seen to be dead', async () => {
    const killed = programOf(['P0  fork() = P1', 'P1  pause( <unfinished ...>', 'P0  kill(P1, SIGTERM) = 0'])
    const { outcomes, divergences } = await repeat(killed, { times: 200, racy: true })
    expect(divergences).toEqual([])
    expect(outcomes.every(({ allowed }) => allowed === true)).toBe(true)
  })

  it('a handler may run before, amid and behind a wait for a named semaphore', async () => {
    const interrupted = programOf([
      'P0  sem_open("/s", O_CREAT, 0600, 0) = 0x7f0000001000',
      'P0  rt_sigaction(SIGUSR1, {sa_handler=0x4000, sa_mask=[], sa_flags=0}, NULL, 8) = 0',
      'P0  fork() = P1',
      'P1  sem_wait(0x7f0000001000 <unfinished ...>',
      'P0  kill(P1, SIGUSR1) = 0',
      'P0  sem_post(0x7f0000001000) = 0',
    ])
    const { outcomes, divergences } = await repeat(interrupted, { times: 300, racy: true })
    expect(divergences).toEqual([])
    expect(outcomes.filter(({ count }) => count > 0).length).toBeGreaterThan(1)
  })
})

it.runIf(mode !== undefined)('a race comes to its end although everybody sleeps, the first process too', async () => {
  const asleep = programOf([
    'P0  pipe([0, 1]) = 0',
    'P0  fork() = P1',
    'P1  read(0, "", 1) = 0',
    'P0  read(0, "", 1) = 0',
  ])
  const { divergences, undecided } = await repeat(asleep, { times: 3, racy: true })
  expect({ divergences, undecided }).toEqual({ divergences: [], undecided: {} })
})

describe('without the means', () => {
  const lastrites = (environment: NodeJS.ProcessEnv, ...before: string[]) => {
    const cache = mkdtempSync(join(tmpdir(), 'lastrites-cache-'))
    try {
      const words = [...before, process.execPath, 'dist/scripts/lastrites.js', 'fuzz', '--runs', '1']
      return spawnSync(words[0]!, words.slice(1), {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, XDG_CACHE_HOME: cache, ...environment },
      })
    } finally {
      rmSync(cache, { recursive: true })
    }
  }

  it('a machine without a compiler is told so, with exit code 3', () => {
    const { status, stderr } = lastrites({ PATH: '/nowhere' })
    expect(stderr).toContain('live runs need')
    expect(status).toBe(3)
  })

  const mayDrop = mode === 'realtime' && spawnSync('setpriv', ['--bounding-set=-sys_admin', 'true']).status === 0
  it.runIf(mayDrop)('where processes cannot be isolated none is run, with exit code 3', () => {
    const { status, stderr } = lastrites({}, 'setpriv', '--bounding-set=-sys_admin')
    expect(stderr).toContain('does not let live runs isolate')
    expect(status).toBe(3)
  })
})
