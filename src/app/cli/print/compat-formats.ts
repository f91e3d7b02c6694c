/**
 * The meaning of format names in a run that comes from trivy: with `--compat trivy`, and with
 * settings of `TRIVY_` variables or `trivy.yaml`. The table is in `docs/reports.md`.
 */

import { AssayError } from '../../../core/base/errors.ts';
import type { Session } from '../commands/command.ts';
import type { Output } from './outputs.ts';
import { compatibleTool } from '../shell/options/compatible-tool.ts';
import { REGISTRY_FLAGS } from '../shell/options/registry-flags.ts';

/**
 * Returns the sign that a run comes from trivy, for people: `--compat trivy`, `TRIVY_SEVERITY`;
 * `undefined` if there is none.
 *
 * @throws AssayError `USAGE` for another tool.
 */
export function trivyIndicator({
  flags,
  settings,
}: Pick<Session, 'flags' | 'settings'>): string | undefined {
  const tool = compatibleTool(flags);
  if (tool === 'grype') return undefined;
  const where = flags.where('compat');
  if (tool !== undefined && where !== undefined) {
    return where === '--compat' ? '--compat trivy' : where;
  }
  const [first] = [...settings].filter(
    ([name, { from, values }]) =>
      (from === 'TRIVY' || from === 'trivy.yaml') && values.length > 0 && !isOfRegistry(name),
  );
  return first?.[1].where;
}

/** Logins say nothing of what output is expected. */
function isOfRegistry(name: string): boolean {
  return REGISTRY_FLAGS.some((flag) => flag.name === name);
}

/**
 * Returns the format that a name of `--format` means in a run that comes from trivy.
 *
 * @throws AssayError `USAGE` for a name under which trivy writes what Assay does not.
 */
export function resolveFormat(name: string, mark: string): string {
  if (name === 'json') return 'trivy-json';
  if (name === 'github') {
    throw new AssayError(
      'USAGE',
      `-f github with ${mark} means trivy's dependency snapshot, which Assay does not write`,
      {
        hint: 'Annotations of GitHub: -o github. An SBOM: -f cyclonedx or -f spdx-json.',
      },
    );
  }
  return name;
}

/**
 * Refuses the formats that mean something else to users of grype.
 *
 * @throws AssayError `USAGE` for JSON, whose schema is grype's own.
 */
export function refuseGrypeFormats(outputs: readonly Output[]): void {
  if (outputs.every(({ format }) => format !== 'json')) return;
  throw new AssayError(
    'USAGE',
    "with --compat grype, json means grype's own schema, which Assay does not write",
    {
      hint: "Assay's JSON: leave out --compat grype. Formats of both: table, sarif; CycloneDX: -o cyclonedx.",
    },
  );
}
