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
    const begun = performance.now()
    expect(await inFreeRuns(5, 'P0  vfork( <unfinished ...>', 'P1  getpid() = P1')).toEqual(['allowed'])
    // Whom the kernel holds up is waited for, 5 s a run.
    expect(performance.now() - begun).toBeLessThan(15_000)
  })
})

async function inFreeRuns(times: number, ...lines: readonly string[]): Promise<readonly string[]> {
  const free = await start({ racy: true })
  try {
    return await verdictsOf(free!, programOf(lines), times)
  } finally {
    await free?.close()
  }
}

describe.runIf(executor !== undefined)('where processes run freely', () => {
  it('who waits for children of its group is not woken when they leave the group', async () => {
    const leaving = [
      ...['P0  fork() = P1', 'P0  wait4(0, NULL, 0, NULL <unfinished ...>', 'P1  setsid() = P1'],
      ...['P1  fork() = P2', 'P1  kill(0, SIGUSR1 <unfinished ...>'],
    ]
    expect(await inFreeRuns(60, ...leaving)).toEqual(['allowed'])
  })

  it('who sleeps in a read sleeps on when O_NONBLOCK is set', async () => {
    const setting = [
      ...['P0  pipe2([0, 1], 0) = 0', 'P0  fork() = P1', 'P1  read(0, "", 1 <unfinished ...>'],
      ...['P0  fcntl(0, F_SETFL, O_NONBLOCK) = 0', 'P0  getpid() = P0'],
    ]
    expect(await inFreeRuns(60, ...setting)).toEqual(['allowed'])
  })

  it('the wait status of a dead main thread cannot be seen while the others are stopped', async () => {
    const stopping = [
      'P0  fork() = P1',
      'P1  clone3({flags=CLONE_VM|CLONE_SIGHAND|CLONE_THREAD, exit_signal=0}, 88) = P2',
      'P1  exit(3) = ?',
      'P2  kill(P2, SIGSTOP) = 0',
    ]
    expect(await inFreeRuns(60, ...stopping)).toEqual(['allowed'])
  })

  it('a long write to a terminal that hangs up meanwhile leaves nothing, all or a part', async () => {
    const text = 'a'.repeat(3000)
    const hangingUp = [
      ...['P0  openpty([0, 1]) = 0', 'P0  fork() = P1', 'P1  close(0) = 0'],
      ...[`P1  write(1, "${text}", 3000) = 3000`, 'P0  close(0) = 0'],
    ]
    expect(await inFreeRuns(300, ...hangingUp)).toEqual(['allowed'])
  })

  it('a long write to a terminal leaves what it has written when a signal comes', async () => {
    const interrupting = [
      ...['P0  openpty([0, 1]) = 0', 'P0  fork() = P1', `P1  write(1, "${'a'.repeat(3000)}", 3000) = 3000`],
      ...['P0  kill(P1, SIGSTOP) = 0', 'P0  kill(P1, SIGCONT) = 0'],
    ]
    expect(await inFreeRuns(300, ...interrupting)).toEqual(['allowed'])
  })

  it('who was chosen for a stop that SIGCONT took away may be passed over by the next fatal signal', async () => {
    const sent = ['SIGSTOP', 'SIGCONT', 'SIGTERM', 'SIGHUP'].map((signal) => `P0  kill(P1, ${signal}) = 0`)
    expect(await inFreeRuns(100, 'P0  fork() = P1', ...sent, 'P0  wait4(P1, NULL, 0, NULL) = P1')).toEqual(['allowed'])
  })

  it('a handler may be about to start when the next signal would have taken its signal away', async () => {
    const action = '{sa_handler=0x4000, sa_mask=[], sa_flags=0}'
    const handled = ['SIGTSTP', 'SIGCONT'].map((signal) => `P1  rt_sigaction(${signal}, ${action}, NULL, 8) = 0`)
    const sent = ['SIGTSTP', 'SIGCONT', 'SIGTSTP', 'SIGCONT'].map((signal) => `P0  kill(P1, ${signal}) = 0`)
    expect(await inFreeRuns(200, 'P0  fork() = P1', ...handled, ...sent)).toEqual(['allowed'])
  })

  const thread = 'P0  clone3({flags=CLONE_VM|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, exit_signal=0}, 88) = P1'

  it('another thread may take a number between those of files that come with a message', async () => {
    const receiving = [
      ...['P0  socketpair(AF_UNIX, SOCK_STREAM, 0, [0, 1]) = 0', 'P0  pipe2([2, 3], 0) = 0', thread],
      ...['P0  sendmsg(0, "abc", 3, [2, 3, 2], 0) = 3', 'P0  recvmsg(1, "abc", 3, [4, 5, 6], 0) = 3'],
      ...['P1  dup(0) = 7', 'P1  close(7) = 0', 'P1  dup(0) = 7', 'P1  dup2(0, 5) = 5', 'P1  dup2(0, 4) = 4'],
    ]
    expect(await inFreeRuns(200, ...receiving)).toEqual(['allowed'])
  })

  it('another thread may find the master of a terminal, and close it, before its slave is open', async () => {
    const closing = [thread, 'P0  openpty([0, 1]) = 0', ...each(5, () => 'P1  close(0) = 0'), 'P1  close(1) = 0']
    expect(await inFreeRuns(200, ...closing)).toEqual(['allowed'])
  })
})
