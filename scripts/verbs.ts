import type { Command } from 'commander'
import type { Verb } from './command.ts'

/** The options by which a verb runs programs under another implementation of Linux. */
const declareTarget = (command: Command): Command =>
  command
    .option('--target <name>', 'run them on another implementation of Linux: a name that doctor lists, or a file')
    .option('--wrap <command>', 'the same, given by a command that runs a program: the processes alone run under it')
    .option('--inside <command>', 'the same, given by a command that all runs inside of; {} stands for what it runs')
    .option(
      '--expected <file>',
      'with --wrap or --inside: what is absent there, and differences with reason and expiry',
    )

/** Every verb; `scripts/<name>.ts` holds its code. */
export const verbs: readonly Verb[] = [
  {
    name: 'tour',
    summary: 'the main job in half a minute: check the model, find some faults, replay the bundled captures',
    example: 'lastrites tour',
    declare: (command) => command.option('--json', 'one JSON document instead of the table'),
    load: async () => (await import('./tour.ts')).tour,
  },
  {
    name: 'check',
    summary: 'run random programs on the model and judge every step by the invariants',
    example: 'lastrites check --runs 2000 --seed 1',
    declare: (command) =>
      command
        .option('--runs <n>', 'programs to run')
        .option('--time <seconds>', 'stop after this long; the default is 10 seconds')
        .option('--seed <n>', 'seed of the first program')
        .option('--path <path>', 'with --seed: where in the shrinking of a failure to start, as printed with it')
        .option('--fault <name>', 'inject a deliberate mistake into the model')
        .option('--list', 'list the faults that --fault knows')
        .option('--json', 'one JSON document')
        .option('--quiet', 'print the verdict alone'),
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'replay',
    summary: 'check strace captures against the model',
    example: 'lastrites replay traces/captures/sem-undo-waiter.strace',
    declare: (command) =>
      command
        .argument(
          '<captures...>',
          'captures, plain or gzip; a directory of them, or of the files of strace -ff; - for standard input',
        )
        .option('--witness <file>', 'what record --witness has written beside it; found by itself if named alike')
        .option('--no-witness', 'look for none')
        .option('--closed', 'nobody outside the capture acted: what it does not explain is a violation')
        .option('--json', 'one JSON document a capture, a line each')
        .option('--quiet', 'print the verdicts alone'),
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'doctor',
    summary: 'what this machine offers, and what each part that is missing would enable',
    example: 'lastrites doctor',
    declare: (command) => command.option('--json', 'one JSON document'),
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'record',
    summary: 'run a command under strace, or follow a process that runs, and check what was recorded',
    example: 'lastrites record -- ls /',
    declare: (command) =>
      command
        .argument('[command...]', 'a program and its arguments, after --')
        .option(
          '-o, --output <file>',
          'the capture, overwritten; without it <program>.strace here, or -2, -3 ... if taken',
        )
        .option('--follow <pid>', 'follow this process and what it makes, until ^C, instead of a command')
        .option(
          '--witness',
          'record tracepoints of the kernel beside it, in <capture>.witness, and check both (root and tracefs)',
        )
        .option('--progress <how>', 'lines so far, on stderr: auto (if that is a terminal), json or none')
        .option('--json', 'one JSON document on stdout; what the command writes there goes to stderr')
        .option('--quiet', 'print the verdict alone')
        .addHelpText(
          'after',
          '\n^C goes to the command, which may end in its own way; a second ^C lets go of it. The replay follows in any case.',
        ),
    load: async () => (await import('./record.ts')).record,
  },
  {
    name: 'run',
    summary: 'run programs, given as transcripts, on the live kernel, and count what comes of them beside what may',
    example: 'lastrites run traces/transcripts/wait.trace --times 100',
    declare: (command) =>
      declareTarget(command)
        .argument(
          '<programs...>',
          'files of transcripts or litmus tests, whose results are not looked at; - for standard input',
        )
        .option('--times <n>', 'runs of each; the default is 100')
        .option('--racy', 'let the processes run freely, on different processors, instead of call by call')
        .option('--json', 'one JSON document a program, a line each')
        .option('--quiet', 'print the verdicts alone'),
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'fuzz',
    summary: 'run random programs on the model and on the live kernel, call by call, and compare',
    example: 'lastrites fuzz --time 20 --seed 1',
    declare: (command) =>
      declareTarget(command)
        .option('--runs <n>', 'programs to run')
        .option('--time <seconds>', 'begin no new program after this long; the default is 10 seconds')
        .option('--seed <n>', 'seed of the programs; the default is 1')
        .option('--fresh', 'new namespaces for each program')
        .option('--racy', 'let the processes run freely, on different processors, instead of call by call')
        .option('--slow', 'compare what /proc shows after each step, not only at the end of a program')
        .option('--fault <name>', 'inject a deliberate mistake into the model, which the kernel then contradicts')
        .option('--save <directory>', 'write each divergence there, as a transcript')
        .option('--json', 'one JSON document')
        .option('--quiet', 'print the verdict alone'),
    load: async () => (await import('./fuzz.ts')).fuzzVerb,
  },
  {
    name: 'faults',
    summary: 'inject every deliberate mistake and show what notices it, with the smallest program',
    example: 'lastrites faults "exit_sem is skipped" --seed 1',
    declare: (command) =>
      command
        .argument('[names...]', 'faults; all of them if none is named')
        .option('--live', 'show which of them the live kernel contradicts, by runs of programs on it')
        .option('--time <seconds>', 'for each fault, at the most; the default is 60 seconds')
        .option('--seed <n>', 'seed')
        .option('--list', 'list the faults and stop')
        .option('--json', 'one JSON document a fault, a line each')
        .option('--quiet', 'print the table without the programs'),
    load: async () => (await import('./faults.ts')).faultsVerb,
  },
  {
    name: 'coverage',
    summary:
      'which outcomes, phases and lifecycle arrows generated programs, captures and live runs have exercised, and how often',
    example: 'lastrites coverage --runs 2000 --live never --quiet',
    declare: (command) =>
      command
        .argument('[captures...]', 'captures, plain or gzip; a directory of them; without any, the bundled ones')
        .option('--runs <n>', 'programs to generate; the default is 20000')
        .option('--live <when>', 'run programs on this kernel: auto (where that is possible), always or never')
        .option('--seed <n>', 'seed of the first program')
        .option('--json', 'one JSON document')
        .option('--quiet', 'list only what nothing has exercised'),
    load: async () => (await import('./coverage.ts')).coverageVerb,
  },
  {
    name: 'claims',
    summary: 'what textbooks, tutorials and man pages say, each with the verdict of the model and of this kernel',
    example: 'lastrites claims flock-before-fork',
    declare: (command) =>
      declareTarget(command)
        .argument('[names...]', 'claims to show in full; a table of all if none is named')
        .option('--live <when>', 'run the histories on this kernel: auto (where that is possible), always or never')
        .option('--list', 'list the names and stop')
        .option('--json', 'one JSON document a claim, a line each')
        .option('--quiet', 'print the verdicts and names alone'),
    load: async () => (await import('./claims.ts')).claims,
  },
]
