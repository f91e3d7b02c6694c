/**
 * Bills of materials that a scan writes, against those of a case: packages, system,
 * vulnerabilities.
 */

import { parsePackageUrl } from '../../src/core/model/purl/purl.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { applyDisplayFilter } from '../../src/core/model/report/display-filter.ts';
import { renderReport } from '../../src/scan/report/index.ts';

/**
 * What a case says of the document; other components (lockfiles as applications) are the origin's
 * own way.
 */
export interface ExpectedBom {
  readonly sbom: 'cyclonedx' | 'spdx';
  /** Of CycloneDX: package URL or name, and type. */
  readonly components?: readonly (readonly [string, string])[];
  /** Of SPDX: name, version, package URL. */
  readonly packages?: readonly (readonly [string, string | null, string | null])[];
  readonly vulnerabilities?: readonly {
    readonly id: string;
    readonly purls: readonly string[];
  }[];
}

interface Written {
  readonly components?: readonly {
    readonly 'bom-ref': string;
    readonly type: string;
    readonly name: string;
    readonly purl?: string;
  }[];
  readonly vulnerabilities?: readonly {
    readonly id: string;
    readonly affects: readonly { readonly ref: string }[];
  }[];
  readonly packages?: readonly {
    readonly name: string;
    readonly versionInfo?: string;
    readonly externalRefs?: readonly {
      readonly referenceType: string;
      readonly referenceLocator: string;
    }[];
  }[];
}

/** What the written document lacks or has too many of; `undefined` when nothing. */
export async function bomDifference(
  report: Report,
  expected: ExpectedBom,
): Promise<string | undefined> {
  const format = expected.sbom === 'spdx' ? 'spdx-json' : 'cyclonedx';
  let text = '';
  for await (const piece of renderReport(applyDisplayFilter(report), format)) text += piece;
  const written = JSON.parse(text) as Written;
  const faults =
    expected.sbom === 'spdx'
      ? compared(spdxRows(written), wantedSpdxRows(expected))
      : compared(cyclonedxRows(written), wantedCyclonedxRows(expected));
  return faults.length === 0 ? undefined : faults.join('; ');
}

function compared(got: readonly string[], want: readonly string[]): readonly string[] {
  const missing = want.filter((row) => !got.includes(row));
  const extra = got.filter((row) => !want.includes(row));
  return [...missing.map((row) => `missing ${row}`), ...extra.map((row) => `unexpected ${row}`)];
}

function cyclonedxRows({ components = [], vulnerabilities = [] }: Written): readonly string[] {
  const purls = new Map(components.map((row) => [row['bom-ref'], row.purl ?? row.name]));
  return [
    ...components.flatMap(({ type, name, purl }) =>
      purl === undefined ? (type === 'operating-system' ? [`system ${name}`] : []) : [plain(purl)],
    ),
    ...vulnerabilities.flatMap(({ id, affects }) =>
      affects.map(({ ref }) => `${id} of ${plain(purls.get(ref) ?? ref)}`),
    ),
  ];
}

function wantedCyclonedxRows(expected: ExpectedBom): readonly string[] {
  const { components = [], vulnerabilities = [] } = expected;
  return [
    ...components.flatMap(([name, type]) => {
      if (name.startsWith('pkg:')) return [plain(name)];
      return type === 'operating-system' ? [`system ${name}`] : [];
    }),
    ...vulnerabilities.flatMap(({ id, purls }) => purls.map((purl) => `${id} of ${plain(purl)}`)),
  ];
}

function spdxRows({ packages = [] }: Written): readonly string[] {
  return packages.flatMap(({ name, versionInfo = '', externalRefs = [] }) =>
    externalRefs
      .filter(({ referenceType }) => referenceType === 'purl')
      .map(({ referenceLocator }) => `${name} ${versionInfo} ${plain(referenceLocator)}`),
  );
}

function wantedSpdxRows({ packages = [] }: ExpectedBom): readonly string[] {
  return packages.flatMap(([name, version, purl]) =>
    purl === null ? [] : [`${name} ${version ?? ''} ${plain(purl)}`],
  );
}

/** Without qualifiers, of which each tool has its own. */
function plain(purl: string): string {
  if (!purl.startsWith('pkg:')) return purl;
  const { type, namespace, name, version } = parsePackageUrl(purl);
  return [type, namespace, name, version].join(' ');
}
