/**
 * The programs that a record of NVD names, by vendor and product.
 *
 * Source: NVD's CVE API 2.0 schema, `configurations`: nodes of names, some of them marked
 * vulnerable; the names beside them, joined by `AND`, are what the program runs on. A configuration
 * only for systems other than Linux is ignored. A name without a version and without bounds means
 * all versions, as NVD's analysts write it; the version `-` means that none was named.
 */

import type { Affected } from '../../core/model/advisory/advisory.ts';
import { isOtherSystem, programCpe } from './cpe.ts';
import { fieldsOf, objectsOf, textOf, type Fields } from './fields.ts';
import { ProgramRanges } from './program-affected.ts';

/** Returns an empty list for nearly all records. */
export function affectedOfNvd(record: Fields): readonly Affected[] {
  const statements = new ProgramRanges();
  for (const configuration of objectsOf(record['configurations'])) {
    const matches = objectsOf(configuration['nodes']).flatMap((node) =>
      objectsOf(node['cpeMatch']).map((match) => ({ match, isNegated: node['negate'] === true })),
    );
    if (matches.some(({ isNegated }) => isNegated)) continue;
    if (isOnlyElsewhere(configuration)) continue;
    for (const { match } of matches) addMatch(match, statements);
  }
  return statements.affected();
}

function addMatch(match: Fields, statements: ProgramRanges): void {
  const cpe =
    match['vulnerable'] === true ? programCpe(textOf(match['criteria']) ?? '') : undefined;
  if (cpe === undefined) return;
  const { program, version } = cpe;
  if (version === '') statements.addVague(program);
  else if (version !== undefined) statements.addVersion(program, version);
  else {
    const introduced = textOf(match['versionStartIncluding']);
    const after = textOf(match['versionStartExcluding']);
    const fixed = textOf(match['versionEndExcluding']);
    const lastAffected = textOf(match['versionEndIncluding']);
    const start = introduced ?? after;
    statements.addRange(program, {
      ...(start !== undefined && { introduced: start }),
      ...(fixed !== undefined && { fixed }),
      ...(lastAffected !== undefined && { lastAffected }),
    });
    if (after !== undefined) statements.addVersion(program, after, 'notAffected');
  }
}

/** Returns whether the required companion of a program is a system that no container has. */
function isOnlyElsewhere(configuration: Fields): boolean {
  if (configuration['operator'] !== 'AND') return false;
  return objectsOf(configuration['nodes']).some((node) => {
    const names = objectsOf(fieldsOf(node)?.['cpeMatch']).map(
      ({ criteria }) => textOf(criteria) ?? '',
    );
    return names.length > 0 && names.every(isOtherSystem);
  });
}
