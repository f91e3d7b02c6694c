/**
 * SPDX 2.3 in JSON: packages and relationships of a report.
 *
 * Source: SPDX 2.3, clauses 6, 7, 10, 11 and 12, and its JSON schema. What package URLs cannot say
 * is one annotation of each package: a JSON object of the properties of `core/model/package/sbom-properties.ts`.
 * Licences that are no expressions of known ids are defined in the document. The namespace is made
 * of the content; vulnerabilities have no place in SPDX 2.
 */

import { hash } from 'node:crypto';

import type { Digest, Location } from '../../../core/model/artifact/artifact.ts';
import { jsonPieces } from '../../../core/codec/json-pieces.ts';
import {
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { SBOM_PROPERTY } from '../../../core/model/package/sbom-properties.ts';
import { jsonDocument } from '../json/json-document.ts';
import type { Reporter } from '../reporter.ts';
import {
  bomContents,
  uuidOf,
  type BomArtifact,
  type BomPackage,
  type BomSystem,
} from './sbom-contents.ts';
import { isLicenseExpression } from '../../../core/model/package/spdx-license-ids.ts';

const DOCUMENT = 'SPDXRef-DOCUMENT';
const ALGORITHMS = { md5: 'MD5', sha1: 'SHA1', sha256: 'SHA256', sha512: 'SHA512' } as const;
const FRACTION = /\.\d+Z$/;

export const spdxJson: Reporter = {
  id: 'spdx-json',
  mediaType: 'application/spdx+json',
  purpose: 'lists packages as an SBOM of SPDX 2.3',
  findings: {
    listed: 'none',
    vulnerabilities: 'not there; malicious packages are marked',
    others: 'not there',
    setAside: 'not there',
    ruleFieldsWithout: {
      fields: 'all',
      reason: 'is a bill of materials: components, and what is known about them',
    },
  },
  render: (report) => jsonDocument(spdxDocument(report)),
};

function spdxDocument(report: Report): StreamedJson {
  const contents = bomContents(report);
  // Clause 6.9: to the second.
  const created = report.startedAt.replace(FRACTION, 'Z');
  const writer: Writer = {
    annotator: `Tool: assay-${report.tool.version}`,
    annotationDate: created,
    texts: new Map(),
  };
  // The content is made twice, for the namespace and for the document, and never held as a whole.
  const packages = (): StreamedList => new StreamedList(allPackages(contents, writer));
  const relationships = (): StreamedList => new StreamedList(allRelationships(contents));
  const name = contents.map(({ artifact }) => artifact.reference).join(', ');
  // The same content has the same namespace, whenever it is written.
  const content = new StreamedList([name, packages(), relationships()]);
  const uuid = uuidOf(undatedPieces(content, created));
  return new StreamedObject([
    ['spdxVersion', 'SPDX-2.3'],
    ['dataLicense', 'CC0-1.0'],
    ['SPDXID', DOCUMENT],
    ['name', name],
    ['documentNamespace', `https://spdx.org/spdxdocs/assay-${uuid}`],
    ['creationInfo', { created, creators: [writer.annotator] }],
    ['packages', packages()],
    ['relationships', relationships()],
    // Known by now: the namespace has asked for all packages.
    ['hasExtractedLicensingInfos', writer.texts.size > 0 ? extracted(writer) : undefined],
  ]);
}

function* allPackages(contents: readonly BomArtifact[], writer: Writer): Generator<Json> {
  for (const artifact of contents) {
    yield artifactPackage(artifact, writer);
    if (artifact.system !== undefined) yield systemPackage(artifact.system, writer);
    for (const pkg of artifact.packages) yield packageOf(pkg, writer);
  }
}

function* allRelationships(contents: readonly BomArtifact[]): Generator<Json> {
  for (const artifact of contents) yield* relationshipsOf(artifact);
}

/** A piece ends between two values, so none of them cuts the instant in two. */
function* undatedPieces(content: StreamedJson, created: string): Generator<string> {
  for (const piece of jsonPieces(content, '')) yield piece.replaceAll(created, '');
}

function extracted({ texts }: Writer): StreamedList {
  return new StreamedList(
    [...texts].map(([text, licenseId]) => ({ licenseId, name: text, extractedText: text })),
  );
}

/** The fields for writing a document. */
interface Writer {
  readonly annotator: string;
  readonly annotationDate: string;
  /** Ids of licences that are no SPDX expressions, by their texts. */
  readonly texts: Map<string, string>;
}

function artifactPackage({ ref, artifact, properties }: BomArtifact, writer: Writer): Json {
  const { kind, reference, image } = artifact;
  const digest = image?.manifestDigest ?? image?.configDigest;
  return {
    SPDXID: idOf(ref),
    name: reference,
    ...(digest !== undefined && { versionInfo: digest }),
    primaryPackagePurpose: kind === 'image' ? 'CONTAINER' : 'APPLICATION',
    ...UNKNOWN,
    ...(properties.length > 0 && { annotations: [annotation(properties, writer)] }),
  };
}

function systemPackage({ ref, distro }: BomSystem, writer: Writer): Json {
  const { id, versionId, codename } = distro;
  return {
    SPDXID: idOf(ref),
    name: id,
    ...(versionId !== '' && { versionInfo: versionId }),
    primaryPackagePurpose: 'OPERATING_SYSTEM',
    ...UNKNOWN,
    ...(codename !== undefined && {
      annotations: [annotation([[SBOM_PROPERTY.codename, codename]], writer)],
    }),
  };
}

const UNKNOWN = { downloadLocation: 'NOASSERTION', filesAnalyzed: false } as const;

/**
 * Fields without a value are not written; an object of one form is made faster than one that is
 * spread from parts.
 */
function packageOf({ ref, pkg, purl, properties }: BomPackage, writer: Writer): Json {
  const { name, version, source, digests, licenses, locations } = pkg;
  const places = locations.map(placeOf).join(' ');
  return {
    SPDXID: idOf(ref),
    name,
    versionInfo: version === '' ? undefined : version,
    primaryPackagePurpose: 'LIBRARY',
    downloadLocation: UNKNOWN.downloadLocation,
    filesAnalyzed: UNKNOWN.filesAnalyzed,
    sourceInfo: source && `built package from: ${source.name} ${source.version}`,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licenseOf(licenses, writer),
    copyrightText: 'NOASSERTION',
    checksums: digests.length === 0 ? undefined : digests.map(checksumOf),
    externalRefs: purl === undefined ? undefined : [purlReference(purl)],
    annotations: [annotation([...properties, [SBOM_PROPERTY.location, places]], writer)],
  };
}

function checksumOf(digest: Digest): Json {
  const [algorithm, checksumValue] = digest.split(':') as [keyof typeof ALGORITHMS, string];
  return { algorithm: ALGORITHMS[algorithm], checksumValue };
}

function purlReference(purl: string): Json {
  return {
    referenceCategory: 'PACKAGE-MANAGER',
    referenceType: 'purl',
    referenceLocator: purl,
  };
}

function annotation(properties: readonly (readonly [string, string])[], writer: Writer): Json {
  const { annotator, annotationDate } = writer;
  return {
    annotator,
    annotationDate,
    annotationType: 'OTHER',
    comment: JSON.stringify(Object.fromEntries(properties)),
  };
}

function placeOf({ path, line }: Location): string {
  return line === undefined ? path : `${path}:${line}`;
}

function licenseOf(licenses: readonly string[], { texts }: Writer): string {
  if (licenses.length === 0) return 'NOASSERTION';
  const parts = licenses.map((license) => {
    if (isLicenseExpression(license)) return license;
    const id = texts.get(license) ?? `LicenseRef-${hashOf(license)}`;
    texts.set(license, id);
    return id;
  });
  if (parts.length === 1) return parts[0] ?? '';
  return parts.map((part) => (part.includes(' ') ? `(${part})` : part)).join(' AND ');
}

function* relationshipsOf({ ref, system, contains, edges }: BomArtifact): Generator<Json> {
  const id = idOf(ref);
  yield relationship(DOCUMENT, 'DESCRIBES', id);
  for (const inside of contains) yield relationship(id, 'CONTAINS', idOf(inside));
  if (system !== undefined) {
    const systemId = idOf(system.ref);
    for (const inside of system.contains) yield relationship(systemId, 'CONTAINS', idOf(inside));
  }
  for (const edge of edges) {
    if (edge.dependsOn.length === 0) continue;
    const from = idOf(edge.ref);
    for (const target of edge.dependsOn) yield relationship(from, 'DEPENDS_ON', idOf(target));
  }
}

function relationship(from: string, type: string, to: string): Json {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

/** Ids may hold letters, digits, dots and hyphens only. */
function idOf(ref: string): string {
  return `SPDXRef-${hashOf(ref)}`;
}

function hashOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 20);
}
