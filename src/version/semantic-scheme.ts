/** The scheme of versions that follow Semantic Versioning; each file of such a scheme states only what differs. */

import { parsedScheme, type ParsedScheme } from './parsed-scheme.ts';
import {
  formatSemantic,
  orderSemantic,
  parseSemantic,
  type SemanticVersion,
} from './semantic-version.ts';
import type { VersionScheme } from './scheme.ts';

type SemanticScheme = Pick<ParsedScheme<SemanticVersion>, 'id'> &
  Partial<ParsedScheme<SemanticVersion>>;

/** Returns a scheme that reads, orders and formats versions as `semantic-version.ts` does, unless `own` differs. */
export function semanticScheme(own: SemanticScheme): VersionScheme {
  return parsedScheme({
    parse: parseSemantic,
    order: orderSemantic,
    isValid: isStrict,
    format: formatSemantic,
    ...own,
  });
}

function isStrict(parsed: SemanticVersion, version: string): boolean {
  return parsed.isStrict && parsed.prefix === '' && version.trim() === version;
}
