import { setFlagsFromString } from 'node:v8'

/**
 * Keep the engine from guessing which objects will live long. What is made while programs are drawn lives through some
 * collections, and then the engine puts all that the same lines make later where it is collected seldom, and with it
 * what it refers to: of the states that a live run is judged by, that was a third, for nothing.
 */
export const expectShortLives = (): void => setFlagsFromString('--no-allocation-site-pretenuring')
