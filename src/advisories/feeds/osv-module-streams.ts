/**
 * Module streams in bulletins of AlmaLinux, Red Hat and Rocky Linux. Their OSV records have no
 * field for a stream. The title of the bulletin contains it
 * (`Important: nodejs:16 security update`), and builds of modules have `.module` in their release.
 *
 * Sources: errata.almalinux.org, access.redhat.com/errata and errata.rockylinux.org, "Synopsis".
 */

import type { Affected } from '../../core/model/advisory/advisory.ts';
import { MODULES_QUALIFIER } from '../../core/model/advisory/applicability.ts';
import { textOf, type Fields } from './fields.ts';

const WITH_STREAMS = /^(?:RH[SBE]A|R[LX]SA)-/;
const MODULE_BUILD = /\.module[_+]el/;
const STREAM = /(?<![\w.:-])[a-zA-Z][\w.-]*:[\w.-]*\w(?![\w:])/g;

/**
 * Returns whether the titles of records with this id contain module streams. AlmaLinux's have a
 * reader of their own.
 */
export function hasModuleStreams(id: string): boolean {
  return WITH_STREAMS.test(id);
}

/**
 * Returns the packages; those whose fix is the build of a module get the streams of the title as a
 * qualifier.
 */
export function withModuleStreams(
  record: Fields,
  affected: readonly Affected[],
): readonly Affected[] {
  const modular = affected.filter(isModular);
  if (modular.length === 0) return affected;
  const streams = [...(textOf(record['summary']) ?? '').matchAll(STREAM)]
    .map(([stream]) => stream)
    .join(',');
  if (streams === '') return affected;
  return affected.map((entry) =>
    isModular(entry)
      ? {
          ...entry,
          qualifiers: new Map([...(entry.qualifiers ?? []), [MODULES_QUALIFIER, streams]]),
        }
      : entry,
  );
}

function isModular({ ranges }: Affected): boolean {
  return ranges.some(({ fixed }) => fixed !== undefined && MODULE_BUILD.test(fixed));
}
