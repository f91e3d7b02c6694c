/**
 * Requirements of package managers that order versions by Semantic Versioning and have a notation
 * of their own, in the notation of npm.
 *
 * Source: The Cargo Book, "Specifying Dependencies": a bare version is a caret requirement, a comma
 * is an "and". Elixir, "Version", section "Requirements": a bare version is exact, `~> 2.0` allows
 * what is below 3.0, `~> 2.1.2` what is below 2.2, `and` and `or` join bounds.
 */

/** The notation of `Cargo.toml`, and that of Hex (Mix, Rebar3, Gleam). */
export type RequirementNotation = 'cargo' | 'hex';

const OPERATOR = /^[<>=~^*]/;
const PESSIMISTIC =
  /^~>\s*(?<major>\d{1,10})\.(?<minor>\d{1,10})(?:\.(?<rest>\d{1,10}(?:[-+][0-9A-Za-z.+-]{1,100})?))?$/;
const BOUND = /^(?<operator>==|[<>]=?)?\s*(?<version>\d[0-9A-Za-z.+-]{0,100})$/;

/** Returns the range in the notation of npm; `undefined` where it cannot be translated. */
export function semanticRange(
  notation: RequirementNotation,
  requirement: string,
): string | undefined {
  switch (notation) {
    case 'cargo':
      return cargoRange(requirement);
    case 'hex':
      return hexRange(requirement);
  }
}

function cargoRange(requirement: string): string {
  const parts = requirement.split(',').map((part) => {
    const text = part.trim();
    return text === '' || OPERATOR.test(text) || text.includes('*') ? text : `^${text}`;
  });
  return parts.join(' ');
}

function hexRange(requirement: string): string | undefined {
  const alternatives = requirement.split(/\s+or\s+/).map((alternative) => {
    const bounds = alternative.split(/\s+and\s+|\s*,\s*/).map((bound) => hexBound(bound.trim()));
    return bounds.every((bound) => bound !== undefined) ? bounds.join(' ') : undefined;
  });
  return alternatives.every((one) => one !== undefined) ? alternatives.join(' || ') : undefined;
}

/** `!=` has no counterpart in npm. */
function hexBound(text: string): string | undefined {
  const pessimistic = PESSIMISTIC.exec(text)?.groups;
  if (pessimistic !== undefined) {
    const { major = '', minor = '', rest } = pessimistic;
    if (rest === undefined) return `>=${major}.${minor}.0 <${Number(major) + 1}.0.0-0`;
    return `>=${major}.${minor}.${rest} <${major}.${Number(minor) + 1}.0-0`;
  }
  const { operator = '==', version } = BOUND.exec(text)?.groups ?? {};
  if (version === undefined) return undefined;
  return `${operator === '==' ? '=' : operator}${version}`;
}
