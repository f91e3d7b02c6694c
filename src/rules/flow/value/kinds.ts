/** The kinds of sinks. A sanitizer makes data harmless to some of them, by their bits. */

/** All kinds. */
export const FLOW_KINDS = [
  ...(['command', 'code', 'sql', 'nosql', 'ldap', 'xpath', 'template', 'path', 'url'] as const),
  ...(['redirect', 'html', 'header', 'deserialize', 'xml', 'regex', 'log', 'prototype'] as const),
  ...(['fields', 'format', 'import', 'size', 'secret'] as const),
] as const;

/** One of {@link FLOW_KINDS}. */
export type FlowKind = (typeof FLOW_KINDS)[number];

/** Returns the bits of kinds. */
export function bitsOf(...kinds: readonly FlowKind[]): number {
  return kinds.reduce((bits, kind) => bits | (1 << FLOW_KINDS.indexOf(kind)), 0);
}
