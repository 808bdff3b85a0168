import { detached } from '../strace/names.ts'
import type { Cause } from './causes.ts'
import { describeCall } from './describe.ts'
import type { Ground } from './ground.ts'

/** Settings of which it is remembered what set them, at the most: the latest. */
const MOST = 10_000

/** What set the attributes of threads that prctl(2) tells: no row of the state is theirs alone. */
export class Setters {
  private readonly causes = new Map<string, Cause>()

  /** The call that is coming back has set what this form of prctl sets. */
  set(ground: Ground, tid: number, form: string): void {
    const { present } = ground
    if (present?.kind !== 'leave') return
    const text = `${ground.who(tid)} ${describeCall(present.call)}`
    this.causes.set(keyOf(tid, form), { line: present.line, text: detached(text) })
    if (this.causes.size > MOST) this.causes.delete(this.causes.keys().next().value!)
  }

  /** What set that which this form of prctl tells of; undefined for other calls. */
  behind(tid: number, form: string | undefined): Cause | undefined {
    return form?.startsWith('PR_GET_') === true ? this.causes.get(keyOf(tid, form)) : undefined
  }
}

const keyOf = (tid: number, form: string): string => `${tid} ${form.slice('PR_SET_'.length)}`
