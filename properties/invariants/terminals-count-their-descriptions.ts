import type { Kernel } from '../../model/kernel.ts'
import { always, sometimes } from '../invariant.ts'

const count = (kernel: Kernel, kind: 'terminal' | 'terminal-master', terminal: number): number =>
  kernel.descriptions.count((row) => row.kind === kind && row.terminal === terminal)

export const terminalsCountTheirDescriptions = always({
  name: 'a terminal is there while a description of its slave or its one master is, and counts them',
  source: 'pty(7); drivers/tty/tty_io.c tty_open(), tty_release()',
  of: 'terminals',
  offends: (kernel, { slaves, masters, state }, id) =>
    slaves + masters === 0 ||
    masters > 1 ||
    (masters === 0) !== (state === 'hung-up') ||
    slaves !== count(kernel, 'terminal', id) ||
    masters !== count(kernel, 'terminal-master', id),
  sometimes: sometimes({
    name: 'a slave is open after its master was closed',
    of: 'terminals',
    seen: (_kernel, { slaves, masters }) => slaves > 0 && masters === 0,
  }),
})
