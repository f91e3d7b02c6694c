/**
 * OpenVEX.
 *
 * Source: OpenVEX specification 0.2.0 and its schema; the forms of 0.0.x, in which a vulnerability
 * and a product are texts, are read too. A statement takes author and time of its document where it
 * has none of its own. Refused are statements without product or vulnerability, with another status
 * than the four, and `not_affected` without justification and impact statement, which the
 * specification asks for.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import {
  digestIn,
  firstInstant,
  identityIn,
  purlIn,
  quoteJson,
  textIn,
  VexBuilder,
} from './document-builder.ts';
import type { VexDocument, VexIdentity, VexProduct, VexStatus } from './statement.ts';

const STATUSES: ReadonlyMap<string, VexStatus> = new Map(
  (['not_affected', 'affected', 'fixed', 'under_investigation'] as const).map((one) => [one, one]),
);

/**
 * Reads the statements of an OpenVEX document. `inherited` is the product of statements that name
 * none: the subject of an attestation (OpenVEX, "The VEX Product and the Attestation's Subject").
 */
export function readOpenVex(
  path: string,
  root: JsonObject,
  now: number,
  inherited: readonly VexProduct[] = [],
): VexDocument {
  const builder = new VexBuilder(path, 'OpenVEX', now);
  const { statements } = root;
  if (!isJsonArray(statements)) builder.refuse('it has no list "statements"');
  const author = textIn(root['author']);
  for (const [index, row] of (isJsonArray(statements) ? statements : []).entries()) {
    const place = `statement ${index + 1}`;
    if (!isJsonObject(row)) {
      builder.refuse(`${place} has no fields`);
      continue;
    }
    const status = STATUSES.get(textIn(row['status']) ?? '');
    const justification = textIn(row['justification']);
    const detail = textIn(row['impact_statement']) ?? textIn(row['status_notes']);
    if (status === undefined) {
      builder.refuse(
        `${place} has the status ${quoteJson(row['status'])}, which is none of the four`,
      );
    } else if (
      status === 'not_affected' &&
      justification === undefined &&
      textIn(row['impact_statement']) === undefined
    ) {
      builder.refuse(
        `${place} says not_affected and neither a justification nor an impact statement`,
      );
    } else {
      const statement = {
        vulnerabilities: vulnerabilitiesOf(row['vulnerability']),
        products: namesNoProduct(row) ? inherited : productsOf(row),
        status,
        ...(justification !== undefined && { justification }),
        ...(detail !== undefined && { detail }),
        at: firstInstant(
          row['last_updated'],
          row['timestamp'],
          root['last_updated'],
          root['timestamp'],
        ),
        ...(author !== undefined && { author }),
      };
      builder.add(statement, place);
    }
  }
  return builder.done();
}

/** A product that cannot be read is one, and so is a component beside a missing product. */
function namesNoProduct({ products, subcomponents }: JsonObject): boolean {
  const isEmpty = products === undefined || (isJsonArray(products) && products.length === 0);
  return isEmpty && subcomponents === undefined;
}

function vulnerabilitiesOf(value: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(value)) return [textIn(value) ?? []].flat();
  const names = [value['name'], value['@id'], ...listOf(value['aliases'])].flatMap(
    (one) => textIn(one) ?? [],
  );
  // An IRI ends in the id, as in https://nvd.nist.gov/vuln/detail/CVE-2024-1.
  return names.map((name) => (name.includes('://') ? baseName(name) : name));
}

/**
 * Returns the products; in 0.0.x the components are beside the products, and limit each of them.
 */
function productsOf({ products, subcomponents }: JsonObject): readonly VexProduct[] {
  return listOf(products).flatMap((product) => {
    const own = componentsOf(isJsonObject(product) ? product['subcomponents'] : undefined);
    const limit = own?.length === 0 ? componentsOf(subcomponents) : own;
    if (limit === undefined) return [];
    return identitiesOf(product).map((identity) => ({ identity, subcomponents: limit }));
  });
}

/** Returns `undefined` if none can be read: a limit must not become no limit. */
function componentsOf(value: JsonValue | undefined): readonly VexIdentity[] | undefined {
  if (value === undefined || value === null) return [];
  if (!isJsonArray(value)) return undefined;
  const read = value.flatMap((component) => identitiesOf(component).slice(0, 1));
  return read.length === 0 && value.length > 0 ? undefined : read;
}

/** Returns the identities of a product: its package URL if it has one, and its digest. */
function identitiesOf(value: JsonValue): readonly VexIdentity[] {
  if (!isJsonObject(value)) return [identityIn(textIn(value)) ?? []].flat();
  const { identifiers, hashes } = value;
  const purl = isJsonObject(identifiers) ? purlIn(textIn(identifiers['purl'])) : undefined;
  const digest = isJsonObject(hashes) ? digestIn(textIn(hashes['sha-256'])) : undefined;
  const named = purl === undefined ? identityIn(textIn(value['@id'])) : { purl };
  return [...(named === undefined ? [] : [named]), ...(digest === undefined ? [] : [{ digest }])];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}
