import { execFileSync } from 'node:child_process'
import { root } from './root.ts'

/** Tests of the command line run what was built; so it is built before any test, or a stale build would be tested. */
export default function buildFirst(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
}
