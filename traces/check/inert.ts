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
    'sched_setaffinity', 'sched_setscheduler', 'sched_setparam', 'setpriority', 'ioprio_set', 'set_mempolicy', 'mbind',
  ]],
  ['reads the kernel log or its limits', ['syslog', 'ulimit']],
] // prettier-ignore

const REASONS = new Map(GROUPS.flatMap(([reason, names]) => names.map((name) => [name, reason] as const)))

/** Why a call passes through; undefined for one that may touch what the model follows. */
export const inertReason = (name: string): string | undefined => REASONS.get(name)
