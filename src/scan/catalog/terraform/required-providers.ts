/**
 * Matches the requests of a Terraform or OpenTofu configuration: the sources in its blocks
 * `required_providers`.
 *
 * Source: the Terraform documentation, "Provider requirements". Only sources with a namespace are
 * read, as they are written since 0.13; built-in providers need no lock.
 */

const BLOCK = /\brequired_providers\s{0,20}\{/g;
const SOURCE =
  /^[ \t]*(?:[\w-]{1,100}\s{0,20}=\s{0,20}\{\s{0,40})?source\s{0,40}=\s{0,40}"(?<name>[^"\s]{1,300})"/gm;
const BUILT_IN = 'terraform.io/builtin/';
/** Longer than any block seen. */
const MAX_BLOCK = 20_000;

/** Yields the sources as they are written, as in `hashicorp/aws`. */
export function* requiredProviders(bytes: Uint8Array): Generator<string> {
  const text = new TextDecoder().decode(bytes);
  for (const { index } of text.matchAll(BLOCK)) {
    for (const line of text.slice(index, endOfBlock(text, index)).matchAll(SOURCE)) {
      const name = line.groups?.['name'] ?? '';
      if (name.includes('/') && !name.startsWith(BUILT_IN)) yield name;
    }
  }
}

/**
 * Returns the brace that closes the first one behind a place; braces in texts and comments are rare
 * here and balanced.
 */
function endOfBlock(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_BLOCK);
  let depth = 0;
  for (let at = start; at < limit; at += 1) {
    const character = text.charAt(at);
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else continue;
    if (depth === 0) return at;
  }
  return limit;
}
