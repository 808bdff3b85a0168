import type { Field } from '../strace/values.ts'

/** Calls that pass through a check, by name: why none of them can change what the model follows. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['asks about the process and changes nothing', [
    'getuid', 'geteuid', 'getgid', 'getegid', 'getresuid', 'getresgid', 'getgroups', 'uname', 'sysinfo', 'times',
    'getrusage', 'getcpu', 'getcwd', 'get_robust_list', 'sched_getaffinity', 'sched_getparam', 'sched_getscheduler',
    'sched_getattr', 'sched_get_priority_max', 'sched_get_priority_min', 'sched_rr_get_interval', 'getpriority',
    'ioprio_get', 'capget', 'get_mempolicy', 'getitimer', 'kcmp', 'process_vm_readv', 'lookup_dcookie', 'personality',
  ]],
  ['moves the break or changes memory that no other process sees', [
    'brk', 'mprotect', 'madvise', 'mremap', 'mincore', 'membarrier', 'pkey_alloc', 'pkey_free', 'pkey_mprotect',
    'remap_file_pages', 'process_madvise', 'process_mrelease', 'mseal', 'map_shadow_stack',
  ]],
  ['places memory, whose contents stay the same', ['migrate_pages', 'move_pages', 'set_mempolicy_home_node']],
  ['writes into memory, whose contents the model does not follow', ['process_vm_writev']],
  ['registers memory of the thread with the kernel; robust lists and tid words are not modelled', [
    'set_robust_list', 'set_tid_address', 'rseq', 'arch_prctl', 'sigaltstack', 'modify_ldt', 'set_thread_area',
    'get_thread_area',
  ]],
  ['waits or wakes on a word of memory, which is not modelled', [
    'futex', 'futex_waitv', 'futex_wait', 'futex_wake', 'futex_requeue',
  ]],
  ['asks about files and changes nothing that is modelled', [
    'stat', 'lstat', 'fstat', 'newfstatat', 'statx', 'statfs', 'fstatfs', 'ustat', 'access', 'faccessat', 'faccessat2',
    'readlink', 'readlinkat', 'getdents', 'getdents64', 'getxattr', 'lgetxattr', 'fgetxattr', 'getxattrat', 'listxattr',
    'llistxattr', 'flistxattr', 'listxattrat', 'fadvise64', 'readahead', 'name_to_handle_at', 'cachestat', 'listmount',
    'statmount', 'sysfs',
  ]],
  ['makes data durable, which nobody can see before a crash', ['fsync', 'fdatasync', 'sync', 'syncfs', 'sync_file_range']],
  ['changes rights, owners or times of files, not modelled and without effect on what is', [
    'chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'chown', 'fchown', 'lchown', 'fchownat', 'utimensat', 'futimesat', 'utime',
    'utimes', 'umask', 'setxattr', 'fsetxattr', 'lsetxattr', 'setxattrat', 'removexattr', 'lremovexattr', 'fremovexattr',
  ]],
  ['reads a clock or random bytes', ['time', 'gettimeofday', 'clock_gettime', 'clock_getres', 'getrandom']],
  ['sets a clock, which the model does not have', ['settimeofday', 'clock_settime', 'adjtimex', 'clock_adjtime']],
  ['sleeps or gives up the processor', ['nanosleep', 'clock_nanosleep', 'sched_yield', 'restart_syscall']],
  ['sets a timer, whose signals are taken as they come', [
    'setitimer(ITIMER_VIRTUAL)', 'setitimer(ITIMER_PROF)', 'timer_create', 'timer_settime', 'timer_gettime', 'timer_getoverrun', 'timer_delete',
  ]],
  ['schedules, which the model leaves open', ['sched_setaffinity', 'ioprio_set', 'set_mempolicy', 'mbind']],
  ['waits for descriptors to be ready, or says for which, and changes none', [
    'poll', 'select', 'epoll_wait', 'epoll_ctl', 'inotify_add_watch', 'inotify_rm_watch', 'fanotify_mark',
    'timerfd_settime', 'timerfd_gettime',
  ]],
  ['acts on a socket, of which only the descriptor is followed', [
    'connect', 'bind', 'listen', 'getsockname', 'getpeername', 'getsockopt', 'shutdown', 
  ]],
  ['works on files by a ring or a context of its own', [
    'io_setup', 'io_destroy', 'io_getevents', 'io_pgetevents', 'io_cancel', 'io_uring_register',
  ]],
  ['concerns the machine and not its processes', [
    'syslog', 'acct', 'vhangup', 'swapon', 'swapoff', 'reboot', 'sethostname', 'setdomainname', 'iopl', 'ioperm', 'init_module',
    'finit_module', 'delete_module', 'kexec_load', 'kexec_file_load', 'quotactl', 'quotactl_fd', 'mount_setattr',
    'fsconfig', 'uselib', '_sysctl', 'nfsservctl', 'create_module', 'get_kernel_syms', 'query_module',
  ]],
  ['keeps keys, which are not modelled', ['add_key', 'request_key', 'keyctl']],
  ['takes rights away, which are not modelled', [
    'landlock_add_rule', 'landlock_restrict_self', 'lsm_get_self_attr', 'lsm_set_self_attr', 'lsm_list_modules',
  ]],
  ['is refused to a process that is traced already', ['ptrace']],
  ['was not told to strace: its thread was killed, or its number is none', ['???']],
  ['does not exist any more', ['getpmsg', 'putpmsg', 'afs_syscall', 'tuxcall', 'security', 'vserver', 'epoll_ctl_old',
    'epoll_wait_old']],
  ['asks about the status flags, owners, leases, hints or seals of an open file, or sets them', [
    'fcntl(F_GETOWN)', 'fcntl(F_SETOWN)', 'fcntl(F_GETOWN_EX)', 'fcntl(F_SETOWN_EX)', 'fcntl(F_GETSIG)', 'fcntl(F_SETSIG)',
    'fcntl(F_NOTIFY)', 'fcntl(F_SETLEASE)', 'fcntl(F_GETLEASE)', 'fcntl(F_GETPIPE_SZ)', 'fcntl(F_ADD_SEALS)',
    'fcntl(F_GET_SEALS)', 'fcntl(F_GET_RW_HINT)', 'fcntl(F_SET_RW_HINT)', 'fcntl(F_GET_FILE_RW_HINT)',
    'fcntl(F_SET_FILE_RW_HINT)', 'fcntl(F_DUPFD_QUERY)', 'fcntl(F_CREATED_QUERY)', 'fcntl(F_GETOWNER_UIDS)',
  ]],
  ['asks about System V objects as a whole', [
    'shmctl(IPC_INFO)', 'shmctl(SHM_INFO)', 'semctl(IPC_INFO)', 'semctl(SEM_INFO)', 'msgctl(IPC_INFO)', 'msgctl(MSG_INFO)',
    'shmctl(SHM_STAT)', 'shmctl(SHM_STAT_ANY)', 'semctl(SEM_STAT)', 'semctl(SEM_STAT_ANY)', 'msgctl(MSG_STAT)',
    'msgctl(MSG_STAT_ANY)', 'shmctl(SHM_LOCK)', 'shmctl(SHM_UNLOCK)', 'shmctl(IPC_SET)', 'semctl(IPC_SET)',
  ]],
] // prettier-ignore

/** Calls of which every form that no rule knows passes through. */
const REST: Readonly<Record<string, string>> = {
  ioctl: 'asks a device, or sets what is not modelled of it',
  bpf: 'works on programs and maps of the kernel, of which none is modelled',
  prctl: 'sets or tells attributes of the thread that are not modelled',
}

/** Calls of which all forms that the model does not have are harmless; a trace may show them by their numbers (-X raw). */
const BY_NUMBER: ReadonlySet<string> = new Set(['fcntl', 'semctl', 'shmctl', 'msgctl', 'setitimer'])

const REASONS = new Map(GROUPS.flatMap(([reason, names]) => names.map((name) => [name, reason] as const)))

/** Why a call, or a form of one such as `ioctl(TCGETS)`, passes through; undefined for one that may touch what the model follows. */
export const inertReason = (name: string): string | undefined => REASONS.get(name)

/** Whether a form of a multiplexed call that no rule knows passes through. */
export function inertForm(name: string, fields: readonly Field[]): boolean {
  if (REST[name] !== undefined) return true
  if (BY_NUMBER.has(name) && fields.some(({ value }, place) => place > 0 && place < 3 && value.kind === 'number'))
    return true
  return fields.some(({ value }) => value.kind === 'flags' && REASONS.has(`${name}(${value.names[0]})`))
}
