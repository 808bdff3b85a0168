import { expect, it } from 'vitest'
import { checkText } from './check-capture.ts'

it('a handler that ends a sigsuspend is entered under the mask of the sleep, whoever sent the signal', async () => {
  const lines = [
    '5 execve("./a", ["./a"], 0x7ffd /* 3 vars */) = 0',
    '5 arch_prctl(ARCH_SET_FS, 0x7f) = 0',
    '5 rt_sigaction(SIGALRM, {sa_handler=0x40, sa_mask=[], sa_flags=0}, NULL, 8) = 0',
    '5 rt_sigaction(SIGCHLD, {sa_handler=0x40, sa_mask=[], sa_flags=0}, NULL, 8) = 0',
    '5 rt_sigprocmask(SIG_BLOCK, [ALRM CHLD], [], 8) = 0',
    '5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 6',
    '5 rt_sigsuspend([], 8) = ? ERESTARTNOHAND (To be restarted if no handler)',
    '5 --- SIGALRM {si_signo=SIGALRM, si_code=SI_TIMER, si_timerid=0, si_overrun=0, si_int=0, si_ptr=NULL} ---',
    '5 kill(6, SIGTERM) = 0',
    '6 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=5, si_uid=0} ---',
    '6 +++ killed by SIGTERM +++',
    '5 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=6, si_uid=0, si_status=SIGTERM, si_utime=0, si_stime=0} ---',
    '5 rt_sigreturn({mask=[ALRM]}) = 5',
    '5 rt_sigreturn({mask=[ALRM CHLD]}) = -1 EINTR (Interrupted system call)',
    '5 wait4(6, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGTERM}], WNOHANG, NULL) = 6',
    '5 exit_group(0) = ?',
    '5 +++ exited with 0 +++',
  ]
  expect(await checkText(lines.join('\n'))).toMatchObject({ verdict: 'conforms', violations: [] })
})
