/** Calls that pass through a check, by name: why none of them can change what the model follows. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['asks about the process and changes nothing', [
    'getuid', 'geteuid', 'getgid', 'getegid', 'getresuid', 'getresgid', 'getgroups', 'uname', 'sysinfo', 'times',
    'getrusage', 'getcpu', 'getcwd', 'get_robust_list', 'sched_getaffinity', 'sched_getparam', 'sched_getscheduler',
    'getpriority', 'capget', 'get_mempolicy', 'getitimer',
  ]],
  ['moves the break or changes memory that no other process sees', [
    'brk', 'mprotect', 'madvise', 'mremap', 'mincore', 'membarrier', 'pkey_alloc', 'pkey_free', 'pkey_mprotect',
  ]],
  ['registers memory of the thread with the kernel; robust lists and tid words are not modelled', [
    'set_robust_list', 'set_tid_address', 'rseq', 'arch_prctl', 'sigaltstack',
  ]],
  ['waits or wakes on a word of memory, which is not modelled', ['futex', 'futex_waitv']],
  ['asks about files and changes nothing that is modelled', [
    'stat', 'lstat', 'fstat', 'newfstatat', 'statx', 'statfs', 'fstatfs', 'access', 'faccessat', 'faccessat2',
    'readlink', 'readlinkat', 'getdents', 'getdents64', 'getxattr', 'lgetxattr', 'fgetxattr', 'listxattr', 'llistxattr',
    'preadv', 'fadvise64', 'readahead',
  ]],
  ['makes data durable, which nobody can see before a crash', ['fsync', 'fdatasync', 'sync', 'syncfs', 'sync_file_range']],
  ['changes rights, owners or times of files, not modelled and without effect on what is', [
    'chmod', 'fchmod', 'fchmodat', 'chown', 'fchown', 'lchown', 'fchownat', 'utimensat', 'utime', 'utimes', 'umask',
    'setxattr', 'fsetxattr', 'lsetxattr',
  ]],
  ['reads a clock or random bytes', ['time', 'gettimeofday', 'clock_gettime', 'clock_getres', 'getrandom']],
  ['sleeps or gives up the processor', ['nanosleep', 'clock_nanosleep', 'sched_yield', 'restart_syscall']],
  ['schedules, which the model leaves open', [
    'sched_setaffinity', 'ioprio_set', 'set_mempolicy', 'mbind',
  ]],
  ['waits for descriptors to be ready, or says for which, and changes none', [
    'poll', 'ppoll', 'select', 'pselect6', 'epoll_wait', 'epoll_pwait', 'epoll_pwait2', 'epoll_ctl', 'inotify_add_watch',
    'inotify_rm_watch', 'timerfd_settime', 'timerfd_gettime',
  ]],
  ['acts on a socket, of which only the descriptor is followed', [
    'connect', 'bind', 'listen', 'getsockname', 'getpeername', 'setsockopt', 'getsockopt', 'shutdown', 'sendto', 'recvfrom',
    'sendmmsg',
  ]],
  ['asks a device or sets what is not modelled of a terminal', [
    'ioctl(TCGETS)', 'ioctl(TCGETS2)', 'ioctl(TIOCGWINSZ)', 'ioctl(FIONREAD)', 'ioctl(FICLONE)',
  ]],
  ['names the thread, or sets what its memory may do', [
    'prctl(PR_SET_NAME)', 'prctl(PR_GET_NAME)', 'prctl(PR_SET_VMA)', 'prctl(PR_CAPBSET_READ)', 'prctl(PR_GET_DUMPABLE)',
    'prctl(PR_SET_NO_NEW_PRIVS)', 'prctl(PR_GET_SECCOMP)', 'prctl(PR_SET_TIMERSLACK)', 'prctl(PR_SET_THP_DISABLE)',
  ]],
  ['makes or removes a directory; whether its name is there is left to the world', ['mkdir', 'mkdirat', 'rmdir']],
  ['reads the kernel log', ['syslog']],
] // prettier-ignore

const REASONS = new Map(GROUPS.flatMap(([reason, names]) => names.map((name) => [name, reason] as const)))

/** Why a call, or a form of one such as `ioctl(TCGETS)`, passes through; undefined for one that may touch what the model follows. */
export const inertReason = (name: string): string | undefined => REASONS.get(name)
