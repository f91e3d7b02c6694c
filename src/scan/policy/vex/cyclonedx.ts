/**
 * VEX in CycloneDX: `vulnerabilities` with an `analysis`, in a bill of materials or in a document
 * of their own.
 *
 * Source: CycloneDX 1.4 to 1.7, "vulnerabilities", and the VEX use case. `affects.ref` is the
 * `bom-ref` of a component of the same document, a BOM-Link whose fragment is one, or a package
 * URL. The main component is a product, any other a package. Versions of an entry in `affects`
 * limit it. A vulnerability without state says nothing.
 */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import {
  firstInstant,
  identityIn,
  purlIn,
  quoteJson,
  textIn,
  VexBuilder,
} from './document-builder.ts';
import {
  setsAside,
  type VexDocument,
  type VexIdentity,
  type VexProduct,
  type VexStatus,
} from './statement.ts';

const STATES: ReadonlyMap<string, VexStatus> = new Map([
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
  ['exploitable', 'affected'],
  ['in_triage', 'under_investigation'],
  ['false_positive', 'not_affected'],
  ['not_affected', 'not_affected'],
] as const);

/** Components nest; no honest document does so deeper. */
const MAX_DEPTH = 32;

/** Reads the analyses of the vulnerabilities of a CycloneDX document. */
export function readCycloneDxVex(path: string, root: JsonObject, now: number): VexDocument {
  const builder = new VexBuilder(path, 'CycloneDX', now);
  const metadata = isJsonObject(root['metadata']) ? root['metadata'] : {};
  const components = componentsOf(root, metadata);
  const author = authorOf(metadata);
  const rows = listOf(root['vulnerabilities']);
  let silentCount = 0;
  for (const [index, row] of rows.entries()) {
    const analysis = isJsonObject(row) ? row['analysis'] : undefined;
    const state = isJsonObject(analysis) ? textIn(analysis['state']) : undefined;
    if (!isJsonObject(row) || !isJsonObject(analysis) || state === undefined) {
      silentCount += 1;
      continue;
    }
    const place = `vulnerability ${index + 1}`;
    const status = STATES.get(state);
    if (status === undefined) {
      builder.refuse(`${place} has the state ${quoteJson(state)}, which is none of CycloneDX`);
      continue;
    }
    const [justification, detail] = [textIn(analysis['justification']), textIn(analysis['detail'])];
    builder.add(
      {
        vulnerabilities: namesOf(row),
        products: listOf(row['affects']).flatMap((one) => productOf(one, status, components)),
        status,
        ...(justification !== undefined && { justification }),
        ...(detail !== undefined && { detail }),
        at: firstInstant(
          ...[
            analysis['lastUpdated'],
            analysis['firstIssued'],
            row['updated'],
            metadata['timestamp'],
          ],
        ),
        ...(author !== undefined && { author }),
      },
      place,
    );
  }
  if (silentCount === rows.length)
    builder.refuse('no vulnerability of it has an analysis with a state');
  return builder.done();
}

/** Returns the package URLs by `bom-ref`. */
function componentsOf(root: JsonObject, metadata: JsonObject): ReadonlyMap<string, VexIdentity> {
  const byRef = new Map<string, VexIdentity>();
  const take = (value: JsonValue | undefined, depth: number): void => {
    if (!isJsonObject(value) || depth > MAX_DEPTH) return;
    const [ref, purl] = [textIn(value['bom-ref']), purlIn(textIn(value['purl']))];
    if (ref !== undefined && purl !== undefined) byRef.set(ref, { purl });
    for (const inner of listOf(value['components'])) take(inner, depth + 1);
  };
  take(metadata['component'], 0);
  for (const component of listOf(root['components'])) take(component, 0);
  return byRef;
}

function namesOf(row: JsonObject): readonly string[] {
  const references = listOf(row['references']).map((one) =>
    isJsonObject(one) ? one['id'] : undefined,
  );
  return [row['id'], ...references].flatMap((one) => textIn(one) ?? []);
}

/** Statuses of versions that contradict a statement which sets findings aside. */
const AFFECTED_VERSIONS: ReadonlySet<string> = new Set(['affected', 'unknown']);

/**
 * Returns the product that a vulnerability affects, limited to the versions that it lists. A
 * statement that sets findings aside does not cover versions whose own status is `affected`.
 */
function productOf(
  value: JsonValue,
  status: VexStatus,
  components: ReadonlyMap<string, VexIdentity>,
): readonly VexProduct[] {
  if (!isJsonObject(value)) return [];
  const ref = textIn(value['ref']) ?? '';
  const identity = components.get(ref) ?? identityIn(ref) ?? linked(ref, components);
  if (identity === undefined) return [];
  const stated = value['versions'];
  const isUnlimited = stated === undefined || (isJsonArray(stated) && stated.length === 0);
  const rows = listOf(stated)
    .filter(isJsonObject)
    .filter((row) => !setsAside(status) || !AFFECTED_VERSIONS.has(textIn(row['status']) ?? ''));
  const versions = rows.flatMap((row) => textIn(row['version']) ?? textIn(row['range']) ?? []);
  const limited = isUnlimited ? identity : { ...identity, versions };
  return [{ identity: limited, subcomponents: [] }];
}

/** Reads a BOM-Link, `urn:cdx:SERIAL/VERSION#BOM-REF`, whose fragment is percent-encoded. */
function linked(
  ref: string,
  components: ReadonlyMap<string, VexIdentity>,
): VexIdentity | undefined {
  const hash = ref.indexOf('#');
  if (!ref.startsWith('urn:cdx:') || hash === -1) return undefined;
  const raw = ref.slice(hash + 1);
  let decoded = raw;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    // What is not encoded is taken as it is.
  }
  return components.get(decoded) ?? identityIn(raw) ?? identityIn(decoded);
}

function authorOf(metadata: JsonObject): string | undefined {
  const people = [...listOf(metadata['authors']), metadata['supplier'], metadata['manufacturer']];
  const names = people.flatMap((one) => (isJsonObject(one) ? (textIn(one['name']) ?? []) : []));
  return names[0];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}
