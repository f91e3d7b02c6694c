/** The output of `assay db` about bundles. */

import type { CheckedBase, CheckedBundle } from '../../../advisories/base/bundle/bundle-types.ts';
import type { BundleFacts } from '../../../advisories/base/types.ts';
import { setsTable } from './db-tables.ts';
import { formatColumns } from '../../../scan/report/text/plain-columns.ts';
import { formatBytes } from './progress.ts';

/** Describes a bundle: its own statements, and whether they were verified. */
export function bundleText(bundle: BundleFacts & { readonly file: string }): string {
  const { file, version, createdAt, expiresAt = 'never', signedBy, isVerified } = bundle;
  const [first, ...others] = signedBy;
  const state = isVerified ? '' : ' (not verified: no --verify-key)';
  return formatColumns([
    ['Bundle', file],
    ['Version', String(version)],
    ['Data of', createdAt],
    ['Expires', expiresAt],
    ['Signed by', first === undefined ? 'no key' : `${first}${state}`],
    ...others.map((id) => ['', `${id}${state}`]),
  ]);
}

/** Describes a successful check. */
export function checkedText(checked: CheckedBundle | CheckedBase, now: number): string {
  const size = formatBytes(checked.sizeBytes);
  const head = checked.kind === 'bundle' ? bundleText(checked) : baseText(checked);
  const verdict = `\nRead all of ${size}: nothing is missing, added or changed.\n`;
  return [head, '\n', setsTable(checked.sets, now), verdict].join('');
}

function baseText({ folder, lastVerified }: CheckedBase): string {
  if (lastVerified === undefined) {
    return formatColumns([
      ['Base', folder],
      ['Signed by', 'no key: it was not imported with --verify-key'],
    ]);
  }
  const { version, keyIds, isUnchanged } = lastVerified;
  const state = isUnchanged ? '' : ' (changed since, by an update)';
  return formatColumns([
    ['Base', folder],
    ['Version', `${version}${state}`],
    ...keyIds.map((id, index) => [index === 0 ? 'Keys' : '', id]),
  ]);
}
