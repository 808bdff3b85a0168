import type { CallInterval } from '../strace/interval.ts'
import { SIGKILL } from '../../model/signals.ts'
import { numberOfCall } from '../strace/call-numbers.ts'
import type { Ground } from './ground.ts'

/**
 * strace asks the kernel for the result of a call when the thread has stopped after it. If that thread has just been killed,
 * there is no answer, and strace shows what it had asked for last instead: in the place of a result the number of the call
 * that some thread was entering. Source: ptrace(2) PTRACE_GET_SYSCALL_INFO; strace's get_syscall_info().
 */
export class StaleResults {
  /** The call that was entered last, by whichever thread. */
  entered = ''

  /** What is shown as the result may be the number of a call. */
  private isNumber({ name, result }: CallInterval): boolean {
    if (result?.kind !== 'value' || result.value <= 0) return false
    return numberOfCall(this.entered) === result.value || numberOfCall(name) === result.value
  }

  /** The number of a call in a thread whose process is known to be ending. */
  isStale(ground: Ground, tid: number, interval: CallInterval): boolean {
    if (!this.isNumber(interval)) return false
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined) return false
    const { threads, groupExit } = kernel.processOf(thread)
    if (thread.killed || groupExit >= 0) return true
    return threads.some((other) => other !== tid && ENDS_OTHERS.test(ground.open.get(other)?.interval.name ?? ''))
  }

  /** A result that the model does not allow is such a number, and another thread may be ending the process, or somebody kills it. */
  explains(ground: Ground, tid: number, interval: CallInterval): boolean {
    const kernel = ground.state()
    const thread = kernel.threads.get(tid)
    if (thread === undefined || !this.isNumber(interval)) return false
    if (thread.parentDeathSignal === SIGKILL || kernel.processOf(thread).threads.length > 1) return true
    return ground.open.some(({ call }) => call.args.sig === SIGKILL)
  }

  /** The call is over, and it is not known what it did. */
  pass(ground: Ground, tid: number): void {
    ground.assume('strace shows the number of a call in the place of the result of one that was cut short')
    ground.passedThrough++
    ground.goOn(tid)
  }
}

const ENDS_OTHERS = /^(exit_group|execve|execveat)$/
