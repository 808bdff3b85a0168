import type { Kernel } from '../kernel.ts'
import type { OpenFileDescription } from '../state/open-files.ts'

/**
 * A process that removes any descriptor of a queue loses its registration there.
 * Source: mq_notify(3); ipc/mqueue.c mqueue_flush_file().
 */
export function mqueueFlushFile(_kernel: Kernel, _tid: number, _description: Readonly<OpenFileDescription>): void {}

/** The last reference to an open queue is gone. Source: mq_close(3), mq_unlink(3). */
export function mqueueRelease(_kernel: Kernel, _description: Readonly<OpenFileDescription>): void {}
