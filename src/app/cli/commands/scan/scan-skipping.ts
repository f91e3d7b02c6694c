/**
 * Runs that scan nothing: flags that fetch or remove something instead. None may stand beside a
 * gate, which would then pass unasked.
 */

import { AssayError } from '../../../../core/base/errors.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';
import { layerCacheFolder } from '../../../../core/base/cache-directory.ts';
import { clearRecords } from '../../../../core/base/record-store.ts';
import { formatBytes } from '../../print/progress.ts';
import type { FlagValues, Session } from '../command.ts';

/** Flags of trivy that fetch what Assay does not have, and why there is nothing to fetch. */
const FETCHING_NOTHING = new Map([
  ['download-java-db-only', 'advisories of Java packages are part of the advisory data'],
  ['download-checks-bundle-only', 'there is no bundle of checks'],
]);

/** Flags of runs that scan nothing. */
export const SKIPPING_FLAGS = [
  { name: 'clear-cache' },
  { name: 'download-db-only' },
  { name: 'download-java-db-only' },
  { name: 'download-checks-bundle-only' },
] as const;

/** Each of them asks for a verdict. */
const GATES: readonly string[] = [
  ...['fail-on', 'policy', 'baseline', 'exit-code', 'exit-on-eol', 'min-evidence'],
  ...['fail-on-tamper', 'fail-on-stale-ignore'],
];
/** Numbers of which 0 asks for nothing. */
const CODES: ReadonlySet<string> = new Set(['exit-code', 'exit-on-eol']);

/**
 * Does what one of {@link SKIPPING_FLAGS} asks for in place of a scan.
 *
 * @returns the exit code; `undefined` for a run that scans. @throws AssayError `USAGE` beside a
 * gate
 */
export async function runWithoutScan(
  session: Session,
  targets: readonly Target[],
): Promise<number | undefined> {
  const { flags } = session;
  refuseSkippedGate(flags);
  if (targets.length === 0 && flags.isOn('download-db-only')) {
    const { downloadAdvisories } = await import('./advisory-download.ts');
    return downloadAdvisories(session);
  }
  if (flags.isOn('clear-cache')) {
    await clearLayerCache(session);
    return EXIT_CODES.pass;
  }
  return endsWithoutScan(session) ? EXIT_CODES.pass : undefined;
}

/**
 * Returns whether a run is over without a scan, because a flag asks to fetch what Assay does not
 * have; logs why.
 */
function endsWithoutScan({ flags, context }: Pick<Session, 'flags' | 'context'>): boolean {
  for (const [name, why] of FETCHING_NOTHING) {
    if (!flags.isOn(name)) continue;
    context.log.warn(`--${name} fetches nothing: ${why}. Nothing was scanned`);
    return true;
  }
  return false;
}

/** Returns whether a run needs no target, because it scans nothing. */
export function needsNoTarget(flags: FlagValues): boolean {
  return SKIPPING_FLAGS.some(({ name }) => flags.isOn(name));
}

/**
 * Refuses a gate in a run that scans nothing. A gate in a file or the environment gives way to a
 * typed flag that skips the scan; a typed gate, and any gate beside a variable, contradicts it.
 *
 * @throws AssayError `USAGE`
 */
function refuseSkippedGate(flags: FlagValues): void {
  for (const { name: skipping } of SKIPPING_FLAGS) {
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

/** Clears the layer cache: `--clear-cache`, which as in trivy scans nothing. */
async function clearLayerCache(session: Session): Promise<void> {
  const { fileCount, sizeBytes } = await clearRecords(layerCacheFolder(session));
  const files = pluralize(fileCount, 'file');
  const freed = `${files}, ${formatBytes(sizeBytes)}`;
  session.context.log.info(`removed the results of earlier scans: ${freed}`);
}
