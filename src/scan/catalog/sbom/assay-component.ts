/**
 * A component that Assay wrote: its properties say what package URLs and the formats have no place
 * for, so that the package is exactly what it was.
 */

import { isJsonObject, readJsonValue, type JsonValue } from '../../../formats/text/json/json.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import { packageNameOf } from '../../../core/model/purl/purl-package.ts';
import type { PackageUrl } from '../../../core/model/purl/purl.ts';
import { SBOM_PROPERTY } from '../../../core/model/package/sbom-properties.ts';
import { scopeOf, spellingsOf } from './component.ts';
import type { SbomComponent } from './sbom-document.ts';
import { isVersionMismatch } from './version-mismatch.ts';

const PRESENCES = ['installed', 'declared', 'embedded'] as const;
const SCOPES = ['runtime', 'development', 'optional', 'peer'] as const;
const RELATIONSHIPS = ['root', 'direct', 'indirect'] as const;

/**
 * Returns the ecosystem that the component's properties name; `undefined` where another tool wrote
 * it.
 */
export function assayEcosystem({ properties }: SbomComponent): Ecosystem | undefined {
  const id = properties.get(SBOM_PROPERTY.ecosystem) ?? '';
  return Object.hasOwn(ECOSYSTEMS, id) ? (id as Ecosystem) : undefined;
}

/** Returns the package. @param purl Absent where the name cannot be written as one. */
export function toAssayCataloged(
  component: SbomComponent,
  ecosystem: Ecosystem,
  purl: PackageUrl | undefined,
): CatalogedPackage {
  const { properties, version, line, licenses, digests } = component;
  const text = (key: keyof typeof SBOM_PROPERTY): string | undefined =>
    properties.get(SBOM_PROPERTY[key]);
  const scope = oneOf(SCOPES, text('scope')) ?? scopeOf(component);
  const relationship = oneOf(RELATIONSHIPS, text('relationship'));
  const sourceName = text('sourceName');
  const evidencedVersion = otherVersion(component, ecosystem, purl);
  const qualifiers = ownQualifiers(text('qualifiers'), purl);
  return {
    ecosystem,
    name: text('name') ?? (purl && packageNameOf(purl, spellingsOf(component))) ?? component.name,
    version,
    presence: oneOf(PRESENCES, text('presence')) ?? 'declared',
    ...(line !== undefined && { line }),
    ...(scope !== undefined && { scope }),
    ...(relationship !== undefined && { relationship }),
    ...(sourceName !== undefined && {
      source: { name: sourceName, version: text('sourceVersion') ?? version },
    }),
    ...(qualifiers.size > 0 && { qualifiers }),
    ...(licenses.length > 0 && { licenses }),
    ...(digests.length > 0 && { digests }),
    ...statedTexts(properties),
    ...(evidencedVersion !== undefined && { evidencedVersion }),
  };
}

/** Returns the texts that are taken over as they stand. */
function statedTexts(
  properties: SbomComponent['properties'],
): Pick<CatalogedPackage, 'maintainer' | 'ownedBy'> {
  const maintainer = properties.get(SBOM_PROPERTY.maintainer);
  const ownedBy = properties.get(SBOM_PROPERTY.ownedBy);
  return {
    ...(maintainer !== undefined && { maintainer }),
    ...(ownedBy !== undefined && { ownedBy }),
  };
}

/**
 * Returns the version in the package URL if it differs from the component's, else the version that
 * Assay found.
 */
function otherVersion(
  { version, properties }: SbomComponent,
  ecosystem: Ecosystem,
  purl: PackageUrl | undefined,
): string | undefined {
  const inUrl = purl?.version;
  return inUrl !== undefined && isVersionMismatch(ecosystem, version, inUrl)
    ? inUrl
    : properties.get(SBOM_PROPERTY.evidencedVersion);
}

/** The qualifier `distro` is written anew for every package of the system. */
function ownQualifiers(
  written: string | undefined,
  purl: PackageUrl | undefined,
): ReadonlyMap<string, string> {
  if (written === undefined) {
    return new Map([...(purl?.qualifiers ?? [])].filter(([key]) => key !== 'distro'));
  }
  const value = parseJson(written);
  const pairs = isJsonObject(value) ? Object.entries(value) : [];
  return new Map(
    pairs.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [])),
  );
}

/** Parses JSON; a value that is no JSON gives `undefined`. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return readJsonValue('', Buffer.from(text));
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function oneOf<T extends string>(values: readonly T[], text: string | undefined): T | undefined {
  return values.find((value) => value === text);
}
