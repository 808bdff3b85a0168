import { linux } from '../../model/linux.ts'
import type { Program } from '../../model/program.ts'
import { defaultAction } from '../../model/signals.ts'
import { Exercised, outcomesOf, type Coverage } from '../../properties/exercised.ts'
import { CannotEncode } from './encode.ts'
import { Executor } from './executor.ts'
import { judge } from './judge.ts'
import { livePrograms } from './live-programs.ts'
import type { LiveRun } from './live-run.ts'

export interface LiveCoverageOptions {
  readonly seed: number
  /** Generated programs. */
  readonly runs: number
  /** Programs that are run beside them. */
  readonly programs?: readonly Program[]
}

/** Fates of signals that a run shows. */
const SEEN_FATES = ['handler', 'stop', 'death', 'death with a core dump'] as const

/** The bit of a wait status that tells of a dump. Source: wait(2) WCOREDUMP. */
const CORE = 0x80

/** Programs under way at once. */
const UNDER_WAY = 64
/** Steps of a generated program at the most. */
const MAX_STEPS = 24

/**
 * What runs on the live kernel exercise. Outcomes are those that the kernel gave; phases, arrows and what becomes of
 * signals are taken from how the model explains the runs. A run that it does not explain counts for nothing.
 * Errors: LacksMeans.
 */
export async function coverLive({ seed, runs, programs = [] }: LiveCoverageOptions): Promise<Coverage> {
  const cover = new LiveCover(await Executor.start())
  try {
    await cover.run(firstOf(programs, livePrograms({ rules: linux, seed, maxSteps: MAX_STEPS }), runs))
  } finally {
    await cover.end()
  }
  return cover.exercised
}

function* firstOf(given: readonly Program[], drawn: Generator<Program>, runs: number): Generator<Program> {
  yield* given
  for (let run = 0; run < runs; run++) yield drawn.next().value as Program
}

class LiveCover {
  readonly exercised = new Exercised(linux)
  private readonly executor: Executor
  private readonly rules = this.exercised.counting(linux)

  constructor(executor: Executor) {
    this.executor = executor
  }

  end(): Promise<void> {
    return this.executor.close()
  }

  async run(programs: Iterable<Program>): Promise<void> {
    const underWay: Promise<LiveRun | undefined>[] = []
    for (const program of programs) {
      underWay.push(this.execute(program))
      if (underWay.length >= UNDER_WAY) this.note(await underWay.shift())
    }
    for (const run of underWay) this.note(await run)
  }

  private async execute(program: Program): Promise<LiveRun | undefined> {
    try {
      return await this.executor.run(program, { patient: program.steps.some(({ call }) => call === 'alarm') })
    } catch (error) {
      if (error instanceof CannotEncode) return undefined
      throw error
    }
  }

  private note(run: LiveRun | undefined): void {
    if (run === undefined) return
    const stop = this.exercised.watchArrows()
    const fates = { ...this.exercised.signals.get_signal! }
    try {
      const unprivileged = this.executor.mode === 'polling'
      if (judge(run, { rules: this.rules, unprivileged }).verdict !== 'allowed') return
    } finally {
      stop()
      // The search for an explanation tries fates that did not come about, too.
      for (const fate of SEEN_FATES) this.exercised.signals.get_signal![fate] = fates[fate]!
    }
    this.noteFates(run)
    this.noteOutcomes(run)
  }

  private noteFates({ sights }: LiveRun): void {
    const counts = this.exercised.signals.get_signal!
    const add = (fate: (typeof SEEN_FATES)[number]) => (counts[fate] = counts[fate]! + 1)
    for (const sight of sights) {
      if (sight.kind === 'signal') add('handler')
      if (sight.kind === 'settled' && [...sight.standings.values()].includes('stopped')) add('stop')
      if (sight.kind !== 'gone' || sight.status === undefined) continue
      // Deaths by other signals may have been decided as these were sent.
      if (defaultAction(sight.status & 0x7f) === 'core') add(sight.status & CORE ? 'death with a core dump' : 'death')
    }
  }

  /**
   * What the kernel gave. That a call was interrupted is seen by EINTR, by a handler that runs before it starts again, or by
   * a stop in the middle.
   */
  private noteOutcomes({ program, sights, results, made }: LiveRun): void {
    const { exercised } = this
    const inCall = new Map<number, number>()
    const noted = new Set<string>()
    const syscallOf = (index: number) => linux.syscalls.get(program.steps[index]!.call)!
    const once = (index: number, outcome: 'sleeps' | 'interrupted') => {
      const { hashAs, interrupted } = syscallOf(index)
      if (interrupted === undefined || noted.has(`${index} ${outcome}`)) return
      noted.add(`${index} ${outcome}`)
      exercised.count(hashAs, outcome)
    }
    for (const sight of sights) {
      switch (sight.kind) {
        case 'enter': {
          inCall.set(sight.tid, sight.index)
          const syscall = syscallOf(sight.index)
          const ends = outcomesOf(syscall).includes('ends') && results[sight.index]!.result === undefined
          if (ends) exercised.count(syscall.hashAs, 'ends')
          break
        }
        case 'leave': {
          inCall.delete(sight.tid)
          const syscall = syscallOf(sight.index)
          if (sight.result === 'EINTR' && syscall.interrupted !== undefined) once(sight.index, 'interrupted')
          else exercised.cameBack(syscall, sight.result)
          break
        }
        case 'signal': {
          const index = inCall.get(sight.tid)
          if (index !== undefined) once(index, 'interrupted')
          break
        }
        case 'settled':
          for (const [tid, index] of inCall) {
            const standing = sight.standings.get(tid)
            if (standing === 'call') once(index, 'sleeps')
            // A vfork whose child is there is over when it lets the stop come.
            if (standing === 'stopped' && !made.has(index + 1)) once(index, 'interrupted')
          }
      }
    }
  }
}
