import { expect, it } from 'vitest'
import { flagSet } from '../../model/params.ts'
import { Play } from '../../model/testing/play.ts'
import { compareNamedSemaphores } from './named-semaphores-shown.ts'

/** What is otherwise than in a model in which /s stands at 0, a child waits for it, and /t has lost its name. */
function differences(text: string | undefined): readonly string[] {
  const k = new Play()
  const open = (name: string, value: number) =>
    k.call(Play.first, 'sem_open', { name, oflag: flagSet('O_CREAT'), mode: 0o600, value }) as number
  const sem = open('/s', 0)
  open('/t', 1)
  k.call(Play.first, 'sem_unlink', { name: '/t' })
  k.step(k.fork(Play.first), 'sem_wait', { sem })
  const found: string[] = []
  compareNamedSemaphores(text, k.kernel, {
    check: (what, live, model) => live !== model && found.push(`${what}: ${String(live)}, ${String(model)}`),
  })
  return found
}

it('the names, values and waiters of named semaphores are compared', () => {
  expect(differences('/s 0 1,')).toEqual([])
  expect(differences('/s 1 1,')).toEqual(['value of semaphore /s: 1, 0'])
  expect(differences('/s 0 0,')).toEqual(['waiters of semaphore /s: 0, 1'])
  expect(differences('')).toEqual(['names of semaphores: , /s'])
  expect(differences('/s 0 1,/t 1 0,')).toEqual(['names of semaphores: /s /t, /s'])
})

it('who died waiting for a named semaphore stays among its waiters', () => {
  expect(differences('/s 0 5,')).toEqual([])
})

it('where nobody looked at named semaphores, none is missed', () => {
  expect(differences(undefined)).toEqual([])
})
