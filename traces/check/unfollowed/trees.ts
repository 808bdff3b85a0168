import { ERRNOS } from '../../../model/errno.ts'
import { path } from '../../../model/params.ts'
import type { Thread } from '../../../model/state/threads.ts'
import { defineSyscall, succeeds, type Syscall } from '../../../model/syscall.ts'
import { moveTo } from '../directories.ts'
import { forgetNames } from '../forget.ts'
import { harmless, ignored, type Params } from './harmless.ts'

/** Changes of a directory tree: names that end as one of these paths do are no longer known. */
const renamer = (name: string, params: Params, ...paths: string[]): Syscall =>
  defineSyscall({
    name,
    params,
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: (_kernel, _caller, args) =>
      harmless('names are changed', (k) => {
        for (const place of paths) forgetNames(k, (args as Readonly<Record<string, string>>)[place])
      }),
  })

const treeChange = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    environment: ERRNOS,
    source: `${name}(2)`,
    rule: () => harmless('what names lead to is changed', (k) => forgetNames(k)),
  })

/** A name that was none before, or is none any more. */
const nameChange = (name: string, params: Params): Syscall => renamer(name, params, 'path')

/** Relative paths are counted from another place from now on. Source: chdir(2). */
const chdir = defineSyscall({
  name: 'chdir',
  params: { path: path('file') },
  environment: ERRNOS,
  source: 'chdir(2); fs/open.c set_fs_pwd()',
  rule: (_kernel, { tid }, { path }) => succeeds(0, (k) => moveTo(k, tid, `${path}/`)),
})

/** The same for a place of which it is not known where it is. Source: fchdir(2). */
const goesSomewhere = (name: string): Syscall =>
  defineSyscall({
    name,
    params: {},
    environment: ERRNOS,
    source: `${name}(2); fs/open.c set_fs_pwd()`,
    rule: (_kernel, { tid }: Readonly<Thread>) => succeeds(0, (k) => moveTo(k, tid, undefined)),
  })

/** Calls that change what names lead to. */
export const treeCalls: readonly Syscall[] = [
  renamer('renameat', { from: ignored, old: path('file'), to: ignored, new: path('file') }, 'old', 'new'),
  renamer('renameat2', { from: ignored, old: path('file'), to: ignored, new: path('file') }, 'old', 'new'),
  renamer('linkat', { from: ignored, old: path('file'), to: ignored, new: path('file') }, 'new'),
  renamer('symlink', { target: ignored, new: path('file') }, 'new'),
  renamer('symlinkat', { target: ignored, to: ignored, new: path('file') }, 'new'),
  ...['chroot', 'pivot_root', 'mount', 'umount2', 'move_mount', 'open_by_handle_at', 'setns'].map(treeChange),
  chdir,
  ...['chdir', 'fchdir'].map(goesSomewhere),
  nameChange('mkdir', { path: path('file') }),
  nameChange('rmdir', { path: path('file') }),
  nameChange('mkdirat', { from: ignored, path: path('file') }),
  nameChange('unlinkat', { from: ignored, path: path('file') }),
  nameChange('mknodat', { from: ignored, path: path('file') }),
  nameChange('mknod', { path: path('file') }),
]
