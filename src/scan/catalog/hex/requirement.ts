/**
 * Requirements of Hex. Source: Elixir, "Version", section "Requirements"; the Rebar3 documentation,
 * "Dependencies".
 */

const EXACT = /^\s*(?:==\s*)?(?<version>\d+\.\d+\.\d+(?:[-+][^\s,]{1,100})?)\s*$/;

/**
 * Returns the one version that a requirement allows (`1.2.3`, `== 1.2.3`); `undefined` for ranges.
 */
export function exactHexVersion(requirement: string): string | undefined {
  return EXACT.exec(requirement)?.groups?.['version'];
}
