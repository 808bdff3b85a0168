import { spawn } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { linux } from '../../model/linux.ts'
import type { Program } from '../../model/program.ts'
import { describeDivergence } from './divergence.ts'
import { Executor, type ExecutorOptions, type RunOptions } from './executor.ts'
import { judge } from './judge.ts'
import { LacksMeans } from './means.ts'
import { programOf } from './transcript-program.ts'

const start = (options?: ExecutorOptions): Promise<Executor | undefined> =>
  Executor.start(options).catch((error: unknown) => {
    if (error instanceof LacksMeans) return undefined
    throw error
  })

const executor = await start()
afterAll(() => executor?.close())

/** What so many runs of a program came to, each word once. */
async function verdictsOf(
  runner: Executor,
  program: Program,
  times: number,
  options: RunOptions = {},
): Promise<readonly string[]> {
  const words = new Set<string>()
  for (let run = 0; run < times; run++) {
    const live = await runner.run(program, options)
    const verdict = judge(live, { unprivileged: runner.unprivileged })
    if (verdict.verdict === 'divergence') words.add(describeDivergence(live, verdict, linux).seen)
    else words.add(verdict.verdict === 'undecided' ? verdict.why : verdict.verdict)
  }
  return [...words]
}

const each = (count: number, line: (number: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => line(index + 1))

describe.runIf(executor !== undefined)('all has come to rest', () => {
  // One mutex guards all of the machine's terminals as they are made. Source: drivers/tty/tty_io.c tty_mutex.
  it('only when the kernel holds nobody up for what others on the machine have', async () => {
    const others = each(2, () => 'while :; do : < /dev/ptmx; done').map((script) => spawn('sh', ['-c', script]))
    try {
      const making = [
        ...['P0  openpty([0, 1]) = 0', 'P0  close(0) = 0', 'P0  close(1) = 0', 'P0  openpty([0, 1]) = 0'],
        ...['P0  fork() = P1', 'P1  close(0) = 0', 'P1  openpty([0, 2]) = 0', 'P0  close(0) = 0', 'P0  close(1) = 0'],
      ]
      expect(await verdictsOf(executor!, programOf(making), 300)).toEqual(['allowed'])
    } finally {
      for (const other of others) other.kill('SIGKILL')
    }
  })

  it('in one moment, however many time-outs come while the state is read', async () => {
    const waiting = [
      'P0  semget(IPC_PRIVATE, 1, 0600) = S0',
      ...each(6, (number) => `P0  fork() = P${number}`),
      ...each(6, (number) => {
        const nanoseconds = 6_000_000 + 700_000 * number
        return `P${number}  semtimedop(S0, [{sem_num=0, sem_op=-1, sem_flg=0}], 1, {tv_sec=0, tv_nsec=${nanoseconds}}) = -1 EAGAIN`
      }),
      ...each(20, () => 'P0  getpid() = P0'),
    ]
    expect(await verdictsOf(executor!, programOf(waiting), 60, { snapshots: 'steps' })).toEqual(['allowed'])
  })

  it('at once in a free run in which somebody waits for its vfork child', async () => {
    const free = await start({ racy: true })
    try {
      const begun = performance.now()
      const waiting = programOf(['P0  vfork( <unfinished ...>', 'P1  getpid() = P1'])
      expect(await verdictsOf(free!, waiting, 5)).toEqual(['allowed'])
      // Whom the kernel holds up is waited for, 5 s a run.
      expect(performance.now() - begun).toBeLessThan(15_000)
    } finally {
      await free?.close()
    }
  })
})
