/**
 * CycloneDX 1.6 in JSON: components, dependencies and vulnerabilities of a report.
 *
 * Source: CycloneDX 1.6 (ECMA-424), JSON schema. Evidence, layers and whatever package URLs cannot
 * say are properties (`core/model/package/sbom-properties.ts`). The serial number is made of the content, so
 * that the same content has the same one; the time is the one at which the scan began. One artifact
 * is the document's subject; several are components.
 */

import type { Digest, Location } from '../../../core/model/artifact/artifact.ts';
import { jsonPieces } from '../../../core/codec/json-pieces.ts';
import {
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { SBOM_PROPERTY } from '../../../core/model/package/sbom-properties.ts';
import { cyclonedxVulnerabilities } from './cyclonedx-vulnerabilities.ts';
import { jsonDocument } from '../json/json-document.ts';
import type { Reporter } from '../reporter.ts';
import {
  bomContents,
  uuidOf,
  type BomArtifact,
  type BomPackage,
  type BomSystem,
} from './sbom-contents.ts';
import { isLicenseId } from '../../../core/model/package/spdx-license-ids.ts';
import { vulnerabilityGroups } from '../findings/vulnerability-groups.ts';

const ALGORITHMS = { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' } as const;
const DIGITS = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;

export const cyclonedx: Reporter = {
  id: 'cyclonedx',
  mediaType: 'application/vnd.cyclonedx+json; version=1.6',
  purpose: 'lists packages and vulnerabilities as an SBOM of CycloneDX 1.6',
  findings: {
    listed: 'all',
    vulnerabilities: 'all, once for all components that they affect',
    others: 'not there',
    setAside: '`analysis`, and the property `assay:suppressedBy`',
    ruleFieldsWithout: {
      fields: 'all',
      reason: 'is a bill of materials: components, and what is known about them',
    },
  },
  render: (report) => jsonDocument(cyclonedxBom(report)),
};

function cyclonedxBom(report: Report): StreamedJson {
  const contents = bomContents(report);
  const subject = contents.length === 1 ? contents[0] : undefined;
  const metadata = {
    tools: {
      components: [{ type: 'application', name: 'assay', version: report.tool.version }],
    },
    ...(subject !== undefined && { component: artifactComponent(subject) }),
  };
  const groups = vulnerabilityGroups(report, contents);
  // The content is made twice, for the serial number and for the document, and never held as a
  // whole.
  const body = (): readonly (readonly [string, StreamedJson])[] => [
    ['components', new StreamedList(components(contents, subject))],
    ['dependencies', new StreamedList(allDependencies(contents))],
    ['vulnerabilities', new StreamedList(cyclonedxVulnerabilities(groups, report))],
  ];
  const content = new StreamedList([metadata, new StreamedObject(body())]);
  return new StreamedObject([
    ['$schema', 'http://cyclonedx.org/schema/bom-1.6.schema.json'],
    ['bomFormat', 'CycloneDX'],
    ['specVersion', '1.6'],
    ['serialNumber', `urn:uuid:${uuidOf(jsonPieces(content, ''))}`],
    ['version', 1],
    ['metadata', { timestamp: report.startedAt, ...metadata }],
    ...body(),
  ]);
}

function* components(
  contents: readonly BomArtifact[],
  subject: BomArtifact | undefined,
): Generator<Json> {
  for (const artifact of contents) {
    if (subject === undefined) yield artifactComponent(artifact);
    if (artifact.system !== undefined) yield systemComponent(artifact.system);
    for (const pkg of artifact.packages) yield packageComponent(pkg);
  }
}

function* allDependencies(contents: readonly BomArtifact[]): Generator<Json> {
  for (const artifact of contents) yield* dependencies(artifact);
}

function artifactComponent({ ref, artifact, properties }: BomArtifact): Json {
  const { kind, reference, image } = artifact;
  const digest = image?.manifestDigest ?? image?.configDigest;
  return {
    type: kind === 'image' ? 'container' : 'application',
    'bom-ref': ref,
    name: reference,
    ...(digest !== undefined && { version: digest }),
    ...(properties.length > 0 && { properties: properties.map(propertyOf) }),
  };
}

function systemComponent({ ref, distro }: BomSystem): Json {
  const { id, versionId, codename } = distro;
  return {
    type: 'operating-system',
    'bom-ref': ref,
    name: id,
    ...(versionId !== '' && { version: versionId }),
    ...(codename !== undefined && {
      properties: [{ name: SBOM_PROPERTY.codename, value: codename }],
    }),
  };
}

/**
 * Fields without a value are not written; an object of one form is made faster than one that is
 * spread from parts.
 */
function packageComponent({ ref, pkg, purl, group, name, properties }: BomPackage): Json {
  const hashes = pkg.digests.flatMap(hashOf);
  return {
    type: 'library',
    'bom-ref': ref,
    group: group === '' ? undefined : group,
    name,
    version: pkg.version === '' ? undefined : pkg.version,
    scope: pkg.scope && SCOPES[pkg.scope],
    hashes: hashes.length === 0 ? undefined : hashes,
    licenses: pkg.licenses.length === 0 ? undefined : pkg.licenses.map(licenseOf),
    purl,
    properties: properties.map(propertyOf),
    evidence: { occurrences: pkg.locations.map(occurrenceOf) },
  };
}

/**
 * Scopes of CycloneDX. Packages that are not part of the delivered artifact are `excluded`; a
 * property has the scope itself.
 */
const SCOPES = {
  runtime: 'required',
  development: 'excluded',
  optional: 'optional',
  peer: 'optional',
} as const satisfies Record<NonNullable<Package['scope']>, string>;

function propertyOf([name, value]: readonly [string, string]): Json {
  return { name, value };
}

function hashOf(digest: Digest): readonly Json[] {
  const [algorithm, content = ''] = digest.split(':') as [keyof typeof ALGORITHMS, string?];
  return content.length === DIGITS[algorithm] ? [{ alg: ALGORITHMS[algorithm], content }] : [];
}

function licenseOf(license: string): Json {
  return { license: isLicenseId(license) ? { id: license } : { name: license } };
}

function occurrenceOf({ path, line }: Location): Json {
  return { location: path, line };
}

function* dependencies({ ref, contains, system, edges }: BomArtifact): Generator<Json> {
  yield { ref, dependsOn: contains };
  if (system !== undefined) yield { ref: system.ref, dependsOn: system.contains };
  for (const { ref: from, dependsOn } of edges) {
    yield { ref: from, dependsOn: dependsOn.length === 0 ? undefined : dependsOn };
  }
}
