/**
 * Who published a version of an npm package, and how.
 *
 * Sources: npm registry, "Package metadata", full form: `maintainers` and `_npmUser` of a version
 * (`{ name, email }`), with `trustedPublisher` for a workflow; `dist.attestations.provenance`. The
 * abbreviated form has none of the people.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import type { Publication } from '../../scan/policy/version-facts.ts';
import type { OriginEvidence } from '../history.ts';

/** Packages of large organizations have some hundred. */
const MAX_MAINTAINERS = 1000;

/** Returns who published a version. */
export function publicationOf(
  version: string,
  manifest: JsonObject,
  publishedAt: number | undefined,
): Publication {
  const { maintainers, _npmUser: user } = manifest;
  const publisher = accountOf(user);
  return {
    version,
    ...(publishedAt !== undefined && { publishedAt }),
    ...(publisher !== undefined && { publisher }),
    isByTrustedPublisher: hasTrustedPublisher(manifest),
    ...(isJsonArray(maintainers) && {
      maintainers: maintainers
        .slice(0, MAX_MAINTAINERS)
        .flatMap((one) => accountOf(one) ?? [])
        .sort(),
    }),
  };
}

/** Attestations that a document states for a version. */
export interface StatedAttestations {
  /** The type of the provenance. Absent: none is among them. Empty: it has no type. */
  readonly provenance?: string;
}

/** Returns the attestations that a manifest states; `undefined` if it states none. */
export function statedAttestations({ dist }: JsonObject): StatedAttestations | undefined {
  const attestations = isJsonObject(dist) ? dist['attestations'] : undefined;
  if (!isJsonObject(attestations)) return undefined;
  const { provenance } = attestations;
  if (!isJsonObject(provenance)) return {};
  return { provenance: readStrings(provenance, ['predicateType']).predicateType ?? '' };
}

/** Returns the evidence that the registry states for the origin of a version. */
export function evidenceOf(manifest: JsonObject): OriginEvidence {
  if (statedAttestations(manifest)?.provenance === undefined) return 'none';
  return hasTrustedPublisher(manifest) ? 'trusted publisher' : 'provenance';
}

function hasTrustedPublisher({ _npmUser: user }: JsonObject): boolean {
  return isJsonObject(user) && isJsonObject(user['trustedPublisher']);
}

/** Old documents have accounts as `name <email>`. */
function accountOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value.split('<', 1)[0]?.trim();
  const { name, email } = readStrings(value, ['name', 'email']);
  return name ?? email;
}
