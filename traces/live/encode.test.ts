import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { linux } from '../../model/linux.ts'
import type { Syscall } from '../../model/syscall.ts'
import { livePrograms } from './live-programs.ts'
import { encodeProgram } from './encode.ts'
import { numberOfWord } from './numbers.ts'
import { programOf } from './transcript-program.ts'

const source = readFileSync(new URL('executor.c', import.meta.url), 'utf8')

const wordsOf = ({ params }: Syscall): readonly string[] =>
  Object.values(params).flatMap((param) => {
    if (param.kind === 'constant') return [param.word]
    return param.kind === 'word' || param.kind === 'flags' ? param.words : []
  })

describe('the executor', () => {
  for (const syscall of linux.syscalls.values()) {
    it(`is told ${syscall.hashAs} by numbers that are known`, () => {
      for (const word of wordsOf(syscall)) expect(numberOfWord(word)).toBeTypeOf('number')
      const name = MADE_AS[syscall.name] ?? syscall.name
      const isMade = source.includes(`CALL(${name})`) || source.includes(`{"${name}"`)
      expect(isMade || syscall.name === 'rt_sigreturn').toBe(true)
    })
  }

  it('is given every generated program', () => {
    const programs = livePrograms({ rules: linux, seed: 1, maxSteps: 24 })
    for (const program of first(300, programs)) {
      expect(encodeProgram(program, linux)).toHaveLength(program.steps.length)
    }
  })

  it('is given what earlier calls made as references to them', () => {
    const program = programOf([
      'P0  pipe2([0, 1], 0) = 0',
      'P0  fork() = P1',
      'P1  setpgid(P1, 0) = 0',
      'P0  kill(-P1, SIGTERM) = 0',
      'P0  mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000',
      'P0  munmap(0x7f0000001000, 4096) = 0',
      'P0  semget(IPC_PRIVATE, 1, 0600) = S0',
      'P0  semop(S0, [{sem_num=0, sem_op=1, sem_flg=SEM_UNDO}], 1) = 0',
    ])
    expect(encodeProgram(program, linux).map(({ line }) => line)).toEqual([
      `s 0 pipe2 {${'ff'.repeat(64)} 0`,
      's 0 clone 17',
      's 2 setpgid ~2 0',
      's 0 kill -~2 15',
      's 0 mmap 0 8192 1 34 -1 0',
      's 0 munmap =5+4096 4096',
      's 0 semget 0 1 384',
      's 0 semop =7 "000001000010 1',
    ])
  })
})

/** Calls that the executor makes by another. */
const MADE_AS: Readonly<Record<string, string>> = { fork: 'clone', vfork: 'clone', execveat: 'execve' }

function* first<T>(count: number, values: Iterable<T>): Generator<T> {
  let left = count
  for (const value of values) {
    if (left-- === 0) return
    yield value
  }
}
