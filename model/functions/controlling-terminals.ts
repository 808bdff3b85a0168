import type { Kernel } from '../kernel.ts'
import { advance } from '../lifecycle/compile.ts'
import { terminalChart } from '../lifecycle/terminal.ts'
import { SIGCONT, SIGHUP, SIGTTIN } from '../signals.ts'
import { hasSignal } from '../state/signal-set.ts'
import { actionOf } from '../state/signals.ts'
import type { Thread } from '../state/threads.ts'
import type { Outcome } from '../syscall.ts'

/** A session leader without a terminal, and a terminal without a session. Source: drivers/tty/tty_jobctrl.c tty_open_proc_set_tty(). */
export function mayAcquire(kernel: Kernel, pid: number, terminal: number): boolean {
  return (
    kernel.fn.isSessionLeader(kernel, pid) &&
    kernel.processes.at(pid).terminal === 0 &&
    kernel.terminals.at(terminal).session === 0
  )
}

/**
 * The terminal becomes the controlling one of the leader's session; the leader's group is in the foreground. Only the
 * leader has it so far: other members get it by fork.
 * Source: credentials(7); drivers/tty/tty_jobctrl.c __proc_set_tty().
 */
export function acquireTerminal(kernel: Kernel, leader: number, terminal: number): void {
  const process = kernel.processes.edit(leader)
  process.terminal = terminal
  process.hungUpForeground = 0
  const row = kernel.terminals.edit(terminal)
  row.state = advance(terminalChart, row.state, row.session === 0 ? 'ACQUIRE' : 'STEAL')
  row.session = process.session
  row.foreground = process.group
}

/** Every member of the session loses its controlling terminal. Source: drivers/tty/tty_jobctrl.c session_clear_tty(). */
export function clearSessionTerminal(kernel: Kernel, session: number): void {
  for (const pid of kernel.sessions.get(session)?.members ?? []) {
    kernel.fn.clearTerminal(kernel, pid)
  }
}

/** TIOCSCTTY that is granted: whoever had the terminal has it no more, and hears nothing of it. Source: drivers/tty/tty_jobctrl.c tiocsctty(). */
export function takeTerminal(kernel: Kernel, leader: number, terminal: number): void {
  const { session } = kernel.terminals.at(terminal)
  if (session !== 0) kernel.fn.clearSessionTerminal(kernel, session)
  kernel.fn.acquireTerminal(kernel, leader, terminal)
}

export function setForeground(kernel: Kernel, terminal: number, group: number): void {
  const row = kernel.terminals.edit(terminal)
  row.state = advance(terminalChart, row.state, 'SET_FOREGROUND')
  row.foreground = group
}

/** The terminal belongs to no session any more. */
function freeTerminal(kernel: Kernel, terminal: number, event: 'DISASSOCIATE' | 'HANGUP'): void {
  const row = kernel.terminals.edit(terminal)
  row.state = advance(terminalChart, row.state, event)
  row.session = 0
  row.foreground = 0
}

/**
 * The death of a session leader: the foreground group of its pseudo-terminal gets SIGHUP and nobody else anything; then
 * the session has no terminal. If the terminal hung up on it before, the group that was then in the foreground gets
 * SIGHUP and SIGCONT. Source: setsid(2), credentials(7); drivers/tty/tty_jobctrl.c disassociate_ctty().
 */
export function disassociateCtty(kernel: Kernel, tid: number): void {
  const leader = kernel.threads.at(tid).pid
  const { terminal, session, hungUpForeground } = kernel.processes.at(leader)
  if (hungUpForeground !== 0) kernel.processes.edit(leader).hungUpForeground = 0
  if (terminal === 0) {
    if (hungUpForeground !== 0) kernel.fn.signalRememberedForeground(kernel, hungUpForeground)
    return
  }
  kernel.fn.signalLeaderExit(kernel, terminal)
  kernel.fn.leaveTerminal(kernel, terminal, session)
}

export function signalRememberedForeground(kernel: Kernel, group: number): void {
  kernel.fn.sendToGroup(kernel, group, SIGHUP)
  kernel.fn.sendToGroup(kernel, group, SIGCONT)
}

export function signalLeaderExit(kernel: Kernel, terminal: number): void {
  kernel.fn.sendToGroup(kernel, kernel.terminals.at(terminal).foreground, SIGHUP)
}

/** A session and its terminal part. */
export function leaveTerminal(kernel: Kernel, terminal: number, session: number): void {
  freeTerminal(kernel, terminal, 'DISASSOCIATE')
  kernel.fn.clearSessionTerminal(kernel, session)
}

/**
 * TIOCNOTTY by a process whose controlling terminal it is: by the session leader it sends SIGHUP and SIGCONT to the
 * foreground group, in its own name, and takes the terminal from the session, by any other only from itself.
 * Source: ioctl_tty(2); drivers/tty/tty_jobctrl.c no_tty().
 */
export function noTty(kernel: Kernel, pid: number): void {
  const { terminal, session } = kernel.processes.at(pid)
  if (!kernel.fn.isSessionLeader(kernel, pid)) {
    kernel.fn.clearTerminal(kernel, pid)
    return
  }
  const { foreground } = kernel.terminals.at(terminal)
  kernel.fn.sendToGroup(kernel, foreground, SIGHUP, pid)
  kernel.fn.sendToGroup(kernel, foreground, SIGCONT, pid)
  kernel.processes.edit(pid).hungUpForeground = 0
  kernel.fn.leaveTerminal(kernel, terminal, session)
}

/**
 * The master is gone: the session leader alone gets SIGHUP and SIGCONT, and remembers the foreground group until its own
 * death; the session loses the terminal. What had not been read is lost.
 * Source: vhangup(2), pty(7); drivers/tty/tty_io.c __tty_hangup(), drivers/tty/tty_jobctrl.c tty_signal_session_leader().
 */
export function hangUp(kernel: Kernel, terminal: number): void {
  kernel.fn.cutWritersShort(kernel, terminal)
  const { session, foreground } = kernel.terminals.at(terminal)
  for (const pid of kernel.sessions.get(session)?.members ?? []) {
    if (kernel.processes.at(pid).terminal === terminal) kernel.processes.edit(pid).terminal = 0
  }
  if (kernel.processes.get(session)?.session === session) {
    kernel.fn.signalHangup(kernel, session)
    kernel.processes.edit(session).hungUpForeground = foreground
  }
  freeTerminal(kernel, terminal, 'HANGUP')
  const row = kernel.terminals.edit(terminal)
  row.lines = []
  row.partialLine = 0
  row.output = 0
}

export function signalHangup(kernel: Kernel, leader: number): void {
  kernel.fn.sendToProcess(kernel, leader, { signal: SIGHUP, code: 'SI_KERNEL', pid: 0 })
  kernel.fn.sendToProcess(kernel, leader, { signal: SIGCONT, code: 'SI_KERNEL', pid: 0 })
}

/** What job control says to an access: go ahead, fail, or stop first. */
export type AccessCheck = 'ok' | 'EIO' | 'stop'

/**
 * Whether the caller may use its controlling terminal so that a background group would draw `signal`, SIGTTIN or SIGTTOU.
 * Another terminal, or one without a foreground group, is not controlled.
 * Source: termios(3), tcsetpgrp(3); drivers/tty/tty_jobctrl.c __tty_check_change().
 */
export function ttyCheckChange(
  kernel: Kernel,
  caller: Readonly<Thread>,
  terminal: number,
  signal: number,
): AccessCheck {
  const { terminal: own, group, actions } = kernel.processOf(caller)
  const { foreground } = kernel.terminals.at(terminal)
  if (own !== terminal || foreground === 0 || foreground === group) return 'ok'
  if (hasSignal(caller.blocked, signal) || actionOf(actions, signal).handler === 'SIG_IGN') {
    return signal === SIGTTIN ? 'EIO' : 'ok'
  }
  return kernel.fn.isOrphaned(kernel, group) ? 'EIO' : 'stop'
}

/** The whole group draws the signal, and the call starts again when it has been dealt with. */
export function stopBackground(caller: Readonly<Thread>, signal: number): readonly Outcome[] {
  return [
    {
      result: 'ERESTARTSYS',
      effect: (k) => {
        k.fn.sendToGroup(k, k.processOf(k.threads.at(caller.tid)).group, signal)
        const row = k.threads.edit(caller.tid)
        row.restart = row.call
      },
    },
  ]
}
