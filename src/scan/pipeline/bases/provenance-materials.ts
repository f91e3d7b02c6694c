/**
 * The images that provenance names. Names only: nothing follows from them until layers are
 * compared.
 *
 * Source: SLSA provenance 0.2 (`materials`) and 1.0 (`buildDefinition.resolvedDependencies`);
 * package URL type `docker`. A material that is not an image, or whose package URL or digest is
 * malformed, is left out.
 */

import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../../../formats/text/json/json.ts';
import type { BaseStatement, Digest } from '../../../core/model/artifact/artifact.ts';
import { parsePackageUrl } from '../../../core/model/purl/purl.ts';

/** An image by its name, and where that name stands. */
export interface NamedBase extends Pick<BaseStatement, 'by' | 'name'> {
  readonly digest?: Digest;
}

/** Builds with many stages name some images; more would be requests for nothing. */
const MAX_MATERIALS = 8;

/** Returns the images among the materials of a provenance statement (in-toto), at most eight. */
export function provenanceBases(statement: JsonValue): readonly NamedBase[] {
  const predicate = isJsonObject(statement) ? statement['predicate'] : undefined;
  if (!isJsonObject(predicate)) return [];
  const definition = predicate['buildDefinition'];
  const materials = isJsonObject(definition)
    ? definition['resolvedDependencies']
    : predicate['materials'];
  if (!isJsonArray(materials)) return [];
  const named = materials.flatMap((material) => materialImage(material) ?? []);
  const unique = new Map(named.map((one) => [`${one.name}@${one.digest ?? ''}`, one]));
  return [...unique.values()].slice(0, MAX_MATERIALS);
}

function materialImage(material: JsonValue): NamedBase | undefined {
  if (!isJsonObject(material)) return undefined;
  const { uri, digest: digests } = material;
  if (typeof uri !== 'string' || !uri.startsWith('pkg:docker/')) return undefined;
  const name = imageOfPackageUrl(uri);
  if (name === undefined) return undefined;
  const hex = isJsonObject(digests) ? digests['sha256'] : undefined;
  const digest = typeof hex === 'string' ? parseDigest(`sha256:${hex}`) : undefined;
  return { by: 'provenance', name, ...(digest !== undefined && { digest }) };
}

/**
 * Returns the image of a package URL: `pkg:docker/ghcr.io/acme/base@1.2?platform=linux%2Famd64` is
 * `ghcr.io/acme/base:1.2`.
 */
function imageOfPackageUrl(uri: string): string | undefined {
  let url;
  try {
    url = parsePackageUrl(uri);
  } catch {
    return undefined;
  }
  const { namespace, name, version } = url;
  const path = namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
  if (version === undefined || version === '' || version.startsWith('sha256:')) return path;
  return `${path}:${version}`;
}
