const ORDER =
  'an order within one exit, of things that others see by being woken: before they run, all of it is done, and a model that allows them to be late allows what they see'
const LATE = 'whoever is late finds the same: that it was, a program cannot tell'
const INSIDE = 'an entry in a structure of the model, which no call asks for'

/**
 * Faults of the model that no run of a program on the live kernel contradicts, by name, each with the reason. A fault that
 * is not listed here is noticed by `faults --live`.
 */
export const UNSEEN: Readonly<Record<string, string>> = {
  'an open of a FIFO is not woken by an opener that has closed it again': `the sleeper may have looked while it was open: ${LATE}`,
  'descriptors are closed in the phase after exit_fs, and semadj undone after that': ORDER,
  'exit undoes the semadj before it detaches shared memory': ORDER,
  'exit undoes the least recently used set first': ORDER,
  'a repeated SEM_UNDO operation does not bring its set to the front of the undo list': ORDER,
  'the open file descriptions of a dying process are released lowest descriptor first': ORDER,
  'a vfork parent goes on while its child still has the address space': ORDER,
  'the status of a later fatal signal or exit_group wins': `the signal may have come when the process was a zombie: ${LATE}`,
  'a POSIX queue without a name stays after its last close': INSIDE,
  'a thread that dies still has the interrupted call to start again': INSIDE,
  'the last reference to an open file description is taken off when it has been released, not before': INSIDE,
}
