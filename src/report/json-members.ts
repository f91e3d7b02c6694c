/** Parts of JSON texts, for writers that put them together because an object for each of many findings takes longer. */

/** Text that needs no escape in JSON, which nearly all of it does not. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text in JSON. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** The members of an object, each with a comma behind it; empty for none. */
export function members(value: object): string {
  const text = JSON.stringify(value).slice(1, -1);
  return text === '' ? '' : `${text},`;
}
