import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialTransition, setup, transition, type AnyMachineSnapshot, type StateValue } from 'xstate'
import { advance, compile, eventsOf, isFinal, statesOf, type Chart } from './compile.ts'
import { charts } from './index.ts'
import type { MappingEvent, MappingState } from './mapping.ts'
import type { MessageQueueEvent, MessageQueueState } from './message-queue.ts'
import { MissingArrow } from './missing-arrow.ts'
import type { NamedSemaphoreEvent, NamedSemaphoreState } from './named-semaphore.ts'
import type { OpenFileDescriptionEvent, OpenFileDescriptionState } from './open-file-description.ts'
import { paths } from './paths.ts'
import type { PipeEndEvent, PipeEndState } from './pipe-end.ts'
import { posixQueueChart, type PosixQueueEvent, type PosixQueueState } from './posix-queue.ts'
import { processChart, type ProcessEvent, type ProcessState } from './process.ts'
import type { RecordLockEvent, RecordLockState } from './record-lock.ts'
import type { SemaphoreSetEvent, SemaphoreSetState } from './semaphore-set.ts'
import { shmSegmentChart, type ShmSegmentEvent, type ShmSegmentState } from './shm-segment.ts'
import type { SocketEvent, SocketState } from './socket.ts'
import type { TerminalEvent, TerminalState } from './terminal.ts'
import { threadChart, type ThreadEvent, type ThreadState } from './thread.ts'

/** The kernel functions do_exit() calls for the phases of the model, in its order. Source: kernel/exit.c do_exit(). */
const doExit = [
  'exit_signals',
  'exit_itimers',
  'exit_mm',
  'exit_sem',
  'exit_shm',
  'exit_files',
  'exit_fs',
  'disassociate_ctty',
  'exit_task_work',
  'exit_notify',
]

/** Written out by hand, and by `Record` neither more nor less than the exported unions: the compiler checks the types. */
const names: Record<string, { states: string[]; events: string[] }> = {
  thread: {
    states: keys<ThreadState>({
      running: 1,
      'in-call': 1,
      returning: 1,
      execing: 1,
      'exiting.signals': 1,
      'exiting.timers': 1,
      'exiting.mm': 1,
      'exiting.sem': 1,
      'exiting.shm': 1,
      'exiting.files': 1,
      'exiting.fs': 1,
      'exiting.tty': 1,
      'exiting.work': 1,
      'exiting.notify': 1,
      dead: 1,
    }),
    events: keys<ThreadEvent>({
      CALL: 1,
      EFFECT: 1,
      RETURN: 1,
      INTERRUPT: 1,
      EXEC: 1,
      EXEC_DONE: 1,
      EXIT: 1,
      NEXT_PHASE: 1,
      GONE: 1,
    }),
  },
  process: {
    states: keys<ProcessState>({ running: 1, stopped: 1, exiting: 1, zombie: 1, reaped: 1 }),
    events: keys<ProcessEvent>({ STOP: 1, CONTINUE: 1, GROUP_EXIT: 1, LAST_THREAD_GONE: 1, REAP: 1, AUTOREAP: 1 }),
  },
  'open-file-description': {
    states: keys<OpenFileDescriptionState>({ open: 1, releasing: 1, released: 1 }),
    events: keys<OpenFileDescriptionEvent>({ DUPLICATE: 1, PUT: 1, LAST_PUT: 1, RELEASE: 1 }),
  },
  'pipe-end': {
    states: keys<PipeEndState>({ unopened: 1, open: 1, closed: 1, freed: 1 }),
    events: keys<PipeEndEvent>({ OPEN: 1, RELEASE: 1, LAST_RELEASE: 1, FREE: 1 }),
  },
  'record-lock': {
    states: keys<RecordLockState>({ requested: 1, waiting: 1, held: 1, refused: 1, cancelled: 1, released: 1 }),
    events: keys<RecordLockEvent>({
      GRANT: 1,
      BLOCK: 1,
      REFUSE: 1,
      CANCEL: 1,
      REPLACE: 1,
      MERGE: 1,
      UNLOCK: 1,
      CLOSE: 1,
    }),
  },
  'shm-segment': {
    states: keys<ShmSegmentState>({ 'live.unattached': 1, 'live.attached': 1, marked: 1, destroyed: 1 }),
    events: keys<ShmSegmentEvent>({
      ATTACH: 1,
      DETACH: 1,
      LAST_DETACH: 1,
      LAST_DETACH_RMID_FORCED: 1,
      RMID: 1,
      RMID_FORCED: 1,
    }),
  },
  'semaphore-set': {
    states: keys<SemaphoreSetState>({ live: 1, removed: 1 }),
    events: keys<SemaphoreSetEvent>({ SEMOP: 1, SETVAL: 1, UNDO: 1, RMID: 1 }),
  },
  socket: {
    states: keys<SocketState>({ connected: 1, reset: 1, alone: 1, released: 1 }),
    events: keys<SocketEvent>({ PEER_RELEASED: 1, PEER_RESET: 1, REPORT: 1, RELEASE: 1 }),
  },
  'message-queue': {
    states: keys<MessageQueueState>({ live: 1, removed: 1 }),
    events: keys<MessageQueueEvent>({ SEND: 1, RECEIVE: 1, RMID: 1 }),
  },
  'named-semaphore': {
    states: keys<NamedSemaphoreState>({ 'linked.open': 1, 'linked.closed': 1, unlinked: 1, destroyed: 1 }),
    events: keys<NamedSemaphoreEvent>({ OPEN: 1, CLOSE: 1, LAST_CLOSE: 1, UNLINK: 1 }),
  },
  'posix-queue': {
    states: keys<PosixQueueState>({
      'live.linked.open+unregistered': 1,
      'live.linked.open+registered': 1,
      'live.linked.closed+unregistered': 1,
      'live.linked.closed+registered': 1,
      'live.unlinked+unregistered': 1,
      'live.unlinked+registered': 1,
      destroyed: 1,
    }),
    events: keys<PosixQueueEvent>({ OPEN: 1, CLOSE: 1, LAST_CLOSE: 1, UNLINK: 1, NOTIFY: 1, FIRE: 1, CANCEL: 1 }),
  },
  terminal: {
    states: keys<TerminalState>({ free: 1, controlling: 1, 'hung-up': 1, released: 1 }),
    events: keys<TerminalEvent>({
      ACQUIRE: 1,
      STEAL: 1,
      SET_FOREGROUND: 1,
      DISASSOCIATE: 1,
      HANGUP: 1,
      REOPEN: 1,
      LAST_CLOSE: 1,
    }),
  },
  mapping: {
    states: keys<MappingState>({ 'mapped.unlocked': 1, 'mapped.locked': 1, unmapped: 1 }),
    events: keys<MappingEvent>({ LOCK: 1, UNLOCK: 1, UNMAP: 1 }),
  },
}

function keys<Name extends string>(record: Record<Name, 1>): string[] {
  return Object.keys(record)
}

/** xstate's answer to an event: the next snapshot, or null when it selects no transition and stays where it is. */
function ask(chart: Chart, snapshot: AnyMachineSnapshot, type: string): AnyMachineSnapshot | null {
  const [next] = transition(chart.machine, snapshot, { type })
  if (chart.machine.getTransitionData(snapshot, { type }).length > 0) return next
  expect(next.value, `xstate moved without a transition on ${type}`).toEqual(snapshot.value)
  return null
}

/** The table's answer, with the refusal as null. */
function look(chart: Chart, state: string, event: string): string | null {
  try {
    return advance(chart, state, event)
  } catch (error) {
    expect(error).toBeInstanceOf(MissingArrow)
    return null
  }
}

function born(chart: Chart): AnyMachineSnapshot {
  return initialTransition(chart.machine)[0] as AnyMachineSnapshot
}

function nameOf(chart: Chart, snapshot: AnyMachineSnapshot): string {
  return chart.nameOf(snapshot.value as StateValue)
}

function reachable(chart: Chart, from: string): Set<string> {
  const seen = new Set([from])
  for (const state of seen) for (const event of eventsOf(chart, state)) seen.add(advance(chart, state, event))
  return seen
}

/** A chart, a history of it, and events of all charts, so that foreign ones are tried too. */
const everyEvent = [...new Set(charts.flatMap((chart) => eventsOf(chart)))]
const histories = fc.record({
  chart: fc.constantFrom(...charts),
  events: fc.array(fc.constantFrom(...everyEvent), { maxLength: 40, size: 'max' }),
})

describe('a lifecycle table', () => {
  it('says what xstate says along every history, refused moves included', () => {
    fc.assert(
      fc.property(histories, ({ chart, events }) => {
        let snapshot = born(chart)
        let state = chart.initial
        for (const event of events) {
          const next = ask(chart, snapshot, event)
          expect(look(chart, state, event)).toBe(next && nameOf(chart, next))
          if (next === null) continue
          snapshot = next
          state = advance(chart, state, event)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe.each(charts.map((chart) => [chart.id, chart] as const))('the lifecycle table of %s', (id, chart) => {
  it('says what xstate says for every state and every event', () => {
    const asked = paths(chart).map(({ state, events }) => {
      const snapshot = events.reduce((before, event) => ask(chart, before, event)!, born(chart))
      expect(nameOf(chart, snapshot)).toBe(state)
      expect(isFinal(chart, state)).toBe(snapshot.status === 'done')
      for (const event of everyEvent) {
        const next = ask(chart, snapshot, event)
        expect(look(chart, state, event), `${event} from ${state}`).toBe(next && nameOf(chart, next))
      }
      return state
    })
    expect(asked.sort()).toEqual([...statesOf(chart)].sort())
  })

  it('has exactly the states and events that its exported types name', () => {
    expect([...statesOf(chart)].sort()).toEqual(names[id]!.states.sort())
    expect([...eventsOf(chart)].sort()).toEqual(names[id]!.events.sort())
  })

  it('reaches every state from birth, and an end from every state', () => {
    expect([...reachable(chart, chart.initial)].sort()).toEqual([...statesOf(chart)].sort())
    for (const state of statesOf(chart)) {
      expect(
        [...reachable(chart, state)].some((later) => isFinal(chart, later)),
        `no end after ${state}`,
      ).toBe(true)
    }
  })

  it('has no move after the end, and one in every state before it', () => {
    for (const state of statesOf(chart)) expect(eventsOf(chart, state).length === 0).toBe(isFinal(chart, state))
  })

  it('is made of arrows alone: no context, no actions, no delays, nothing invoked', () => {
    expect(born(chart).context).toEqual({})
    const nodes = [chart.machine.root]
    for (const node of nodes) {
      nodes.push(...Object.values<typeof node>(node.states))
      expect([node.invoke, node.entry, node.exit, node.after, node.always ?? []]).toEqual([[], [], [], [], []])
      for (const arrow of [...node.transitions.values()].flat()) expect(arrow.actions).toEqual([])
    }
  })
})

describe('a move without an arrow', () => {
  it('is refused with the chart, the state, the event and the events it does know', () => {
    const slip = () => advance(processChart, 'zombie', 'STOP')
    expect(slip).toThrow(MissingArrow)
    expect(slip).toThrow('process: no arrow for STOP from "zombie"; known events: AUTOREAP, REAP')
    expect(() => advance(processChart, 'reaped', 'REAP')).toThrow('known events: none')
  })

  it('is refused for names that every object has, and for a state of another chart', () => {
    const odd = processChart as Chart
    expect(() => advance(odd, 'running', 'constructor')).toThrow(MissingArrow)
    expect(() => advance(odd, 'toString', 'length')).toThrow(MissingArrow)
    expect(() => advance(odd, 'live.unattached', 'STOP')).toThrow('known states: running, stopped, exiting')
  })

  it('is a type error when the name is not one of the chart', () => {
    // @ts-expect-error a zombie is a process, not a thread
    expect(() => advance(threadChart, 'zombie', 'EXIT')).toThrow(MissingArrow)
    // @ts-expect-error threads are not stopped one by one
    expect(() => advance(threadChart, 'running', 'STOP')).toThrow(MissingArrow)
  })
})

describe('a thread', () => {
  const lastRites: ThreadState[] = ['exiting.signals']
  for (const state of lastRites)
    if (state !== 'exiting.notify') lastRites.push(advance(threadChart, state, 'NEXT_PHASE'))

  it('goes through the phases of its exit in the order of do_exit', () => {
    const functions = lastRites.map((state) => threadChart.machine.getStateNodeById(`thread.${state}`).description)
    expect(functions).toEqual(doExit)
    expect(advance(threadChart, 'exiting.notify', 'GONE')).toBe('dead')
  })

  it('can be taken by a fatal signal anywhere but in its exit, and starts that at exit_signals', () => {
    for (const state of statesOf(threadChart)) {
      const alive = !lastRites.includes(state) && state !== 'dead'
      expect(look(threadChart, state, 'EXIT')).toBe(alive ? 'exiting.signals' : null)
    }
  })

  it('cannot leave its exit, skip a phase or turn back', () => {
    for (const state of lastRites.slice(0, -1)) expect(eventsOf(threadChart, state)).toEqual(['NEXT_PHASE'])
    expect(eventsOf(threadChart, 'exiting.notify')).toEqual(['GONE'])
  })

  it('past the point of no return of execve ends in the new program or in death, not in an error', () => {
    expect(eventsOf(threadChart, 'execing').toSorted()).toEqual(['EXEC_DONE', 'EXIT'])
  })
})

describe('kernel objects', () => {
  it('a stopped process is killed without being continued first', () => {
    expect(advance(processChart, 'stopped', 'GROUP_EXIT')).toBe('exiting')
  })

  it('a segment marked for destruction can still be attached, and goes with its last detach', () => {
    expect(advance(shmSegmentChart, 'live.attached', 'RMID')).toBe('marked')
    expect(advance(shmSegmentChart, 'marked', 'ATTACH')).toBe('marked')
    expect(advance(shmSegmentChart, 'marked', 'LAST_DETACH')).toBe('destroyed')
    expect(advance(shmSegmentChart, 'live.attached', 'LAST_DETACH')).toBe('live.unattached')
  })

  it('a registration for notification can outlive the last close of its queue', () => {
    const closed = advance(posixQueueChart, 'live.linked.open+registered', 'LAST_CLOSE')
    expect(closed).toBe('live.linked.closed+registered')
    expect(advance(posixQueueChart, closed, 'OPEN')).toBe('live.linked.open+registered')
  })

  it('nobody registers for, is notified of or gives up a queue that nobody has open', () => {
    for (const closed of ['live.linked.closed+registered', 'live.linked.closed+unregistered'] as const) {
      expect(eventsOf(posixQueueChart, closed).toSorted()).toEqual(['OPEN', 'UNLINK'])
    }
  })
})

describe('compiling a chart', () => {
  const lamp = setup({}).createMachine({
    id: 'lamp',
    type: 'parallel',
    states: { power: { initial: 'off', states: { off: {}, on: {} } }, door: { initial: 'shut', states: { shut: {} } } },
  })

  it('joins the regions of a parallel state in the order asked for', () => {
    expect(statesOf(compile(lamp, ['power', 'door']))).toEqual(['off+shut', 'on+shut'])
    expect(statesOf(compile(lamp, ['door', 'power']))).toEqual(['shut+off', 'shut+on'])
  })

  it('refuses regions that are not those of the chart', () => {
    expect(() => compile(lamp, ['power'])).toThrow('the regions of "lamp" are power, door, not power')
    expect(() => compile(lamp)).toThrow('the regions of "lamp"')
  })

  it('refuses two states with one name', () => {
    const clash = setup({}).createMachine({
      id: 'clash',
      initial: 'a.b',
      states: { 'a.b': {}, a: { initial: 'b', states: { b: {} } } },
    })
    expect(() => compile(clash)).toThrow('two states of chart "clash" share a name')
  })
})
