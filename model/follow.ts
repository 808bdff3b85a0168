import type { Internal, MoveKind } from './event.ts'
import { isExiting } from './functions/signals.ts'
import { attempt, copyOf, fork, isInHandler, release, unseen, type Goal } from './goals.ts'
import { allMeetInPlace, meetInPlace, openAnswer } from './in-place.ts'
import type { Kernel } from './kernel.ts'
import { makeMove, movesOf } from './moves.ts'
import type { Thread } from './state/threads.ts'
import type { Answer, Undecided } from './syscall.ts'
import { isUnnoticed, leadsNowhere, NOTHING_STEADY, steadyUntil, type Ahead } from './unnoticed.ts'
import { distinct, Visited } from './visited.ts'

export type { Goal }

/**
 * `undecided`: more states would have to be followed than the budget allows. `unmodelled`: the rule does not say what
 * the call does (`Follower.open`), and the thread has come back from it.
 */
export type Verdict = 'explained' | 'impossible' | 'undecided' | 'unmodelled'

/** How far an explanation is looked for: in what the goal's thread does by itself, after what one other does, or all others. */
export type Reach = 'own' | 'near' | 'wide'

export interface FollowOptions {
  /** States followed at once, at the most. */
  readonly maxStates: number
  /** States looked at in search of one explanation, at the most. */
  readonly maxSearch: number
  /** Threads whose moves are looked at in one search, at the most, counted once for each state. */
  readonly maxMovers: number
  /** Threads whose signals and returns are not seen, so that the model may assume them. */
  readonly isHidden: (tid: number) => boolean
  /**
   * A history without a tracer: that a call was interrupted and starts again, and that a handler returned, leaves no line;
   * a signal and a result alone do.
   */
  readonly untraced: boolean
  /**
   * A history of calls, returns, handlers and deaths alone: in no thread is it seen that a signal stops it or is ignored,
   * or that a call is interrupted and starts again.
   */
  readonly unwatched: boolean
  /** Goals between two checkpoints, from which a failed search starts again with every order kept open. */
  readonly checkpointEvery: number
}

export const FOLLOW_DEFAULTS: FollowOptions = {
  maxStates: 64,
  maxSearch: 4096,
  maxMovers: Infinity,
  isHidden: (tid) => tid === 1,
  untraced: false,
  unwatched: false,
  checkpointEvery: 32,
}

/** States that differ in when one thread made its hidden moves, at the most. */
const MOST_IN_HINDSIGHT = 64

/** States looked at in search of what one explains where others explain it sooner, at the most. */
const MOST_BESIDE = 128

/** How many times as many states as for one goal are looked at for all since a checkpoint together, at the most. */
const WIDELY = 4

/**
 * The model alongside a history: every kernel that the goals so far allow, with internal events taken only where a goal
 * needs them. Leaving an event for later is nearly always right; where it was not, the goals since the last checkpoint
 * are followed again with every order kept open, before anything is called impossible.
 */
export class Follower {
  /** The kernels that explain what was seen; empty only inside `observe`. */
  states: Kernel[]
  /** How many goals left so many states to follow, by their number. */
  readonly sizes: number[] = []
  /** How far the last goal was looked for. */
  reached: Reach = 'own'
  /** Why the last goal was `unmodelled`. */
  open: Undecided | undefined
  private options: FollowOptions
  private checkpoint: Kernel[]
  private since: Goal[] = []
  /** The checkpoint before, and the goals from it to the last one; none after a change that no goal tells of. */
  private before: { readonly states: readonly Kernel[]; readonly goals: readonly Goal[] } | undefined

  constructor(kernel: Kernel, options: Partial<FollowOptions> = {}) {
    this.options = { ...FOLLOW_DEFAULTS, ...options }
    this.states = [kernel]
    this.checkpoint = [kernel.fork()]
  }

  /** From now on look at so many states in search of one explanation, and moves of so many threads, at the most. */
  searchAtMost(maxSearch: number, maxMovers: number): void {
    this.options = { ...this.options, maxSearch, maxMovers }
  }

  /**
   * Follow one goal, and look for an explanation no further than `reach`. When it is impossible or undecided, the states
   * stay those before it.
   */
  observe(goal: Goal, reach: Reach = 'wide'): Verdict {
    this.reached = 'own'
    if (this.states.length === 1) {
      const { met, open } = meetInPlace(this.states[0]!, goal, this.options.untraced)
      this.open = open
      if (met) return this.follows(goal)
    } else {
      this.open = goal.kind === 'return' ? this.openIn(goal.tid) : undefined
      if (allMeetInPlace(this.states, goal, this.options.untraced)) {
        this.states = distinct(this.states)
        return this.follows(goal)
      }
    }
    if ((goal.kind === 'return' || goal.kind === 'signal') && goal.refuted?.(this.states) === true) return 'impossible'
    const byWorld = goal.kind === 'return' && goal.byWorld === true
    let next = byWorld ? this.byOwnMoves(goal) : this.lazily(this.states, goal, reach)
    if (next.length === 0 && !byWorld && reach === 'wide') {
      const wide = this.widely(goal)
      if (wide === 'undecided') return 'undecided'
      next = wide
    }
    if (next.length === 0) return 'impossible'
    if (next.length > this.options.maxStates) return 'undecided'
    this.states = next
    return this.follows(goal)
  }

  /** What one of the states does not know of the call that the thread is in. */
  private openIn(tid: number): Undecided | undefined {
    for (const state of this.states) {
      const open = openAnswer(state, tid)
      if (open !== undefined) return open
    }
    return undefined
  }

  private follows(goal: Goal): Verdict {
    this.note(goal)
    return this.open === undefined ? 'explained' : 'unmodelled'
  }

  /** The keys of the rows that were written since this was last asked, in one of the states. */
  eachTouched(visit: (key: number) => void): void {
    for (const key of this.states[0]!.ledger.touched) visit(key)
    for (const state of this.states) state.ledger.clear()
  }

  /** Replace every state: what the checker does after a violation, or for a call that the model does not know. */
  amend(change: (kernel: Kernel) => void): void {
    for (const state of this.states) {
      state.ledger.step++
      change(state)
    }
    this.mark()
    this.before = undefined
  }

  private note(goal: Goal): void {
    const { length } = this.states
    this.sizes[length] = (this.sizes[length] ?? 0) + 1
    this.since.push(goal)
    if (this.since.length >= this.options.checkpointEvery) this.mark()
  }

  private mark(): void {
    this.before = { states: this.checkpoint, goals: this.since }
    this.since = []
    this.checkpoint = this.states.map((state) => state.fork())
  }

  /**
   * By the thread's own moves; else with as few moves of others as will do. Each state for itself: one that needs the
   * moves of others is no less true than one that does not.
   */
  private lazily(states: readonly Kernel[], goal: Goal, reach: Reach): Kernel[] {
    if (states.length === 1 || reach !== 'wide')
      return distinct(ofEach(states, (state) => this.lazilyFrom(state, goal, reach)))
    const near = states.map((state) => this.lazilyFrom(state, goal, 'near'))
    const most = near.some((met) => met.length > 0) ? MOST_BESIDE : this.options.maxSearch
    return distinct(
      near.flatMap((met, place) => (met.length > 0 ? met : this.withSeveralOthers(states[place]!, goal, most))),
    )
  }

  /** What the world may have caused is not searched for: in a state that does not explain it, the world has caused it. */
  private byOwnMoves(goal: Goal): Kernel[] {
    const met = this.states.map((state) => this.attempt(state, goal))
    if (met.every((ways) => ways.length === 0)) return []
    const stays = (state: Kernel) =>
      state.threads.get(goal.tid)?.state === 'in-call' ? [fork(state, (copy) => release(copy, goal.tid))] : []
    return distinct(met.flatMap((ways, index) => (ways.length > 0 ? ways : stays(this.states[index]!))))
  }

  private lazilyFrom(state: Kernel, goal: Goal, reach: Reach): Kernel[] {
    const own = this.attempt(state, goal)
    if (own.length > 0 || reach === 'own') return own
    if (this.reached === 'own') this.reached = 'near'
    const alone = this.withOneOther(state, goal)
    if (alone.length > 0 || reach === 'near') return alone
    return this.withSeveralOthers(state, goal, this.options.maxSearch)
  }

  /** Several other threads move on, with so many states looked at, at the most. */
  private withSeveralOthers(state: Kernel, goal: Goal, most: number): Kernel[] {
    const executed = this.afterExec(state, goal)
    if (executed.length > 0) return executed
    const ended = leavingIn(state) < MANY_LEAVE ? [] : this.withAllWhoLeave(state, goal)
    if (ended.length > 0) return ended
    this.reached = 'wide'
    return this.search([state], goal, most)
  }

  /** One other thread moves on until the goal can be met. */
  private withOneOther(state: Kernel, goal: Goal): Kernel[] {
    const found: Kernel[] = []
    for (const { tid } of this.nearestOf(state, goal.tid)) {
      if (tid === goal.tid || this.isStill(state, tid)) continue
      let frontier = [copyOf(state)]
      for (let depth = 0; depth < this.options.maxSearch && frontier.length > 0 && frontier.length < 16; depth++) {
        frontier = ofEach(frontier, (kernel) => this.advance(kernel, tid))
        const met = ofEach(frontier, (kernel) => this.meet(kernel, goal))
        if (met.length > 0) {
          found.push(...met)
          break
        }
      }
    }
    return found
  }

  /** All threads; where searches are short and there are many, those of the family and those made last. */
  private nearestOf(state: Kernel, tid: number): readonly Readonly<Thread>[] {
    const all = state.threads.rows()
    const first = all.length - this.options.maxMovers / MOVERS_NEAR
    const process = state.threads.get(tid)?.pid
    if (first <= 0 || process === undefined) return all
    const parent = state.processes.get(process)?.parent
    const isKin = ({ pid }: Readonly<Thread>) =>
      pid === process || pid === parent || state.processes.get(pid)?.parent === process
    return all.filter((thread, place) => place >= first || isKin(thread))
  }

  /** Another thread of its process executes a program, for which all others die, and takes its number. Source: execve(2); fs/exec.c de_thread(). */
  private afterExec(state: Kernel, goal: Goal): Kernel[] {
    const pid = state.threads.get(goal.tid)?.pid
    const executes = ({ tid, call, ...thread }: Readonly<Thread>) =>
      thread.pid === pid && tid !== goal.tid && call?.syscall.name.startsWith('execve') === true
    return state.threads
      .rows()
      .filter(executes)
      .flatMap(({ tid }) => this.successors(state, tid))
      .flatMap((after) => this.withAllWhoLeave(after, goal))
  }

  /** Where the ends of threads are not shown, many may be on their way out at once; nothing can keep them from it, in whatever order. */
  private withAllWhoLeave(state: Kernel, goal: Goal): Kernel[] {
    let present = copyOf(state)
    for (let hasMoved = true; hasMoved;) {
      hasMoved = false
      for (const { tid } of present.threads.rows()) {
        if (goal.kind === 'dead' && goal.tid === tid) continue
        for (let thread = present.threads.get(tid); thread !== undefined && isLeaving(thread);) {
          const [after] = this.advance(present, tid)
          if (after === undefined) break
          present = after
          hasMoved = true
          thread = present.threads.get(tid)
        }
      }
    }
    return this.meet(present, goal)
  }

  /** Breadth first over the hidden moves of all threads; the nearest states that meet the goal. */
  private search(states: readonly Kernel[], goal: Goal, most: number): Kernel[] {
    const seen = new Visited()
    let movers = 0
    let frontier = states.map((state) => this.pastUnnoticed(state)).filter((state) => seen.add(state))
    while (frontier.length > 0 && seen.size < most) {
      const next: Kernel[] = []
      const found: Kernel[] = []
      for (const state of frontier) {
        if ((movers += state.threads.size) > this.options.maxMovers) return distinct(found)
        for (const successor of this.allSuccessors(state)) {
          if (!seen.add(successor)) continue
          found.push(...this.attempt(successor, goal))
          next.push(successor)
        }
      }
      if (found.length > 0) return distinct(found)
      frontier = next
    }
    return []
  }

  /** From the last checkpoint on; if that is too late, from the one before. */
  private widely(goal: Goal): Kernel[] | 'undecided' {
    const earlier = this.inHindsight(this.checkpoint, [...this.since, goal])
    if (earlier.length > 0) return earlier
    const found = this.widelyFrom(this.checkpoint, [...this.since, goal])
    if (found.length > 0 || this.before === undefined) return found
    return this.widelyFrom(this.before.states, [...this.before.goals, ...this.since, goal])
  }

  /** With the hidden moves of the last goal's thread taken or not before every goal, and those of others only where needed. */
  private inHindsight(from: readonly Kernel[], goals: readonly Goal[]): Kernel[] {
    const { tid } = goals.at(-1)!
    let states = from.map((state) => state.fork())
    for (const goal of goals) {
      const sooner = this.withMovesOf(states, tid)
      if (sooner.length > MOST_IN_HINDSIGHT) return []
      states = distinct(sooner.flatMap((state) => this.lazilyFrom(state, goal, 'near')))
    }
    return states
  }

  /** These, and all to which the hidden moves of one thread lead. */
  private withMovesOf(states: readonly Kernel[], tid: number): Kernel[] {
    const seen = new Visited()
    const all = states.filter((state) => seen.add(state))
    for (let next = 0; next < all.length && all.length <= MOST_IN_HINDSIGHT; next++)
      if (all[next]!.threads.has(tid)) all.push(...this.successors(all[next]!, tid).filter((after) => seen.add(after)))
    return all
  }

  /** With every hidden move taken or not before every goal. */
  private widelyFrom(from: readonly Kernel[], goals: readonly Goal[]): Kernel[] | 'undecided' {
    let states = from.map((state) => state.fork())
    const steady = steadyUntil(states, goals)
    let left = WIDELY * this.options.maxSearch
    for (const [index, past] of goals.entries()) {
      const closed = this.closure(states, { steady, awaited: new Set(goals.slice(index).map(({ tid }) => tid)) })
      if (closed === undefined || closed.length > left) return 'undecided'
      left -= closed.length
      states = distinct(closed.flatMap((state) => this.attempt(state, past, true)))
      if (states.length === 0) return []
    }
    return states
  }

  private closure(states: readonly Kernel[], ahead: Ahead): Kernel[] | undefined {
    const seen = new Visited()
    const all = states.map((state) => this.pastUnnoticed(state, ahead)).filter((state) => seen.add(state))
    let movers = 0
    for (let next = 0; next < all.length; next++) {
      if ((movers += all[next]!.threads.size) > this.options.maxMovers) return undefined
      for (const successor of this.allSuccessors(all[next]!, ahead)) {
        if (!seen.add(successor)) continue
        all.push(successor)
        if (all.length > this.options.maxSearch) return undefined
      }
    }
    return all
  }

  /** As `attempt`, of a state that nobody else keeps: where there is one way only, it is taken in place. */
  private meet(kernel: Kernel, goal: Goal): Kernel[] {
    return meetInPlace(kernel, goal, this.options.untraced).met ? [kernel] : this.attempt(kernel, goal)
  }

  /** By the thread's own moves, and where there is no tracer by those that leave no line. */
  private attempt(kernel: Kernel, goal: Goal, wide = false, before: readonly Kernel[] = []): Kernel[] {
    const met = attempt(kernel, goal, wide)
    if (!this.options.untraced || (met.length > 0 && !isInHandler(kernel, goal))) return met
    const path = [...before, kernel]
    // A call that a signal ends for one thread may start again and again while another has yet to take the signal.
    const isNew = (state: Kernel) => !path.some((other) => other.equals(state))
    const next = unseen(kernel, goal.tid, this.options.unwatched).filter(isNew)
    return [...met, ...next.flatMap((state) => this.attempt(state, goal, wide, path))]
  }

  private allSuccessors(state: Kernel, ahead?: Ahead): Kernel[] {
    return state.threads
      .rows()
      .flatMap(({ tid }) => this.successors(state, tid, ahead))
      .map((successor) => this.pastUnnoticed(successor, ahead))
  }

  /** A step of a dying thread that nobody else can notice commutes with every other, so that it need not wait for any. */
  private pastUnnoticed(state: Kernel, ahead?: Ahead): Kernel {
    const steady = ahead?.steady ?? NOTHING_STEADY
    let present = state
    for (const { tid } of state.threads.rows()) {
      for (;;) {
        const thread = present.threads.get(tid)
        if (thread === undefined || !isExiting(thread)) break
        const [after, ...others] = this.successors(present, tid, ahead)
        if (after === undefined || others.length > 0 || !isUnnoticed(present, thread, after, steady)) break
        present = after
      }
    }
    return present
  }

  /** As `successors`, of a state that nobody else keeps: where there is one way only, it is taken in place. */
  private advance(state: Kernel, tid: number): Kernel[] {
    const { moves, answered } = this.hiddenMoves(state, tid)
    if (moves.length !== 1 || this.mayMoveUnseen(state, tid)) return this.successors(state, tid)
    state.ledger.step++
    makeMove(state, moves[0]!, answered)
    return [state]
  }

  private successors(state: Kernel, tid: number, ahead?: Ahead): Kernel[] {
    const { moves: all, answered } = this.hiddenMoves(state, tid)
    const isNeeded = ahead === undefined || ahead.awaited.has(tid) || this.options.unwatched
    const moves = isNeeded ? all : all.filter((move) => !leadsNowhere(state, move))
    const after = moves.map((move) => fork(state, (copy) => makeMove(copy, move, answered)))
    return this.mayMoveUnseen(state, tid) ? [...after, ...unseen(state, tid, true)] : after
  }

  private isStill(state: Kernel, tid: number): boolean {
    return this.hiddenMoves(state, tid).moves.length === 0 && !this.mayMoveUnseen(state, tid)
  }

  private mayMoveUnseen(state: Kernel, tid: number): boolean {
    if (!this.options.unwatched || this.options.isHidden(tid)) return false
    const thread = state.threads.get(tid)
    return thread !== undefined && !isExiting(thread)
  }

  /** What a thread can do that no history shows. */
  private hiddenMoves(state: Kernel, tid: number): { moves: readonly Internal[]; answered: Answer | null } {
    const { moves, answered } = movesOf(state, tid)
    if (this.options.isHidden(tid)) return { moves, answered }
    return { moves: moves.filter(({ move }) => HIDDEN.has(move)), answered }
  }
}

/** All that comes of each; mostly there is one. */
const ofEach = (states: readonly Kernel[], come: (state: Kernel) => Kernel[]): Kernel[] =>
  states.length === 1 ? come(states[0]!) : states.flatMap(come)

/** One in so many of the threads whose moves a search may look at is one whose moves alone may explain a goal. */
const MOVERS_NEAR = 128

/** So many threads on their way out are one too many for a search among the orders of their steps. */
const MANY_LEAVE = 3

/** How many threads are on their way out, or in a process of which one has asked for the end of all. */
function leavingIn({ threads }: Kernel): number {
  const rows = threads.rows()
  const ending = new Set(rows.filter(endsAll).map(({ pid }) => pid))
  return rows.filter((thread) => isLeaving(thread) || ending.has(thread.pid)).length
}

const endsAll = ({ state, call }: Readonly<Thread>): boolean =>
  state === 'in-call' && call?.syscall.name === 'exit_group'

/** The thread is dying, or has asked for it; or leaves its program for another. */
const isLeaving = (thread: Readonly<Thread>): boolean =>
  isExiting(thread) ||
  thread.killed ||
  thread.doom !== 0 ||
  thread.state === 'execing' ||
  (thread.state === 'in-call' && /^exit(_group)?$/.test(thread.call?.syscall.name ?? ''))

/**
 * Moves of a thread whose lines are seen, that leave no line themselves. A signal's delivery does. A sleep may have been
 * ended by a signal long before the line that shows it, while the call could not be done yet.
 */
const HIDDEN: ReadonlySet<MoveKind> = new Set<MoveKind>([
  'effect',
  'interrupt',
  'succumb',
  'die',
  'exit',
  'exec',
  'work',
  'stop',
  'tell',
  'alarm',
  'init-reaps',
])
