/** Text for XML 1.0: escaped, and without the characters that XML forbids (section 2.2). */

import { terminalText } from './terminal-text.ts';

/**
 * Markup, and the two characters of the basic plane that are forbidden and no control characters.
 */
const SPECIAL = /[&<>"'\uFFFE\uFFFF]/g;
const ANY_SPECIAL = /[&<>"'\uFFFE\uFFFF]/;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Returns one harmless line for an element or a quoted attribute. */
export function xmlText(text: string, maxLength?: number): string {
  return escapedXml(terminalText(text, maxLength));
}

/**
 * Escapes markup in a text without control characters. The result is safe in HTML too, in elements
 * and quoted attributes.
 */
export function escapedXml(text: string): string {
  if (!ANY_SPECIAL.test(text)) return text;
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? '\uFFFD');
}
