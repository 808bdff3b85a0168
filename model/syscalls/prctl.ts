import type { Kernel } from '../kernel.ts'
import { constant, int, out, signal } from '../params.ts'
import { SIGNAL_MAX } from '../signals.ts'
import { defineSyscall, fails, succeeds, type Syscall } from '../syscall.ts'

/**
 * Have a signal sent to the calling thread's process whenever the thread that is its parent dies; 0 for none. Fork and
 * clone give the new thread none.
 *
 * Returns 0. Errors: EINVAL, no such signal. Source: prctl(2) PR_SET_PDEATHSIG; kernel/exit.c forget_original_parent().
 */
const setParentDeathSignal = defineSyscall({
  name: 'prctl',
  form: 'PR_SET_PDEATHSIG',
  params: { option: constant('PR_SET_PDEATHSIG'), sig: signal({ zero: true }) },
  errors: ['EINVAL'],
  source: 'prctl(2) PR_SET_PDEATHSIG',
  rule(_kernel, { tid }, { sig }) {
    if (sig < 0 || sig > SIGNAL_MAX) return fails('EINVAL')
    return succeeds(0, (k) => void (k.threads.edit(tid).parentDeathSignal = sig))
  },
})

/** The calling thread's parent-death signal, 0 for none. Returns 0. Source: prctl(2) PR_GET_PDEATHSIG. */
const getParentDeathSignal = defineSyscall({
  name: 'prctl',
  form: 'PR_GET_PDEATHSIG',
  params: { option: constant('PR_GET_PDEATHSIG'), sig: out('number') },
  source: 'prctl(2) PR_GET_PDEATHSIG',
  rule: (_kernel, { parentDeathSignal }) => succeeds(0, undefined, { sig: parentDeathSignal }),
})

/**
 * Make the calling process the one that adopts orphans among its descendants, or no longer (0). Descendants that are
 * there already are told that they have such an ancestor; they are not told when they have it no more.
 *
 * Returns 0. Source: prctl(2) PR_SET_CHILD_SUBREAPER; kernel/sys.c, kernel/fork.c walk_process_tree().
 */
const setChildSubreaper = defineSyscall({
  name: 'prctl',
  form: 'PR_SET_CHILD_SUBREAPER',
  params: { option: constant('PR_SET_CHILD_SUBREAPER'), value: int(1, 0) },
  source: 'prctl(2) PR_SET_CHILD_SUBREAPER',
  rule(_kernel, { pid }, { value }) {
    return succeeds(0, (k) => {
      k.processes.edit(pid).subreaper = value !== 0
      if (value !== 0) tellDescendants(k, pid)
    })
  },
})

/** Whether the calling process is a subreaper, 1 or 0. Returns 0. Source: prctl(2) PR_GET_CHILD_SUBREAPER. */
const getChildSubreaper = defineSyscall({
  name: 'prctl',
  form: 'PR_GET_CHILD_SUBREAPER',
  params: { option: constant('PR_GET_CHILD_SUBREAPER'), value: out('number') },
  source: 'prctl(2) PR_GET_CHILD_SUBREAPER',
  rule: (kernel, caller) => succeeds(0, undefined, { value: kernel.processOf(caller).subreaper ? 1 : 0 }),
})

function tellDescendants(kernel: Kernel, pid: number): void {
  for (const tid of kernel.processes.at(pid).threads) {
    for (const child of kernel.threads.at(tid).children) {
      if (kernel.processes.at(child).hasSubreaper) continue
      kernel.processes.edit(child).hasSubreaper = true
      tellDescendants(kernel, child)
    }
  }
}

export const prctl: readonly Syscall[] = [
  setParentDeathSignal,
  getParentDeathSignal,
  setChildSubreaper,
  getChildSubreaper,
]
