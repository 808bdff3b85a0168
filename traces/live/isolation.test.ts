import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtExecutor } from './build.ts'
import { Executor } from './executor.ts'
import { programOf } from './transcript-program.ts'

const means = await Executor.start().then(
  (executor) => executor.close().then(() => true),
  () => false,
)
const hasIpcmk = spawnSync('ipcmk', ['--version']).status === 0

/** What comes of the calls of a transcript. */
async function resultsOf(...lines: string[]): Promise<readonly unknown[]> {
  const run = await executor.run(programOf(lines))
  return run.results.map(({ result }) => result)
}

let executor: Executor
let bystander: ChildProcess

describe.runIf(means)('a program on the live kernel reaches nothing outside', () => {
  beforeAll(async () => {
    executor = await Executor.start()
    bystander = spawn('sleep', ['600'], { stdio: 'ignore' })
  })
  afterAll(async () => {
    bystander.kill('SIGKILL')
    await executor.close()
  })

  it('kill(-1) finds its own processes alone', async () => {
    expect(await resultsOf('P0  fork() = P1', 'P0  kill(-1, SIGKILL) = 0', 'P0  kill(-1, SIGKILL) = 0')).toEqual([
      3, 0, 0,
    ])
    expect(await resultsOf('P0  kill(-1, SIGKILL) = 0')).toEqual(['ESRCH'])
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull()
  })

  it('the number of a process of the host names nobody', async () => {
    const run = await executor.run({
      steps: [
        { id: 1, by: 0, call: 'kill', args: { pid: bystander.pid!, sig: 9 }, choice: 0, pace: -1 },
        { id: 2, by: 0, call: 'kill', args: { pid: -process.pid, sig: 9 }, choice: 0, pace: -1 },
        { id: 3, by: 0, call: 'kill', args: { pid: 1, sig: 9 }, choice: 0, pace: -1 },
        { id: 4, by: 0, call: 'getpid', args: {}, choice: 0, pace: -1 },
      ],
    })
    expect(run.results.map(({ result }) => result)).toEqual(['ESRCH', 'ESRCH', 0, 2])
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull()
  })

  it.runIf(hasIpcmk)('System V objects of the host are not there, nor its own outside', async () => {
    const made = spawnSync('ipcmk', ['--shmem', '4096'], { encoding: 'utf8' })
    const id = /\d+/.exec(made.stdout)![0]
    try {
      const key = readFileSync('/proc/sysvipc/shm', 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .find((words) => words[1] === id)![0]
      const before = readFileSync('/proc/sysvipc/sem', 'utf8')
      const hex = (Number(key) >>> 0).toString(16)
      const [theirs, own] = await resultsOf(
        `P0  shmget(0x${hex}, 1, 0) = 0`,
        'P0  semget(0x5eed, 1, IPC_CREAT|0600) = S0',
      )
      expect(theirs).toBe('ENOENT')
      expect(own).toBeTypeOf('number')
      expect(readFileSync('/proc/sysvipc/sem', 'utf8')).toBe(before)
    } finally {
      spawnSync('ipcrm', ['--shmem-id', id])
    }
  })

  it('there is no file but its own, on a file system that nobody else sees', async () => {
    const paths = [
      '/etc/passwd',
      '../etc/passwd',
      '/proc/self/stat',
      '/proc/1/root',
      '/sys/kernel',
      import.meta.filename,
    ]
    for (const path of paths)
      expect(await resultsOf(`P0  openat(AT_FDCWD, "${path}", O_RDONLY) = 0`)).toEqual(['ENOENT'])
    expect(await resultsOf('P0  openat(AT_FDCWD, "/scratch/f", O_RDWR|O_CREAT, 0600) = 0')).toEqual([0])
    expect(existsSync('/scratch/f')).toBe(false)
    expect(await resultsOf('P0  openat(AT_FDCWD, "f", O_RDWR) = 0')).toEqual(['ENOENT'])
  })

  it('named semaphores are its own, and gone when it is over', async () => {
    const shared = () =>
      existsSync('/dev/shm') ? readdirSync('/dev/shm').filter((name) => name.includes('lastrites')) : []
    const open = 'P0  sem_open("/lastrites", O_CREAT|O_EXCL, 0600, 1) = 0x7f0000001000'
    for (let time = 0; time < 2; time++) {
      const [address, made] = await resultsOf(open, 'P0  sem_wait(0x7f0000001000) = 0')
      expect([typeof address, made]).toEqual(['number', 0])
      expect(shared()).toEqual([])
    }
  })

  it('no terminal of the host can be opened, and its process has none', async () => {
    const [own, first] = await resultsOf(
      'P0  openat(AT_FDCWD, "/dev/tty", O_RDWR) = 0',
      'P0  openat(AT_FDCWD, "/dev/pts/0", O_RDWR) = 0',
    )
    expect(['ENXIO', 'ENOENT']).toContain(own)
    expect(first).toBe('ENOENT')
  })

  it('locks on /dev/tty are not seen by whoever locks that of the host', async () => {
    const lines = [
      ...['P0  fork() = P1', 'P1  setsid() = P1', 'P1  openpty([0, 1]) = 0', 'P1  ioctl(1, TIOCSCTTY, 0) = 0'],
      ...['P1  openat(AT_FDCWD, "../dev/./tty", O_RDWR) = 2', 'P1  flock(2, LOCK_EX) = 0'],
    ]
    expect(await resultsOf('P0  unlink("/dev/tty") = 0')).toEqual(['EBUSY'])
    const run = await executor.run(programOf(lines))
    const files = ofMyExecutors((pid) => statSync(`/proc/${pid}/root/dev/tty`))
    const mine = statSync('/dev/tty')
    const isOwn = files.length > 0 && files.every(({ dev, rdev }) => dev !== mine.dev && rdev === mine.rdev)
    // Only root of the machine may make a device; others run no program that locks this one.
    if (isOwn) expect(run.results.at(-1)!.result).toBe(0)
    else expect(run.trouble).toBe('it would lock what the host has, too')
  })

  it('where memory runs out, it ends before anything of the host', () => {
    const scores = ofMyExecutors((pid) => readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim())
    expect(new Set(scores)).toEqual(new Set(['1000']))
  })

  it('it has network, IPC, mount and UTS namespaces of its own', () => {
    const mine = (kind: string) => readlinkSync(`/proc/self/ns/${kind}`)
    const theirs = executorsWith('--isolated').flatMap((pid) => {
      try {
        return [['net', 'ipc', 'mnt', 'uts'].filter((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`) === mine(kind))]
      } catch {
        return []
      }
    })
    expect(theirs.length).toBeGreaterThan(0)
    // The process that waits for the innermost init keeps the IPC namespace that it came with.
    for (const shared of theirs) expect(shared.filter((kind) => kind !== 'ipc')).toEqual([])
  })
})

/** Pids of executors whose command line has this word. */
const executorsWith = (word: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      return words[0]?.includes('executor') === true && words.includes(word)
    } catch {
      return false
    }
  })

/** It was started by this process, or by what this started. */
function isOfMine(pid: string): boolean {
  for (let at = pid; at !== '0';) {
    if (at === String(process.pid)) return true
    try {
      at = readFileSync(`/proc/${at}/stat`, 'utf8')
        .replace(/^.*\) \S /s, '')
        .split(' ')[0]!
    } catch {
      return false
    }
  }
  return false
}

/** What is found of each process of this test's executors that is there still. */
const ofMyExecutors = <T>(find: (pid: string) => T): T[] =>
  executorsWith('--isolated')
    .filter(isOfMine)
    .flatMap((pid) => {
      try {
        return [find(pid)]
      } catch {
        return []
      }
    })

const KILLS = 200
/** Milliseconds within which one of them comes, and after which nothing may be left. */
const LATEST = 60
const PATIENCE = 20_000

const LIVELY = [
  's 0 clone 17', 's 0 clone 17', 's 1 semget 0 2 896', 's 1 shmget 5 4096 896', 's 2 openpty [8',
  's 2 openat -100 "6600 66 384', 's 1 clone 17', 's 7 pause', 's 2 pause', 's 1 mq_open "7100 66 384 0',
  's 0 kill ~1 9', 's 0 wait4 -1 [4 0 0',
] // prettier-ignore

describe.runIf(means)('when whoever runs it is killed', () => {
  it(`at any of ${KILLS} moments, nothing is left behind`, async () => {
    const executable = builtExecutor()
    const folder = mkdtempSync(join(tmpdir(), 'lastrites-kill-'))
    const programs = join(folder, 'programs')
    const text = Array.from({ length: 2000 }, (_, i) => [`p ${i} -s`, ...LIVELY, '.', ''].join('\n')).join('')
    writeFileSync(programs, text)
    const state = () =>
      ['/proc/self/mounts', '/proc/sysvipc/shm', '/proc/sysvipc/sem', '/proc/sysvipc/msg'].map((path) =>
        readFileSync(path, 'utf8'),
      )
    const before = state()
    // The processor's number, taken modulo how many there are, marks what belongs to us.
    const marks: string[] = []
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const mark = String(1_000_000 + process.pid * 300 + kill)
        marks.push(mark)
        const runner = spawn('sh', ['-c', `${executable} $$ ${kill % 2} 0 ${mark} < ${programs} > /dev/null; true`], {
          stdio: 'ignore',
        })
        const ended = new Promise((resolve) => runner.once('close', resolve))
        await new Promise((resolve) => setTimeout(resolve, (kill * 7919) % LATEST))
        runner.kill('SIGKILL')
        await ended
      }
      const left = () => marks.flatMap(executorsWith)
      await until(() => left().length === 0)
      expect(left()).toEqual([])
      expect(state()).toEqual(before)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

interface Seen {
  /** Its mount namespace, the number of which another may bear once it is gone. */
  readonly place: string
  /** Clock ticks after the machine's start. */
  readonly start: number
}

const TICKS = 100

/** The processes that are there, but for those that are not ours to look at. */
const processes = (): Map<string, Seen> =>
  new Map(
    readdirSync('/proc').flatMap((pid): [string, Seen][] => {
      try {
        const place = readlinkSync(`/proc/${pid}/ns/mnt`)
        const [, stat] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/.*\) /s)
        return [[pid, { place, start: Number(stat!.split(' ')[19]) }]]
      } catch {
        return []
      }
    }),
  )

function childrenOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  } catch {
    return []
  }
}

const descendantsOf = (pid: string): readonly string[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)])

const RUNNER_KILLS = 12

describe.runIf(means)('when `lastrites fuzz` is killed', () => {
  it(`at any of ${RUNNER_KILLS} moments of its work, none of its processes is left, and no file`, async () => {
    const here = readlinkSync('/proc/self/ns/mnt')
    const folder = mkdtempSync(join(tmpdir(), 'lastrites-kill-'))
    const killed: Seen[] = []
    try {
      // What is compiled stays, for the next who needs it; it is there before.
      const cache = join(folder, 'cache')
      const environment = { ...process.env, TMPDIR: folder, XDG_CACHE_HOME: cache }
      const fuzz = (runs: string) =>
        spawn(process.execPath, ['dist/scripts/lastrites.js', 'fuzz', '--runs', runs], {
          cwd: new URL('../../', import.meta.url),
          env: environment,
          stdio: 'ignore',
        })
      await new Promise((resolve) => fuzz('1').once('close', resolve))
      const files = () => readdirSync(folder, { recursive: true }).toSorted()
      const before = files()
      for (let kill = 0; kill < RUNNER_KILLS; kill++) {
        const runner = fuzz('1000000')
        const ended = new Promise((resolve) => runner.once('close', resolve))
        const places = () => {
          const there = processes()
          const all = descendantsOf(String(runner.pid)).flatMap((pid) => there.get(pid)?.place ?? [])
          return new Set(all.filter((place) => place !== here))
        }
        await until(() => places().size > 0)
        await new Promise((resolve) => setTimeout(resolve, (kill * 7919) % LATEST))
        const inside = places()
        runner.kill('SIGKILL')
        await ended
        const start = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * TICKS
        for (const place of inside) killed.push({ place, start })
      }
      expect(killed.length).toBeGreaterThanOrEqual(RUNNER_KILLS)
      const left = () =>
        [...processes().values()].filter(({ place, start }) =>
          killed.some((before) => before.place === place && start <= before.start),
        )
      await until(() => left().length === 0)
      expect(left()).toEqual([])
      expect(files()).toEqual(before)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE; !holds() && performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
