import { always, sometimes } from '../invariant.ts'

export const onlySessionLeadersRememberAHangup = always({
  name: 'only a session leader without a controlling terminal remembers the foreground group of one that hung up',
  source: 'drivers/tty/tty_jobctrl.c tty_signal_session_leader(), disassociate_ctty(), __proc_set_tty()',
  of: 'processes',
  offends: (_kernel, { hungUpForeground, terminal, session, state }, pid) =>
    hungUpForeground !== 0 && (session !== pid || terminal !== 0 || state === 'zombie'),
  sometimes: sometimes({
    name: 'a session leader remembers a foreground group that is not its own',
    of: 'processes',
    seen: (_kernel, { hungUpForeground, group }) => hungUpForeground !== 0 && hungUpForeground !== group,
  }),
})
