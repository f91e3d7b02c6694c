/**
 * Carriage returns that end no line. Tools whose lines end with a line feed take what stands behind
 * one as more of the same line, so that a comment at the start of such a file hides all of it.
 */

import type { CatalogBuilder } from './catalog-builder.ts';

/** Indentation is a tab or some spaces. */
const LONE = /\r[\t ]{0,8}[^\s]/;

/** Reports a gap if a line of a text continues behind a carriage return. */
export function reportStrayCarriageReturn(text: string, result: CatalogBuilder): void {
  const at = LONE.exec(text)?.index;
  if (at === undefined) return;
  const line = text.slice(0, at).split('\n').length;
  result.gap('unreadable', 'a carriage return that ends no line, and text behind it', line);
}
