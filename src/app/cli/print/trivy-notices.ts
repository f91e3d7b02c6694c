/**
 * Notices for runs that may have been written for trivy: what the same words would have done there.
 * A run that shows that it was written for Assay gets none of them.
 */

import type { Session } from '../commands/command.ts';
import { trivyIndicator } from './compat-formats.ts';
import type { Output } from './outputs.ts';
import type { Target } from '../../../scan/pipeline/target.ts';

/** Flags that only Assay has, by which a job decides. */
const OWN_GATES: readonly string[] = ['fail-on', 'policy', 'baseline'];
/**
 * Targets that trivy also scans for secrets unless `--scanners` is set. Source: its "CLI
 * Reference".
 */
const WITH_SECRETS: ReadonlySet<Target['kind']> = new Set([
  'image',
  'directory',
  'repository',
  'rootfs',
]);

/**
 * Returns whether a run was written for Assay: `assay.yaml` is read, or the gate is one that trivy
 * does not have.
 */
function isOwn({ flags, config }: Pick<Session, 'flags' | 'config'>): boolean {
  return config?.kind === 'assay.yaml' || OWN_GATES.some((name) => flags.isOn(name));
}

/**
 * Bills of materials, for which trivy looks for packages alone. Source: its documentation, "SBOM".
 */
const MATERIALS: ReadonlySet<string> = new Set(['cyclonedx', 'spdx-json']);

/**
 * Returns whether a run wants what trivy does, which looks for secrets too: with `--compat trivy`,
 * and if settings of trivy rule. Logs once what said so.
 */
export function looksForSecretsAsTrivy(
  session: Session,
  targets: readonly Target[],
  outputs: readonly Output[],
): boolean {
  const { flags, context } = session;
  if (flags.isOn('scanners') || flags.isOn('lazy')) return false;
  if (!targets.some(({ kind }) => WITH_SECRETS.has(kind))) return false;
  if (outputs.every(({ format }) => MATERIALS.has(format))) return false;
  const mark = trivyIndicator(session);
  if (mark === undefined || (!flags.isOn('compat') && isOwn(session))) return false;
  context.log.info(
    `secrets are looked for too, as trivy does by default (${mark}); --scanners vuln asks for vulnerabilities alone`,
  );
  return true;
}

/**
 * Logs once that secrets were not looked for, where trivy would have done it without being asked.
 */
export function logSecretsNotScanned(session: Session, targets: readonly Target[]): void {
  if (session.flags.isOn('scanners') || isOwn(session)) return;
  if (!targets.some(({ kind }) => WITH_SECRETS.has(kind))) return;
  session.context.log.info(
    'secrets were not looked for, which trivy does by default; --scanners vuln asks for vulnerabilities alone',
  );
}

/** Logs once whose JSON a typed `-f json` writes, where nothing says that trivy's is expected. */
export function logJsonDialect(session: Session, outputs: readonly Output[]): void {
  const { flags, context } = session;
  if (flags.text('format') !== 'json' || flags.from('format') !== 'flag' || isOwn(session)) return;
  // In a run with settings of trivy the name means trivy's JSON.
  if (outputs.every(({ format }) => format !== 'json')) return;
  context.log.info(
    "-f json writes Assay's own JSON; -f trivy-json writes trivy's, and so does --compat trivy",
  );
}
