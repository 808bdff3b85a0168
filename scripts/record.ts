import { accessSync, constants, existsSync, rmSync, statSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { record as begin, type Recorded, type Recording, type Subject } from '../traces/live/record.ts'
import { beginWitness, type WitnessRecording } from '../traces/live/witness.ts'
import { readWitness, witnessOf } from '../traces/witness/open.ts'
import { checkCapture } from '../traces/check/check-capture.ts'
import { explain } from '../traces/check/explain.ts'
import { text, UsageError, wholeNumber, write, type ExitCode, type Run } from './command.ts'
import { exitOf } from './replay.ts'

export const record: Run = async (words, options) => {
  const subject = subjectOf(words, options.follow)
  const file = options.output === undefined ? freeName(subject) : text(options.output)
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw new UsageError(`${file} is a directory`)
  const show = progressOf(options)
  const recorded = await recordTo(file, subject, {
    stdoutAside: options.json === true,
    witness: options.witness === true ? witnessOf(file) : undefined,
    ...(show && { progress: show }),
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
  if (recorded.lines === 0) {
    rmSync(file)
    if (options.witness === true) rmSync(witnessOf(file))
    throw new UsageError(`nothing was recorded${recorded.said === '' ? '' : `: ${recorded.said.trim()}`}`)
  }
  return report(file, recorded, options)
}

function subjectOf(words: readonly string[], follow: unknown): Subject {
  const [program, ...args] = words
  if (follow !== undefined) {
    if (program !== undefined) throw new UsageError('record takes a command, or --follow with a process, not both')
    const pid = wholeNumber('--follow', follow)
    if (!existsSync(`/proc/${pid}`)) throw new UsageError(`--follow ${pid}: there is no such process`)
    return { pid }
  }
  if (program === undefined) throw new UsageError('record takes a command: lastrites record -- ls -l')
  if (!isProgram(program)) throw new UsageError(`${program}: there is no such program`)
  return { command: [program, ...args] }
}

function isProgram(name: string): boolean {
  const places = name.includes('/') ? [name] : (process.env.PATH ?? '').split(delimiter).map((path) => join(path, name))
  return places.some((path) => {
    try {
      accessSync(path, constants.X_OK)
      return statSync(path).isFile()
    } catch {
      return false
    }
  })
}

/** `<program>.strace` in the current directory, or the first of `<program>-2.strace` and so on that is not there. */
function freeName(subject: Subject): string {
  const name = 'pid' in subject ? `pid-${subject.pid}` : basename(subject.command[0])
  for (let n = 1; ; n++) {
    const file = `${name}${n === 1 ? '' : `-${n}`}.strace`
    if (!existsSync(file)) return file
  }
}

function progressOf({ progress, quiet }: Readonly<Record<string, unknown>>): ((lines: number) => void) | undefined {
  const how = progress === undefined ? 'auto' : text(progress)
  if (!/^(auto|json|none)$/.test(how)) throw new UsageError(`--progress takes auto, json or none, not "${how}"`)
  if (how === 'json') return (lines) => void process.stderr.write(`${JSON.stringify({ lines })}\n`)
  if (how === 'none' || quiet === true || !process.stderr.isTTY) return undefined
  return (lines) => void process.stderr.write(`\rrecorded ${lines} lines\u001B[K`)
}

/**
 * The first ^C is the command's: it may end as it likes, and is recorded as it does. After the second, or a SIGTERM,
 * strace lets go, and what is there is replayed.
 */
async function recordTo(
  file: string,
  subject: Subject,
  { witness, ...options }: { stdoutAside: boolean; progress?: (lines: number) => void; witness: string | undefined },
): Promise<Recorded> {
  let recording: Recording | undefined
  let beside: WitnessRecording | undefined
  let interrupts = 0
  const onInterrupt = () => {
    if (++interrupts > 1) recording?.letGo()
    // A terminal has sent it to everybody in the foreground already.
    else if (!process.stdin.isTTY) recording?.interrupt()
  }
  const onTerminate = () => recording?.letGo()
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
  try {
    if (witness !== undefined) beside = beginWitness(subject, witness)
    recording = begin(subject, { file, ...options })
    if (recording.pid !== undefined) beside?.follow(recording.pid)
    const recorded = await recording.over
    await beside?.finish()
    return recorded
  } finally {
    beside?.abandon()
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
  }
}

async function report(
  file: string,
  { ended }: Recorded,
  options: Readonly<Record<string, unknown>>,
): Promise<ExitCode> {
  const witness = options.witness === true ? await readWitness(witnessOf(file)) : undefined
  const verdict = await checkCapture(file, { witness })
  if (options.json === true) await write(`${JSON.stringify({ ...verdict, ended: ended ?? null })}\n`)
  else {
    const how =
      ended === undefined
        ? 'strace let go before the end'
        : 'exited' in ended
          ? `the command exited with ${ended.exited}`
          : `the command was killed by ${ended.killedBy}`
    await write(
      `${options.quiet === true ? `${verdict.verdict}  ${file}\n` : explain(verdict)}  recorded   ${file}: ${how}\n`,
    )
  }
  return exitOf([verdict])
}
