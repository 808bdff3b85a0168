import { NOT_MADE } from '../../model/functions/fork.ts'
import type { Call, Syscall } from '../../model/syscall.ts'
import { isArgumentError, parseArguments } from '../strace/args.ts'
import { decodeArguments, type Decoded } from '../strace/decode.ts'
import type { CallInterval } from '../strace/interval.ts'
import { unnamed } from '../strace/lines.ts'
import type { Field } from '../strace/values.ts'
import { badDescriptorCall } from './bad-descriptor.ts'
import { begin, passThrough } from './beginnings.ts'
import { describeCall } from './describe.ts'
import { fromTheBeginning } from './directories.ts'
import { entersNamespace } from './entered-namespaces.ts'
import { givenBy, isMaker } from './given.ts'
import type { Ground } from './ground.ts'
import { asItWillEnd } from './held-numbers.ts'
import { inertForm, inertReason } from './inert.ts'
import { INJECTED, isInjected } from './injected.ts'
import { isOfTheDead, isOwnNumber } from './namesakes.ts'
import { noteOldGroup } from './old-groups.ts'
import { opaqueCalls } from './opaque-calls.ts'
import type { Promises } from './promises.ts'
import { respell } from './respell.ts'
import { letsGo } from './sight.ts'
import { noteSplit } from './split-segments.ts'
import { unfollowedCalls } from './unfollowed/index.ts'
import { isSentToOthers } from './unfollowed/others.ts'

const EXITED = { rule: 'model/syscalls/exit_group.ts', source: 'exit_group(2); kernel/exit.c do_group_exit()' }

/** Calls that say what an open file is. */
const TELLS_KIND = /^(stat|fstat|newfstatat)$/

/** Of a terminal, a file, a socket; a driver may be given an eventfd to write to. */
const TOUCHES_NO_COUNTER = /, (T[CI]|FIO|FI|SIO|FS_|BLK|EXT|NS_)[A-Z]+/

/** A number that is none of a call, as it is negative. */
const NO_CALL = /^syscall_0x[89a-f][0-9a-f]{7,}$/

type ReadCall = Pick<Call, 'syscall' | 'args'>

/** Why no form of a call can be read; `isUnseen`: for what it points to, which is not shown. */
type Unread = Extract<Decoded, { undecided: string }>

/** What becomes of lines that show how a call begins: it is followed, passed over, or left open. */
export class Entries {
  private readonly ground: Ground
  private readonly promises: Promises
  private readonly byName = new Map<string, Syscall[]>()
  /** Calls that will have shown their arguments only when they return. */
  private readonly halves = new WeakSet<CallInterval>()
  /** Forms of locks that the capture shows as addresses (-e raw=fcntl), which it has been said of once. */
  private readonly unseenLocks = new Set<string>()

  constructor(ground: Ground, promises: Promises) {
    this.ground = ground
    this.promises = promises
    const { rules } = ground.state()
    for (const syscall of [...rules.syscalls.values(), ...opaqueCalls, ...unfollowedCalls]) {
      if (syscall.library && ground.options.byHand !== true) continue
      for (const name of [syscall.name, ...syscall.aliases]) {
        const forms = this.byName.get(name)
        if (forms === undefined) this.byName.set(name, [syscall])
        else forms.push(syscall)
      }
    }
  }

  /** A line shows that a call begins. */
  enter(interval: CallInterval): void {
    const { ground, promises } = this
    const tid = ground.tidOf(interval.pid)
    ground.unshown.saw(tid, interval)
    const found = ground.evidence.enters(tid, interval)
    if (found !== undefined) ground.contradict(interval.enterLine, tid, describeCall(interval), found, EXITED)
    if (ground.lost.has(tid)) return
    if (isOfTheDead(ground, tid, interval)) return
    if (interval.pid !== unnamed) ground.namesPids = true
    if (ground.unknownMasks.size > 0) ground.unknownMasks.delete(tid)
    if (isHalf(interval) && interval.end === 'open') {
      this.halves.add(interval)
      return
    }
    if (isInjected(interval)) {
      ground.assume(INJECTED)
      passThrough(ground, promises, tid, interval)
      return
    }
    if (interval.end === 'detached') letsGo(ground)
    if (interval.end === 'lost') letsGo(ground, 'lines are missing')
    if (interval.end === 'cut off' && interval.name.startsWith('execve'))
      letsGo(ground, 'the capture does not show what processes do after execve')
    if (ground.hasSegments) noteSplit(ground, tid, interval)
    if (entersNamespace(interval)) {
      ground.hides('some numbers are those of other namespaces')
      ground.evidence.stop()
    }
    const asItStands = this.byName.get(interval.name)
    if (asItStands === undefined && inertReason(interval.name) !== undefined) {
      const call = badDescriptorCall(interval)
      if (TELLS_KIND.test(interval.name)) ground.offsets.told(ground, tid, interval)
      if (call === undefined) passThrough(ground, promises, tid, interval)
      else begin(ground, promises, tid, { interval, call, text: interval.args, fields: [] })
      return
    }
    if (interval.name === 'setpgid') noteOldGroup(ground, tid, interval)
    const { name, fields } = respell(interval.name, interval.args)
    const forms = name === interval.name ? asItStands : this.byName.get(name)
    if (forms === undefined) {
      if (inertReason(name) !== undefined) ground.passedThrough++
      else this.doNotKnow(interval)
      return
    }
    const read = this.read(tid, interval, forms, fields)
    if (read === undefined && inertForm(name, fields)) {
      ground.passedThrough++
      this.noteIoctl(tid, interval)
    } else if (read === undefined) {
      this.doNotKnow(interval)
    } else if ('undecided' in read) {
      this.cannotRead(tid, interval, read)
    } else {
      const call = asItWillEnd(ground, tid, this.callOf(tid, read, interval), interval)
      begin(ground, promises, tid, { interval, call, text: interval.args, fields })
    }
  }

  /** A line shows that a call is back, and with it what the line of its beginning did not show. */
  complete(interval: CallInterval): void {
    if (this.halves.delete(interval)) this.enter(interval)
  }

  /** Which of the forms of a call it is, and with what arguments; undefined if none. */
  private read(
    tid: number,
    interval: CallInterval,
    forms: readonly Syscall[],
    fields: readonly Field[],
  ): ReadCall | Unread | undefined {
    let unread: Unread | undefined
    for (const syscall of forms) {
      // What is no call at all, as where the output of a program stands in its line, is not about others.
      if (unread !== undefined && isSentToOthers(syscall) && !unread.undecided.endsWith('outside the capture')) continue
      const decoded = this.decode(syscall, fields, interval)
      if ('mismatch' in decoded) continue
      if ('args' in decoded) return { syscall, args: this.fromTheBeginning(tid, syscall, decoded.args) }
      const isUnseen = decoded.isUnseen || unread?.isUnseen === true
      unread = { undecided: unread?.undecided ?? decoded.undecided, isUnseen }
    }
    return unread
  }

  /** Paths from the first directory, and ranges of locks from the beginnings of their files. */
  private fromTheBeginning(tid: number, syscall: Syscall, args: Call['args']): Call['args'] {
    const { ground } = this
    if (isLock(syscall)) return ground.offsets.ofLock(ground, tid, args)
    return fromTheBeginning(ground, tid, syscall, args)
  }

  private callOf(tid: number, { syscall, args }: ReadCall, interval: CallInterval): Call {
    const { ground } = this
    const given = isOwnNumber(ground, syscall, interval)
      ? ground.naming.expect()
      : givenBy(ground.naming, syscall, interval)
    if (given === undefined) return { syscall, args }
    if (given !== NOT_MADE && isMaker(syscall)) {
      ground.guesses.born(tid, given)
      ground.blur.born(ground.state(), tid, given)
      if (ground.isFiltered(tid)) ground.filtered.add(given)
    }
    return { syscall, args, given }
  }

  private cannotRead(tid: number, interval: CallInterval, { undecided, isUnseen }: Unread): void {
    const { ground } = this
    // An error leaves all as it was, and so does what is done to an object that nobody else is seen to use.
    if (isHalf(interval) || interval.result?.kind === 'error' || isOfOutside(ground, undecided)) {
      if (interval.name.startsWith('epoll_pwait')) ground.unknownMasks.add(tid)
      ground.passedThrough++
    } else if (isUnseen) {
      ground.hides('the capture does not show what pointers lead to')
      ground.assume(ground.hidden!)
      ground.evidence.losesCalls()
      ground.passedThrough++
    } else {
      const parsed = parseArguments(interval.args)
      const why = isArgumentError(parsed) ? `${interval.name}: ${parsed.why}` : undecided
      if (this.unseenLocks.has(why)) ground.blurs(interval.enterLine, why, tid)
      else ground.leaveOpen(interval.enterLine, why, tid)
      if (why.endsWith(': lock shows no l_type')) this.unseenLocks.add(why)
    }
  }

  private decode(syscall: Syscall, fields: readonly Field[], { result }: CallInterval): Decoded {
    const { naming } = this.ground
    naming.expecting = result?.kind !== 'error' || result.errno !== 'ESRCH'
    const decoded = decodeArguments(syscall, fields, naming)
    naming.expecting = true
    return decoded
  }

  /** What an ioctl of a device returns may be a descriptor, if the number was free. */
  private noteIoctl(tid: number, { name, args, result }: CallInterval): void {
    const { ground } = this
    if (name !== 'ioctl' || result?.kind !== 'value') return
    if (ground.counts.isUsed && !TOUCHES_NO_COUNTER.test(args)) ground.counts.stop()
    if (result.value <= 0) return
    const thread = ground.state().threads.get(tid)
    const kernel = ground.state()
    if (thread !== undefined && kernel.fn.slotOf(kernel, thread, result.value) === 0)
      ground.guesses.mayHaveMade(tid, result.value)
  }

  private doNotKnow({ pid, name, enterLine, result }: CallInterval): void {
    const { ground } = this
    const tid = ground.tidOf(pid)
    if (result?.kind === 'error' || NO_CALL.test(name)) {
      ground.passedThrough++
      return
    }
    const { unmodelled } = ground
    const why = `${name} is not modelled`
    if (unmodelled[name] === undefined) ground.leaveOpen(enterLine, why, tid)
    else ground.blurs(enterLine, why, tid)
    unmodelled[name] = (unmodelled[name] ?? 0) + 1
  }
}

/** A call about an object of System V that was there before, or about a process of which there is no line. */
const isOfOutside = (ground: Ground, undecided: string): boolean =>
  /^(sem|shm|msg).* was made outside the capture$/.test(undecided) ||
  (ground.isHidden() && undecided.endsWith(' is a process outside the capture'))

/** It sets or clears a lock on a range of bytes. */
const isLock = ({ name, form }: Syscall): boolean => name === 'fcntl' && form?.includes('SETLK') === true

/** The rest of its arguments is not shown, or not yet. */
const isHalf = ({ args }: CallInterval): boolean => args === '' || args.endsWith(',') || args.endsWith(', ')
