/** Flags that end a run before anything is scanned: they cannot stand beside a gate, which would then pass unasked. */

import { AssayError } from '../base/errors.ts';
import type { FlagValues } from './command.ts';

const SKIPPING = ['clear-cache', 'download-db-only', 'download-java-db-only'] as const;
/** Each of them asks for a verdict. */
const GATES: readonly string[] = [
  ...['fail-on', 'policy', 'baseline', 'exit-code', 'exit-on-eol', 'min-evidence'],
  ...['fail-on-tamper', 'fail-on-stale-ignore'],
];
/** Numbers of which 0 asks for nothing. */
const CODES: ReadonlySet<string> = new Set(['exit-code', 'exit-on-eol']);

/**
 * Whether the run scans nothing. A gate that stands in a file or the environment gives way to a typed flag, which says
 * what this run is for; a typed gate, and any gate beside a variable, contradicts it.
 *
 * @throws AssayError `USAGE`
 */
export function refuseSkippedGate(flags: FlagValues): void {
  for (const skipping of SKIPPING) {
    if (!flags.isOn(skipping)) continue;
    const isTyped = flags.from(skipping) === 'flag';
    const gate = GATES.find(
      (name) => asksGate(flags, name) && (!isTyped || flags.from(name) === 'flag'),
    );
    if (gate === undefined) continue;
    throw new AssayError(
      'USAGE',
      `${where(flags, skipping)} scans nothing, and ${where(flags, gate)} asks for a verdict`,
      { hint: 'Leave out one of the two, or use two runs.' },
    );
  }
}

function asksGate(flags: FlagValues, name: string): boolean {
  if (!flags.isOn(name)) return false;
  return !CODES.has(name) || !/^0+$/u.test(flags.text(name) ?? '');
}

function where(flags: FlagValues, name: string): string {
  return flags.where(name) ?? `--${name}`;
}
