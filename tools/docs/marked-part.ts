/**
 * Parts of hand-written pages that `npm run docs` writes. Each stands between two marks with its
 * name.
 */

/**
 * Returns the page with the lines of a part replaced. `path` is that of the page, for the error.
 *
 * @throws Error if the page does not have both marks.
 */
export function withPart(
  page: string,
  { path, name }: { readonly path: string; readonly name: string },
  lines: readonly string[],
): string {
  const [head, tail] = [`<!-- ${name}: written by \`npm run docs\` -->`, `<!-- end of ${name} -->`];
  const start = page.indexOf(head);
  const end = page.indexOf(tail, start);
  if (start < 0 || end < 0) throw new Error(`${path} has no lines "${head}" and "${tail}"`);
  return `${page.slice(0, start)}${head}\n\n${lines.join('\n')}\n\n${page.slice(end)}`;
}
