/** Wildcards in the parts of paths, as patterns of several dialects have them. */

/** One character of a part of a pattern, or a wildcard. */
export type WildcardToken =
  | { readonly kind: 'character'; readonly value: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | {
      readonly kind: 'class';
      readonly isNegated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/**
 * Matches in the usual way for wildcards that may stand for many: on a mismatch only the last such
 * wildcard takes one more, since an earlier one could gain nothing by it.
 */
export function matchesAll<P, T>(
  pattern: readonly P[],
  items: ArrayLike<T>,
  rule: { readonly isMany: (wanted: P) => boolean; readonly fits: (wanted: P, item: T) => boolean },
): boolean {
  let at = 0;
  let manyAt = -1;
  let retryFrom = 0;
  for (let index = 0; index < items.length;) {
    const wanted = pattern[at];
    const item = items[index];
    if (wanted !== undefined && rule.isMany(wanted)) {
      manyAt = at++;
      retryFrom = index;
    } else if (wanted !== undefined && item !== undefined && rule.fits(wanted, item)) {
      at++;
      index++;
    } else if (manyAt >= 0) {
      at = manyAt + 1;
      index = ++retryFrom;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(rule.isMany);
}

const TOKEN_RULE = {
  isMany: (token: WildcardToken): boolean => token.kind === 'star',
  fits: (token: WildcardToken, character: string): boolean => {
    switch (token.kind) {
      case 'character':
        return token.value === character;
      case 'any':
        return true;
      case 'star':
        return false;
      case 'class':
        return (
          token.ranges.some(([low, high]) => low <= character && character <= high) !==
          token.isNegated
        );
    }
  },
};

/**
 * Returns whether tokens match all of a name. Time grows with both only as their product.
 *
 * @param characters a text, or its characters as `Array.from` counts them
 */
export function matchesName(
  tokens: readonly WildcardToken[],
  characters: ArrayLike<string>,
): boolean {
  return matchesAll(tokens, characters, TOKEN_RULE);
}
