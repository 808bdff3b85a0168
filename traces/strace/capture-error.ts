/**
 * Why a capture cannot be read, or not further.
 * `unreadable`: the system refuses; `directory`; `empty`: no lines; `binary`: not text; `damaged`: a gzip file that is
 * corrupt or ends too early; `compressed`: another compression; `foreign`: text, but none of it strace's;
 * `unordered`: several files, whose lines do not say when they were.
 */
export type CaptureErrorKind =
  'unreadable' | 'directory' | 'empty' | 'binary' | 'damaged' | 'compressed' | 'foreign' | 'unordered'

/** The message names the file and the line, what was found there and what was expected. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'
  readonly file: string
  readonly kind: CaptureErrorKind
  /** 1-based line in the (decompressed) text; 0 if the trouble is with the file as a whole. */
  readonly line: number
  readonly why: string

  constructor(file: string, kind: CaptureErrorKind, line: number, why: string) {
    super(`${file}${line > 0 ? `:${line}` : ''}: ${why}`)
    this.file = file
    this.kind = kind
    this.line = line
    this.why = why
  }

  /** The same error, at a line that only the caller knows. */
  at(line: number): CaptureError {
    return new CaptureError(this.file, this.kind, line, this.why)
  }
}
