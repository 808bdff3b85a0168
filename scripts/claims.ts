import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import {
  conclude,
  judge,
  readClaim,
  TOPICS,
  type Claim,
  type Evidence,
  type History,
  type LiveVerdict,
  type ModelVerdict,
  type Verdict,
} from '../traces/claim.ts'
import { ClaimRuns, type LiveFinding } from '../traces/live/claim-runs.ts'
import type { TargetReport } from '../traces/live/expectations.ts'
import { LacksMeans } from '../traces/live/means.ts'
import type { Target } from '../traces/live/target.ts'
import { EXIT, text, unknownName, UsageError, write, type ExitCode, type Run } from './command.ts'
import { describeTarget, describeUnmet, targetOf } from './target.ts'
import { root } from './root.ts'

const folder = join(root, 'traces', 'claims')

/** A claim with what came out. */
interface Judged {
  readonly claim: Claim
  readonly histories: readonly (History & Evidence & Omit<LiveFinding, 'live'>)[]
  readonly verdict: Verdict
  /** Of a target it is expected that the verdict is not that of Linux. */
  readonly isExpected?: boolean
}

export const claims: Run = async (ids, options) => {
  const ledger = readLedger()
  if (options.list === true) {
    await write(`${ledger.map(({ id }) => id).join('\n')}\n`)
    return EXIT.holds
  }
  const chosen = ids.length === 0 ? ledger : ids.map((id) => claimNamed(id, ledger))
  const target = targetOf(options)
  const { runs, lacks } = await prepare(options.live === undefined ? 'auto' : text(options.live), target)
  const judged: Judged[] = []
  const show = options.json === true ? asJson(target) : ids.length > 0 ? inFull : asRow
  if (options.json !== true && ids.length === 0 && options.quiet !== true) await write(legend(target))
  try {
    for (const claim of chosen) {
      const found = await judgeClaim(claim, runs, lacks)
      if (options.json !== true && ids.length === 0 && judged.at(-1)?.claim.topic !== claim.topic)
        await write(`\n${pc.bold(claim.topic)}\n`)
      judged.push(found)
      await write(show(found, options.quiet === true))
    }
  } finally {
    await runs?.close()
  }
  if (options.json !== true && ids.length === 0) await write(summary(judged, runs?.report()))
  return exitOf(judged)
}

/** Every claim of the package, by topic and name. */
export function readLedger(): Claim[] {
  const read = readdirSync(folder)
    .filter((file) => /\.(claim|c)$/.test(file))
    .map((file) => readClaim(readFileSync(join(folder, file), 'utf8'), file))
  return TOPICS.flatMap((topic) =>
    read.filter((claim) => claim.topic === topic).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )
}

function claimNamed(id: string, ledger: readonly Claim[]): Claim {
  const found = ledger.find((claim) => claim.id === id)
  if (found !== undefined) return found
  throw unknownName(
    'claim',
    id,
    ledger.map((claim) => claim.id),
  )
}

/** The live side, or why there is none. Errors: LacksMeans, when there must be one. */
async function prepare(live: string, target: Target | undefined): Promise<{ runs?: ClaimRuns; lacks?: string }> {
  if (target !== undefined) {
    if (live === 'never') throw new UsageError('--live never runs nothing on a target')
    return { runs: await ClaimRuns.prepare(folder, target) }
  }
  if (live === 'never') return { lacks: 'it was not asked for' }
  if (live !== 'auto' && live !== 'always') throw new UsageError(`--live takes auto, always or never, not "${live}"`)
  try {
    return { runs: await ClaimRuns.prepare(folder) }
  } catch (error) {
    if (live === 'auto' && error instanceof LacksMeans) return { lacks: error.message }
    throw error
  }
}

async function judgeClaim(claim: Claim, runs: ClaimRuns | undefined, lacks: string | undefined): Promise<Judged> {
  const models = claim.histories.map((history) => judge(claim, history))
  const live: readonly LiveFinding[] =
    (await runs?.run(claim, models)) ?? models.map(() => ({ live: 'not run', why: lacks ?? '' }))
  const histories = claim.histories.map((history, index) => ({ ...history, ...live[index]!, model: models[index]! }))
  const verdict = conclude(claim, histories)
  const isExpected = isOtherwise({ claim, verdict }) && runs?.isExpected(claim.id) === true
  return { claim, histories, verdict, ...(isExpected && { isExpected }) }
}

const isOtherwise = ({ claim, verdict }: Pick<Judged, 'claim' | 'verdict'>): boolean =>
  verdict !== 'undecided' && verdict !== claim.expected

const isUnexpected = (judged: Judged): boolean => isOtherwise(judged) && judged.isExpected !== true

const isFound = (judged: Judged): boolean => isUnexpected(judged) || judged.histories.some(({ diverges }) => diverges)

export function exitOf(judged: readonly Judged[]): ExitCode {
  if (judged.some(isFound)) return EXIT.found
  return judged.some(({ verdict }) => verdict === 'undecided') ? EXIT.undecided : EXIT.holds
}

const legend = (
  target: Target | undefined,
): string => `What textbooks, tutorials and man pages say about the end of processes, and what Linux does.

model    whether the model allows what is claimed
live     whether ${target?.name ?? 'this kernel'} was seen doing it
verdict  true: always as claimed; false: never; incomplete: sometimes, and the line "but" says what happens otherwise
`

/** Of all histories that go as claimed: what is worst for the claim. */
function asClaimed({ histories }: Judged): { model: ModelVerdict; live: LiveVerdict } {
  const own = histories.filter(({ role }) => role === 'as claimed')
  const model = (['forbidden', 'undecided'] as const).find((word) => own.some((history) => history.model === word))
  const live = (['not run', 'not seen'] as const).find((word) => own.some((history) => history.live === word))
  return { model: model ?? 'allowed', live: live ?? 'seen' }
}

/** What happens instead: the histories that the claim leaves no room for, and that happen nevertheless. */
const otherwise = ({ histories }: Judged): string[] =>
  histories
    .filter(({ role, model, live }) => role === 'otherwise' && (model === 'allowed' || live === 'seen'))
    .map(({ title }) => title)

const COLOUR = {
  true: pc.green,
  false: pc.red,
  incomplete: pc.yellow,
  undecided: pc.dim,
  disputed: pc.magenta,
} as const
const LEFT = 36

function asRow(judged: Judged, quiet: boolean): string {
  const { claim, verdict } = judged
  const { model, live } = asClaimed(judged)
  const head = `${COLOUR[verdict](verdict.padEnd(12))}${model.padEnd(12)}${live.padEnd(LEFT - 24)}`
  if (quiet) return `${head}${claim.id}\n`
  const lines = [
    ...wrapped(claim.claim),
    ...otherwise(judged)
      .flatMap((title) => wrapped(`but: ${title}`))
      .map(pc.cyan),
    ...wrapped(`${claim.because} (${claim.source})`).map(pc.dim),
  ]
  return lines.map((line, index) => `${index === 0 ? head : ' '.repeat(LEFT)}${line}\n`).join('')
}

function wrapped(sentence: string): string[] {
  const width = Math.max(40, Math.min(process.stdout.isTTY ? process.stdout.columns : 120, 140) - LEFT)
  const lines: string[] = []
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

function inFull(judged: Judged): string {
  const { claim, histories, verdict } = judged
  const lines = [
    pc.bold(claim.claim),
    '',
    `  verdict  ${COLOUR[verdict](verdict)}`,
    `  because  ${claim.because}`,
    `  source   ${claim.source}`,
    `  said in  ${claim.origin}`,
  ]
  for (const { role, title, model, live, why, lines: history } of histories) {
    lines.push('', `  ${role}: ${title}`)
    lines.push(`  model: ${model}; live: ${live}${why === undefined ? '' : ` (${why})`}`)
    lines.push(...history.map((line) => `    ${pc.dim(line)}`))
  }
  if (claim.program !== null) lines.push('', ...codeOf(claim.program).map((line) => `    ${pc.dim(line)}`))
  return `${lines.join('\n')}\n\n`
}

/** A program without the head that says what it is for. */
function codeOf(program: string): string[] {
  const lines = program.trimEnd().split('\n')
  return lines.slice(lines.findIndex((line) => !line.startsWith('//')))
}

const asJson =
  (target: Target | undefined) =>
  (judged: Judged): string => {
    const { claim, histories, verdict, isExpected } = judged
    const { id, origin, topic, expected, because, source, program } = claim
    return `${JSON.stringify({
      id,
      claim: claim.claim,
      origin,
      ...asClaimed(judged),
      verdict,
      ...(target !== undefined && { target: target.name }),
      ...(isExpected === true && { isExpected }),
      transcript: histories[0]!.lines.join('\n') || null,
      topic,
      expected,
      because,
      source,
      program,
      histories: histories.map(({ role, title, model, live, why, diverges, lines }) => ({
        role,
        title,
        model,
        live,
        ...(why !== undefined && { why }),
        ...(diverges && { diverges }),
        transcript: lines.join('\n') || null,
      })),
    })}\n`
  }

function summary(judged: readonly Judged[], target: TargetReport | undefined): string {
  const count = (word: Verdict): number => judged.filter(({ verdict }) => verdict === word).length
  const all = judged.flatMap(({ histories }) => histories)
  const parts = (['true', 'false', 'incomplete', 'undecided', 'disputed'] as const)
    .filter((word) => count(word) > 0)
    .map((word) => `${count(word)} ${word}`)
  const ran = all.filter(({ live }) => live !== 'not run').length
  const reasons = new Set(all.flatMap(({ live, why }) => (live === 'not run' && why !== undefined ? [why] : [])))
  const met = target && { ...target, differences: target.differences.filter(({ times }) => times > 0) }
  return [
    '',
    `${judged.length} claims: ${parts.join(', ')}. ${all.length} histories, of which ${ran} were run on ${target?.name ?? 'this kernel'}.`,
    ...[...reasons].map((why) => `Not run live: ${why}.`),
    ...`${describeTarget(met, '  ')}${describeUnmet([met], '  ')}`.split('\n').filter(Boolean),
    ...judged
      .filter(isUnexpected)
      .map(({ claim, verdict }) => `${pc.red('unexpected')}: ${claim.id} is ${verdict}, not ${claim.expected}`),
    ...all.flatMap(({ diverges, title, why }) => (diverges ? [`${pc.red('diverges')}: ${title}: ${why ?? ''}`] : [])),
    'Next: npx lastrites claims NAME shows the histories of one; --quiet and --list give the names.',
    '',
  ].join('\n')
}
