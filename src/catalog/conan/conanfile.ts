/**
 * What a project of Conan asks for: `conanfile.txt`, and `conanfile.py` as far as its lines tell it, for that is a program.
 *
 * Source: the Conan documentation, "conanfile.txt" and "conanfile.py: methods and attributes". Written rules: of a program
 * the attributes `requires` and `tool_requires` count and calls right in the body of a method; a call that stands deeper may
 * depend on options of the build.
 */

const SECTION = /^\[(?<name>[a-z_]{1,50})\]/;
const SECTIONS: ReadonlySet<string> = new Set(['requires', 'build_requires', 'tool_requires']);
const REFERENCE = /^(?<name>[A-Za-z0-9_][A-Za-z0-9_+.-]{0,100})\/[^\s#]{1,300}/;
const ATTRIBUTE =
  /^(?: {2,4}|\t)(?:build_|tool_)?requires\s{0,10}=\s{0,10}(?<values>[^=\n]{0,2000}(?:\n[ \t]{1,40}["'][^=\n]{0,500}){0,100})/gm;
const QUOTED = /["'](?<text>[^"'\n]{1,400})["']/g;
const CALL =
  /^(?: {8}|\t\t| {4})self\.(?:build_|tool_)?requires\(\s{0,10}["'](?<text>[^"'\n]{1,400})["']/gm;

/** Names of the packages of a `conanfile.txt` or, for any other path, of a `conanfile.py`. */
export function* requiredReferences(bytes: Uint8Array, path: string): Generator<string> {
  const text = new TextDecoder().decode(bytes);
  for (const reference of path.endsWith('.txt') ? listed(text) : called(text)) {
    const name = REFERENCE.exec(reference)?.groups?.['name'];
    if (name !== undefined) yield name;
  }
}

function* listed(text: string): Generator<string> {
  let section = '';
  for (const line of text.split('\n')) {
    section = SECTION.exec(line)?.groups?.['name'] ?? section;
    if (SECTIONS.has(section)) yield line.trim();
  }
}

function* called(text: string): Generator<string> {
  for (const { groups } of text.matchAll(ATTRIBUTE)) {
    for (const value of (groups?.['values'] ?? '').matchAll(QUOTED))
      yield value.groups?.['text'] ?? '';
  }
  for (const { groups } of text.matchAll(CALL)) yield groups?.['text'] ?? '';
}
