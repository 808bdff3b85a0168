import type { SocketState } from '../lifecycle/socket.ts'
import type { Row } from './table.ts'

/** One end of a pair of connected stream sockets. Source: unix(7); net/unix/af_unix.c struct unix_sock. */
export interface Socket extends Row {
  state: SocketState
  /** The other end; 0 once it is released. */
  peer: number
  /** What the other end has sent and nobody has read, oldest first. */
  queue: readonly SocketMessage[]
  /** Nothing more will come (RCV_SHUTDOWN); nothing more may be sent (SEND_SHUTDOWN). */
  receiveShut: boolean
  sendShut: boolean
}

export interface SocketMessage {
  /** Bytes yet unread, and what they are, or '' where that is not known. */
  readonly bytes: number
  readonly data: string
  /** Open file descriptions that come along, a reference on each. */
  readonly rights: readonly number[]
}
