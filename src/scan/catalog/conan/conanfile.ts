/**
 * A project of Conan and what it requests: `conanfile.txt`, and `conanfile.py` as far as its lines
 * tell it, for that is a program.
 *
 * Source: the Conan documentation, "conanfile.txt", "conanfile.py: methods and attributes" and
 * "Version ranges". Written rules:
 * - `name/1.2.3` is one version, `name/[>1.0]` a range. Tools and tests (`tool_requires`,
 *   `build_requires`, `test_requires`) are for development.
 * - of a program the attributes `requires` and `tool_requires` count and calls in methods. A call
 *   that computes its reference requests something unknown. A lockfile is compared with calls right
 *   in the body of a method alone: one that stands deeper may depend on options of the build.
 * Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readConanReference } from './conan-reference.ts';

const SECTION = /^\[(?<name>[a-z_]{1,50})\]/;
const SECTIONS: ReadonlySet<string> = new Set(['requires', 'build_requires', 'tool_requires']);
const REFERENCE = /^(?<name>[A-Za-z0-9_][A-Za-z0-9_+.-]{0,100})\/[^\s#]{1,300}/;
const ATTRIBUTE =
  /^(?: {2,4}|\t)(?:build_|tool_)?requires\s{0,10}=\s{0,10}(?<values>[^=\n]{0,2000}(?:\n[ \t]{1,40}["'][^=\n]{0,500}){0,100})/gm;
const QUOTED = /["'](?<text>[^"'\n]{1,400})["']/g;
const CALL =
  /^(?: {8}|\t\t| {4})self\.(?:build_|tool_)?requires\(\s{0,10}["'](?<text>[^"'\n]{1,400})["']/gm;

/** Any call in a method, at any depth. */
const ANY_CALL =
  /^[ \t]{4,40}(?:(?:for|if|elif|else|with)\b[^\n]{0,200}:[ \t]{0,10})?self\.(?<kind>(?:build_|tool_|test_)?requires)(?:\.add)?\(\s{0,10}(?:["'](?<text>[^"'\n]{1,400})["'](?<rest>[ \t]{0,10}[%+.])?|(?<computed>[fr]?["'\w]))/gm;
const ANY_ATTRIBUTE =
  /^(?: {2,4}|\t)(?<kind>(?:build_|tool_|test_)?requires)\s{0,10}=\s{0,10}(?<values>[^=\n]{0,2000}(?:\n[ \t]{1,40}["'][^=\n]{0,500}){0,100})/gm;
const RANGE = /^(?<name>[A-Za-z0-9_][A-Za-z0-9_+.-]{0,100})\/\[(?<range>[^\]]{0,300})\]/;
const COMMENT = /^[ \t]*#.*$/gm;
const PROGRAM = '.py';

export const conanfile: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes()).replaceAll(COMMENT, '');
    const isProgram = file.path.endsWith(PROGRAM);
    const requests = new Map<string, RequestedPackage>();
    let isComputed = false;
    for (const { kind, reference } of isProgram ? programRows(text) : textRows(text)) {
      const request = reference === undefined ? undefined : readRequest(reference, kind);
      isComputed ||= reference === undefined && kind === RUNTIME;
      if (request !== undefined && !requests.has(request.name)) requests.set(request.name, request);
    }
    result.requests({
      requests: [...requests.values()],
      leavesIndirect: true,
      addsPins: true,
      ...(isComputed && { computed: 'computes what it requires' }),
    });
    return result.done();
  },
};

interface RequiredRow {
  readonly kind: string;
  /** Absent where the program computes it. */
  readonly reference?: string;
}

const RUNTIME = 'requires';

function* textRows(text: string): Generator<RequiredRow> {
  let kind = '';
  for (const line of text.split('\n')) {
    kind = SECTION.exec(line)?.groups?.['name'] ?? kind;
    const isRow = SECTIONS.has(kind) || kind === 'test_requires';
    const reference = line.replace(/\s#.*$/, '').trim();
    if (isRow && REFERENCE.test(reference)) yield { kind, reference };
  }
}

function* programRows(text: string): Generator<RequiredRow> {
  for (const { groups } of text.matchAll(ANY_ATTRIBUTE)) {
    const { kind = '', values = '' } = groups ?? {};
    for (const value of values.matchAll(QUOTED)) {
      yield { kind, reference: value.groups?.['text'] ?? '' };
    }
  }
  for (const { groups } of text.matchAll(ANY_CALL)) {
    const { kind = '', text: reference, rest } = groups ?? {};
    yield { kind, ...(reference !== undefined && rest === undefined && { reference }) };
  }
}

function readRequest(reference: string, kind: string): RequestedPackage | undefined {
  const scope = kind === RUNTIME ? {} : { scope: 'development' as const };
  const range = RANGE.exec(reference)?.groups;
  if (range !== undefined) {
    return { name: range['name'] ?? '', range: range['range'] ?? '', ...scope };
  }
  const pkg = readConanReference(reference);
  return pkg && { name: pkg.name, range: pkg.version, version: pkg.version, ...scope };
}

/**
 * Yields the names of the packages of a `conanfile.txt` or, for any other path, of a
 * `conanfile.py`.
 */
export function* requiredConanReferences(bytes: Uint8Array, path: string): Generator<string> {
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
