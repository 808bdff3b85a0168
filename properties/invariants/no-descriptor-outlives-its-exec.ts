import { isCloexec } from '../../model/functions/files.ts'
import { always, sometimes } from '../invariant.ts'

export const noDescriptorOutlivesItsExec = always({
  name: 'no descriptor with close-on-exec is left when execve comes back',
  source: 'execve(2), fcntl(2) FD_CLOEXEC; fs/file.c do_close_on_exec()',
  of: 'threads',
  offends: (kernel, { state, call, result, files }) =>
    state === 'returning' &&
    result === 0 &&
    call?.syscall.name.startsWith('execve') === true &&
    kernel.files.at(files).slots.some(isCloexec),
  sometimes: sometimes({
    name: 'a thread enters execve with a descriptor that is to be closed',
    of: 'threads',
    seen: (kernel, { state, files }) => state === 'execing' && kernel.files.at(files).slots.some(isCloexec),
  }),
})
