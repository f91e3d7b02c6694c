/**
 * Notices for runs that may have been written for trivy: what the same words would have done there. A run that shows that
 * it was written for Assay gets none of them.
 */

import type { Session } from '../commands/command.ts';
import type { Output } from './outputs.ts';
import type { Target } from '../../scan/target.ts';

/** Flags that only Assay has, by which a job decides. */
const OWN_GATES: readonly string[] = ['fail-on', 'policy', 'baseline'];
/** What trivy scans for secrets too unless `--scanners` says otherwise. Source: its "CLI Reference". */
const WITH_SECRETS: ReadonlySet<Target['kind']> = new Set([
  'image',
  'directory',
  'repository',
  'rootfs',
]);

/** Whether a run was written for Assay: `assay.yaml` is read, or the gate is one that trivy does not have. */
function isOwn({ flags, config }: Pick<Session, 'flags' | 'config'>): boolean {
  return config?.kind === 'assay.yaml' || OWN_GATES.some((name) => flags.isOn(name));
}

/** Whether a run says that it wants what trivy does, which looks for secrets too. */
export function looksForSecretsAsTrivy({ flags }: Session, targets: readonly Target[]): boolean {
  if (flags.isOn('scanners') || !flags.list('compat').includes('trivy')) return false;
  return targets.some(({ kind }) => WITH_SECRETS.has(kind));
}

/** Logs once that secrets were not looked for, where trivy would have done it without being asked. */
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
