import type { StitchEvent } from '../strace/interval.ts'
import { unnamed, type SupersededLine } from '../strace/lines.ts'
import { seeDeath } from './deaths.ts'
import { Entries } from './entries.ts'
import { NO_LINE } from './findings.ts'
import { Ground, type CheckOptions } from './ground.ts'
import { Promises } from './promises.ts'
import { Returns } from './returns.ts'
import { letsGo } from './sight.ts'
import { seeSignal, seeStop } from './taken-signals.ts'
import type { World } from './world.ts'

/**
 * Follows one capture on the model, event by event. After a violation it goes on as if an allowed result had been seen,
 * so that one fault gives one violation.
 */
export class Checker {
  readonly ground: Ground
  private readonly entries: Entries
  private readonly returns: Returns

  constructor(world: World, options: CheckOptions) {
    this.ground = new Ground(world, options)
    const promises = new Promises()
    this.entries = new Entries(this.ground, promises)
    this.returns = new Returns(this.ground, promises)
  }

  /** Nothing more will be seen. */
  finish(): void {
    this.returns.settle(undefined)
  }

  see(event: StitchEvent): void {
    const { ground } = this
    ground.present = event
    if (event.kind !== 'message') this.returns.settle(event.pid)
    switch (event.kind) {
      case 'enter':
        ground.events++
        this.returns.entered(event.call.name)
        this.entries.enter(event.call)
        return
      case 'leave':
        this.entries.complete(event.call)
        this.returns.leave(event.call, event.pid, event.line)
        return
      case 'signal':
        ground.events++
        seeSignal(ground, event)
        return
      case 'stopped':
        ground.events++
        seeStop(ground, event)
        return
      case 'exited':
      case 'killed':
        ground.events++
        seeDeath(ground, event)
        return
      case 'unreadable':
        ground.leaveOpen(event.line, `${NO_LINE}: ${event.why}`)
        // It may have been the end of a process, behind what others wrote.
        if (event.text.includes('+++')) ground.evidence.losesSight()
        return
      case 'stray':
        ground.leaveOpen(event.line, event.why)
        return
      case 'named':
        ground.naming.rename(unnamed, event.pid)
        return
      case 'message':
        if (event.about === 'detached') letsGo(ground)
        if (event.about === 'cut') ground.assume('the capture ends in the middle of a line')
        return
      case 'superseded':
        this.supersede(event)
    }
  }

  /** Another thread has taken the place of the main one by an execve, whose beginning may be in another file (-ff). */
  private supersede({ pid, by }: SupersededLine): void {
    const { ground } = this
    const executor = ground.naming.find(by)
    const isShown = executor !== undefined && ground.open.get(executor)?.interval.name.startsWith('execve') === true
    if (!isShown) ground.goOn(ground.tidOf(pid))
  }
}
