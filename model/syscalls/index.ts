import type { Syscall } from '../syscall.ts'
import { alarm } from './alarm.ts'
import { clone } from './clone.ts'
import { clone3 } from './clone3.ts'
import { close } from './close.ts'
import { close_range } from './close_range.ts'
import { dup } from './dup.ts'
import { dup2, dup3 } from './dup2.ts'
import { execve, execveat } from './execve.ts'
import { exit } from './exit.ts'
import { exit_group } from './exit_group.ts'
import { fcntlLocks } from './fcntl-locks.ts'
import { fcntl } from './fcntl.ts'
import { flock } from './flock.ts'
import { fork } from './fork.ts'
import { ftruncate } from './ftruncate.ts'
import { getpgid } from './getpgid.ts'
import { getpgrp } from './getpgrp.ts'
import { getpid } from './getpid.ts'
import { getppid } from './getppid.ts'
import { getrlimit } from './getrlimit.ts'
import { getsid } from './getsid.ts'
import { gettid } from './gettid.ts'
import { ioctl } from './ioctl.ts'
import { kill } from './kill.ts'
import { link } from './link.ts'
import { load } from './load.ts'
import { lseek } from './lseek.ts'
import { mknod, mknodat } from './mknodat.ts'
import { mlock } from './mlock.ts'
import { mlockall } from './mlockall.ts'
import { mmap } from './mmap.ts'
import { mq_getsetattr } from './mq_getsetattr.ts'
import { mq_notify } from './mq_notify.ts'
import { mq_open } from './mq_open.ts'
import { mq_timedreceive } from './mq_timedreceive.ts'
import { mq_timedsend } from './mq_timedsend.ts'
import { mq_unlink } from './mq_unlink.ts'
import { msgctl } from './msgctl.ts'
import { msgget } from './msgget.ts'
import { msgrcv } from './msgrcv.ts'
import { msgsnd } from './msgsnd.ts'
import { msync } from './msync.ts'
import { munlock } from './munlock.ts'
import { munlockall } from './munlockall.ts'
import { munmap } from './munmap.ts'
import { open, openat } from './openat.ts'
import { openpty } from './openpty.ts'
import { pause } from './pause.ts'
import { pipe, pipe2 } from './pipe2.ts'
import { prctl } from './prctl.ts'
import { prlimit64 } from './prlimit64.ts'
import { pread64 } from './pread64.ts'
import { read } from './read.ts'
import { recvmsg } from './recvmsg.ts'
import { rename } from './rename.ts'
import { rt_sigaction } from './rt_sigaction.ts'
import { rt_sigpending } from './rt_sigpending.ts'
import { rt_sigprocmask } from './rt_sigprocmask.ts'
import { rt_sigqueueinfo } from './rt_sigqueueinfo.ts'
import { rt_sigreturn } from './rt_sigreturn.ts'
import { rt_sigsuspend } from './rt_sigsuspend.ts'
import { rt_sigtimedwait } from './rt_sigtimedwait.ts'
import { rt_tgsigqueueinfo } from './rt_tgsigqueueinfo.ts'
import { sem_close } from './sem_close.ts'
import { sem_open } from './sem_open.ts'
import { sem_post } from './sem_post.ts'
import { sem_trywait } from './sem_trywait.ts'
import { sem_unlink } from './sem_unlink.ts'
import { sem_wait } from './sem_wait.ts'
import { semctl } from './semctl.ts'
import { semget } from './semget.ts'
import { semop } from './semop.ts'
import { semtimedop } from './semtimedop.ts'
import { sendmsg } from './sendmsg.ts'
import { setpgid } from './setpgid.ts'
import { setrlimit } from './setrlimit.ts'
import { setsid } from './setsid.ts'
import { setuid } from './setuid.ts'
import { shmat } from './shmat.ts'
import { shmctl } from './shmctl.ts'
import { shmdt } from './shmdt.ts'
import { shmget } from './shmget.ts'
import { shutdown } from './shutdown.ts'
import { socketpair } from './socketpair.ts'
import { store } from './store.ts'
import { tcsetattr } from './tcsetattr.ts'
import { tgkill } from './tgkill.ts'
import { tkill } from './tkill.ts'
import { unlink, unlinkat } from './unlink.ts'
import { vfork } from './vfork.ts'
import { wait4 } from './wait4.ts'
import { waitid } from './waitid.ts'
import { write } from './write.ts'

/** Every call that the model knows; those of a multiplexed call are forms of one file. */
export const syscalls: readonly Syscall[] = [
  alarm,
  clone,
  clone3,
  close,
  close_range,
  dup,
  dup2,
  dup3,
  execve,
  execveat,
  exit,
  exit_group,
  ...fcntl,
  ...fcntlLocks,
  flock,
  fork,
  ftruncate,
  getpgid,
  getpgrp,
  getpid,
  getppid,
  getrlimit,
  getsid,
  gettid,
  ...ioctl,
  kill,
  link,
  load,
  lseek,
  mknod,
  mknodat,
  mlock,
  mlockall,
  mmap,
  mq_getsetattr,
  mq_notify,
  mq_open,
  mq_timedreceive,
  mq_timedsend,
  mq_unlink,
  ...msgctl,
  msgget,
  msgrcv,
  msgsnd,
  msync,
  munlock,
  munlockall,
  munmap,
  open,
  openat,
  openpty,
  pause,
  pipe,
  pipe2,
  ...prctl,
  pread64,
  prlimit64,
  read,
  recvmsg,
  rename,
  rt_sigaction,
  rt_sigpending,
  rt_sigprocmask,
  rt_sigqueueinfo,
  rt_sigreturn,
  rt_sigsuspend,
  rt_sigtimedwait,
  rt_tgsigqueueinfo,
  sem_close,
  sem_open,
  sem_post,
  sem_trywait,
  sem_unlink,
  sem_wait,
  ...semctl,
  semget,
  semop,
  semtimedop,
  sendmsg,
  setpgid,
  setrlimit,
  setsid,
  ...setuid,
  shmat,
  ...shmctl,
  shmdt,
  shmget,
  shutdown,
  socketpair,
  store,
  tcsetattr,
  tgkill,
  tkill,
  unlink,
  unlinkat,
  vfork,
  wait4,
  waitid,
  write,
]
