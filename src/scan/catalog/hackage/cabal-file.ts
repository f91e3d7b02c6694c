/**
 * A Haskell package and what it requests: `NAME.cabal`.
 *
 * Source: the Cabal User Guide, "Package description": `build-depends` of the library,
 * sublibraries, foreign libraries and executables, and of `common` stanzas. Written rules:
 * - test suites, benchmarks and `custom-setup` are for development.
 * - what stands below `if` and `else` depends on the platform, flags and the compiler, and may be
 *   absent from a lockfile.
 * - the package itself and its sublibraries are no requests. Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { splitDependencies, readHaskellRequest } from './requested.ts';

const SECTION =
  /^(?<kind>library|executable|foreign-library|test-suite|benchmark|common|custom-setup|flag|source-repository)\b/i;
const FIELD = /^(?<indent>[ \t]*)(?<name>[A-Za-z][A-Za-z-]{0,50})\s{0,20}:(?<value>.*)$/;
const CONDITION = /^(?<indent>[ \t]*)(?:if|elif|else)\b/i;
/** Empty, or a comment. */
const BLANK = /^\s*(?:--.*)?$/;
const INDENT = /^[ \t]*/;
const DEPENDS: ReadonlySet<string> = new Set(['build-depends', 'setup-depends']);
const DEVELOPMENT: ReadonlySet<string> = new Set(['test-suite', 'benchmark', 'custom-setup']);

export const cabalFile: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    let own: string | undefined;
    const requests = new Map<string, RequestedPackage>();
    for (const field of fieldsOf(text)) {
      if (field.name === 'name' && field.section === '') own ??= field.value.trim();
      if (!DEPENDS.has(field.name)) continue;
      const scope = scopeOf(field);
      for (const entry of splitDependencies(field.value)) {
        const request = readHaskellRequest(entry);
        if (request === undefined || request.name === own) continue;
        const known = requests.get(request.name);
        if (known !== undefined && (known.scope === undefined || scope !== undefined)) continue;
        const { line } = field;
        requests.set(request.name, { ...request, line, ...(scope !== undefined && { scope }) });
      }
    }
    result.requests({
      ...(own !== undefined && own !== '' && { name: own }),
      requests: [...requests.values()],
      leavesIndirect: true,
      addsPins: true,
    });
    return result.done();
  },
};

/** A field with its continued lines. */
interface Field {
  readonly section: string;
  readonly isConditional: boolean;
  /** In lower case, as names of fields are of any case. */
  readonly name: string;
  value: string;
  readonly line: number;
}

function scopeOf({ section, isConditional }: Field): RequestedPackage['scope'] {
  if (DEVELOPMENT.has(section)) return 'development';
  return isConditional ? 'optional' : undefined;
}

function readField(
  text: string,
  place: Pick<Field, 'section' | 'isConditional' | 'line'>,
): Field | undefined {
  const { name, value = '' } = FIELD.exec(text)?.groups ?? {};
  return name === undefined ? undefined : { ...place, name: name.toLowerCase(), value };
}

/** A line that is indented deeper than its field continues it. */
function* fieldsOf(text: string): Generator<Field> {
  let section = '';
  let conditions: number[] = [];
  let field: Field | undefined;
  let depth = 0;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trimEnd();
    if (BLANK.test(line)) continue;
    const indent = INDENT.exec(line)?.[0].length ?? 0;
    if (field !== undefined && indent > depth) {
      field.value += `\n${line.trim()}`;
      continue;
    }
    if (field !== undefined) yield field;
    field = undefined;
    conditions = conditions.filter((at) => at < indent);
    const heading = indent === 0 ? SECTION.exec(line)?.groups?.['kind'] : undefined;
    if (heading !== undefined) section = heading.toLowerCase();
    else if (CONDITION.test(line)) conditions.push(indent);
    else {
      depth = indent;
      field = readField(line, { section, isConditional: conditions.length > 0, line: index + 1 });
    }
  }
  if (field !== undefined) yield field;
}
