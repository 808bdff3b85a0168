import { linux } from '../model/linux.ts'
import type { Rules } from '../model/rules.ts'
import { checkTranscript } from './transcript.ts'

/**
 * What is said of the end of processes and of the clean-up after them, with the histories that decide it. A file a claim:
 * `<id>.claim` holds histories in the notation of transcripts; `<id>.c` holds a program, whose comments are the same head,
 * for what the model does not cover: the C library, sockets, shells.
 */
export interface Claim {
  readonly id: string
  /** The claim in our own words. */
  readonly claim: string
  readonly topic: Topic
  /** The kind of source that says so. */
  readonly origin: Origin
  /** What is to come out. Tests compare it with what does. */
  readonly expected: Truth
  /** Why, in one line. */
  readonly because: string
  /** Man page, POSIX, or function of the kernel. */
  readonly source: string
  readonly histories: readonly History[]
  /** The text of the C program that runs the histories by their number, or null: they are transcripts. */
  readonly program: string | null
}

/** One history that bears on a claim. */
export interface History {
  /** It goes as the claim says, or in a way that the claim leaves no room for. */
  readonly role: Role
  /** A sentence about what happens in it. */
  readonly title: string
  /** Lines in strace's notation; none if only a program shows it. */
  readonly lines: readonly string[]
  /** 1-based line of its head in the file. */
  readonly at: number
}

export const ROLES = ['as claimed', 'otherwise'] as const
export type Role = (typeof ROLES)[number]

/** In the order of the printed ledger. */
export const TOPICS = [
  'exit',
  'descriptors and files',
  'pipes',
  'file locks',
  'System V shared memory',
  'System V semaphores',
  'message queues',
  'POSIX semaphores and mutexes',
  'memory',
  'orphans',
  'process groups, sessions and terminals',
  'signals',
  'zombies and wait',
  'sockets',
] as const
export type Topic = (typeof TOPICS)[number]

export const ORIGINS = ['textbook', 'tutorial', 'man page', 'POSIX', 'questions and answers', 'folklore'] as const
export type Origin = (typeof ORIGINS)[number]

/** Always as claimed; never; sometimes. */
export const TRUTHS = ['true', 'false', 'incomplete'] as const
export type Truth = (typeof TRUTHS)[number]

/** Of one history: the model allows it, forbids its last line, or does not know. */
export type ModelVerdict = 'allowed' | 'forbidden' | 'undecided'
/** Of one history: a kernel did this when it was run, did something else, or was not asked. */
export type LiveVerdict = 'seen' | 'not seen' | 'not run'
/** Of a claim. Disputed: a kernel was seen doing what the model forbids. */
export type Verdict = Truth | 'undecided' | 'disputed'

export interface Evidence {
  readonly model: ModelVerdict
  readonly live: LiveVerdict
}

/** A mistake in a file of the ledger. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError'
}

const KEYS = ['claim', 'topic', 'origin', 'expected', 'because', 'source'] as const

/** The claim of a file, named after the file. Throws ClaimError with the place of a mistake. */
export function readClaim(text: string, file: string): Claim {
  const [, id, extension] = /^(.+)\.(claim|c)$/.exec(file) ?? []
  if (id === undefined) throw new ClaimError(`${file}: expected a file named <id>.claim or <id>.c`)
  const program = extension === 'c' ? text : null
  const fields = new Map<string, string>()
  const histories: (History & { readonly lines: string[] })[] = []
  for (const [index, line] of (program === null ? text.split('\n') : headOf(text)).entries()) {
    const role = ROLES.find((candidate) => line.startsWith(`# ${candidate}: `))
    const [, key, value] = /^# ([a-z]+): (.+)$/.exec(line) ?? []
    if (role !== undefined) {
      histories.push({ role, title: line.slice(role.length + 4), lines: [], at: index + 1 })
    } else if (key !== undefined && (KEYS as readonly string[]).includes(key) && !fields.has(key)) {
      fields.set(key, value!)
    } else if (line.trim() !== '') {
      const last = histories.at(-1)
      if (last === undefined || line.startsWith('#'))
        throw new ClaimError(
          `${file}:${index + 1}: expected "# key: ..." with one of ${[...KEYS, ...ROLES].join(', ')}`,
        )
      last.lines.push(line)
    }
  }
  const field = (key: (typeof KEYS)[number]): string => {
    const value = fields.get(key)
    if (value === undefined) throw new ClaimError(`${file}: expected a line "# ${key}: ..."`)
    return value
  }
  const oneOf = <T extends string>(key: (typeof KEYS)[number], known: readonly T[]): T => {
    const found = known.find((candidate) => candidate === field(key))
    if (found === undefined) throw new ClaimError(`${file}: ${key} "${field(key)}" is none of ${known.join(', ')}`)
    return found
  }
  for (const role of ROLES)
    if (!histories.some((history) => history.role === role))
      throw new ClaimError(`${file}: expected a history "# ${role}: ..."`)
  return {
    id,
    claim: field('claim'),
    topic: oneOf('topic', TOPICS),
    origin: oneOf('origin', ORIGINS),
    expected: oneOf('expected', TRUTHS),
    because: field('because'),
    source: field('source'),
    histories,
    program,
  }
}

/** The head of a C file: the text of the comments with which it begins. */
function headOf(text: string): string[] {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, '').replace(/^(?=[a-z ]+: )/, '# '))
}

/**
 * What the model says of a history. A history that is forbidden must be allowed up to its last line: only that line is
 * what the claim is about. Throws ClaimError otherwise.
 */
export function judge(claim: Claim, { lines, at }: History, rules: Rules = linux): ModelVerdict {
  if (lines.length === 0) return 'undecided'
  const { violations, undecided } = checkTranscript(lines, rules)
  const early = violations.find(({ line }) => line !== lines.length)
  if (early !== undefined)
    throw new ClaimError(
      `${claim.id}:${at + early.line}: forbidden before the last line: ${early.seen}; allowed: ${early.allowed.join(' | ')}`,
    )
  if (violations.length > 0) return 'forbidden'
  return undecided.length > 0 ? 'undecided' : 'allowed'
}

/** The verdict on a claim, from what was found of each of its histories, in their order. */
export function conclude(claim: Claim, evidence: readonly Evidence[]): Verdict {
  if (evidence.some(({ model, live }) => model === 'forbidden' && live === 'seen')) return 'disputed'
  const found = (role: Role): (boolean | undefined)[] =>
    evidence.filter((_, index) => claim.histories[index]!.role === role).map(happens)
  const asClaimed = found('as claimed')
  const otherwise = found('otherwise')
  if ([...asClaimed, ...otherwise].includes(undefined)) return 'undecided'
  if (!otherwise.includes(true)) return asClaimed.includes(false) ? 'undecided' : 'true'
  return asClaimed.includes(true) ? 'incomplete' : 'false'
}

/** Whether a history can happen: seen is proof; the model decides else; where it does not know, what was not seen counts. */
function happens({ model, live }: Evidence): boolean | undefined {
  if (live === 'seen' || model === 'allowed') return true
  if (model === 'forbidden') return false
  return live === 'not seen' ? false : undefined
}
