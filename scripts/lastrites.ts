#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { EXIT, UsageError, type ExitCode } from './command.ts'
import { verbs } from './verbs.ts'

const EXITS = `
Exit codes: 0 holds, conforms, done; 1 a violation or counterexample was found; 2 bad usage or input;
3 the environment lacks something; 4 nothing wrong found, but part was not modelled or a budget was spent.`

/** Errors by which other rooms say that what they were given is no capture, no program, or none that can be run. */
const MISTAKEN: ReadonlySet<string> = new Set(['CaptureError', 'NoProgram', 'CannotEncode', 'TargetFileError'])

let exitCode: ExitCode = EXIT.holds

const program = new Command('lastrites')
  .description(
    'An executable formal model of how Linux ends a process and cleans up after it, and a conformance checker.',
  )
  .addHelpText('after', EXITS)
  .exitOverride()

for (const verb of verbs) {
  const command = program
    .command(verb.name)
    .description(verb.summary)
    .addHelpText('after', `\nExample:\n  ${verb.example}`)
  verb.declare(command)
  command.exitOverride().action(async (...taken: unknown[]) => {
    const options = command.opts()
    const run = await verb.load()
    exitCode = await run(positionals(taken), options)
  })
}

/** Commander passes arguments, then options, then the command. */
function positionals(taken: readonly unknown[]): string[] {
  return taken
    .slice(0, -2)
    .flat()
    .filter((value): value is string => typeof value === 'string')
}

// Whoever writes is told what went wrong; the event alone would end the process with a stack trace.
process.stdout.on('error', () => undefined)

try {
  await program.parseAsync()
  process.exitCode = exitCode
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.holds : EXIT.usage
  if (error instanceof Error && error.name === 'LacksMeans') {
    process.stderr.write(`lastrites: ${error.message}\n`)
    return EXIT.environment
  }
  if (error instanceof UsageError || (error instanceof Error && MISTAKEN.has(error.name))) {
    process.stderr.write(`lastrites: ${error.message}\n`)
    return EXIT.usage
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EPIPE')) {
    // A reader that went away wants no message; a full disk loses output and must be said.
    if (error.code === 'ENOSPC') process.stderr.write('lastrites: the disk is full: the output is not complete\n')
    return EXIT.environment
  }
  throw error
}
