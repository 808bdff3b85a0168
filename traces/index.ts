/** What was seen: captures and transcripts, and whether the model allows them. */
export { checkCapture, checkText, type CaptureOptions } from './check/check-capture.ts'
export { conclude, judge, readClaim, type Claim } from './claim.ts'
export { explain } from './check/explain.ts'
export type { CaptureVerdict, UndecidedLine, Violation } from './check/verdict.ts'
export { CaptureError } from './strace/capture-error.ts'
export { checkTranscript, readTranscripts, type Transcript } from './transcript.ts'
