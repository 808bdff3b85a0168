import type { Kernel } from '../../model/kernel.ts'
import { answer, isUndecided } from '../../model/syscall.ts'
import type { Ground } from './ground.ts'

/** What a call under way does that the model does not follow further, such as to move more bytes than it counts. */
function unfollowedEffect(kernel: Kernel, tid: number): ((kernel: Kernel) => void) | undefined {
  const thread = kernel.threads.get(tid)
  if (thread?.state !== 'in-call' || thread.call === null) return undefined
  const answered = answer(kernel, thread, thread.call)
  return isUndecided(answered) ? answered.effect : undefined
}

/** Bytes may have moved before the call is back. */
export function forgetsAtOnce(ground: Ground, tid: number): void {
  ground.follower.amend((kernel) => unfollowedEffect(kernel, tid)?.(kernel))
}

/**
 * Bytes that others write may be there before their calls are back, as where a reader is woken by the first of them: true
 * if there are calls of which the model does not say more than that. Source: drivers/tty/n_tty.c n_tty_write(),
 * net/unix/af_unix.c unix_stream_sendmsg().
 */
export function forgetsWithOthers(ground: Ground, tid: number): boolean {
  const under = ground.open.all().filter((one) => one.tid !== tid)
  const forgetting = under.filter((one) => unfollowedEffect(ground.state(), one.tid) !== undefined)
  for (const one of forgetting) forgetsAtOnce(ground, one.tid)
  return forgetting.length > 0
}
