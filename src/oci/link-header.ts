/**
 * The address of the next page of a list.
 *
 * Source: RFC 8288, section 3 (the `Link` header); OCI distribution specification, "Listing Tags". A header that does not
 * have this form is read as far as it has.
 */

const LINK =
  /<(?<target>[^<>]*)>(?<parameters>(?:\s*;\s*[\w!#$%&'*+.^`|~-]+(?:\s*=\s*(?:"[^"]*"|[^\s",;]*))?)*)/gu;
const PARAMETER =
  /;\s*(?<name>[\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"(?<quoted>[^"]*)"|(?<plain>[^\s",;]*)))?/gu;
/** Longer headers are not read; HTTP servers refuse to send such. */
const MAX_HEADER_CHARS = 16 * 1024;

/** Returns the target of the first link with the relation `next`, as it is written. */
export function nextLink(header: string | null): string | undefined {
  if (header === null || header.length > MAX_HEADER_CHARS) return undefined;
  for (const { groups } of header.matchAll(LINK)) {
    if (relationsOf(groups?.['parameters'] ?? '').includes('next')) return groups?.['target'];
  }
  return undefined;
}

/** The first `rel` counts; it can hold several relations, in any case. */
function relationsOf(parameters: string): readonly string[] {
  for (const { groups } of parameters.matchAll(PARAMETER)) {
    if (groups?.['name']?.toLowerCase() !== 'rel') continue;
    return (groups['quoted'] ?? groups['plain'] ?? '').toLowerCase().split(/\s+/u);
  }
  return [];
}
