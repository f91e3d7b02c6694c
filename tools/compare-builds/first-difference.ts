/**
 * The place of the first difference between two outputs: a path in JSON, a line in other text, a
 * byte otherwise.
 */

const SHOWN = 160;

/** Returns where two outputs differ first, with both values; `undefined` if they are equal. */
export function firstDifference(base: string, other: string): string | undefined {
  if (base === other) return undefined;
  const [baseJson, otherJson] = [readJson(base), readJson(other)];
  const path =
    baseJson === undefined || otherJson === undefined
      ? undefined
      : jsonDifference(baseJson.value, otherJson.value, '$');
  return path ?? lineDifference(base, other);
}

function readJson(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** Also finds members in another order, which are other bytes. */
function jsonDifference(base: unknown, other: unknown, path: string): string | undefined {
  if (Object.is(base, other)) return undefined;
  if (Array.isArray(base) && Array.isArray(other)) {
    for (let index = 0; index < Math.min(base.length, other.length); index += 1) {
      const found = jsonDifference(base[index], other[index], `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    if (base.length === other.length) return undefined;
    return `${path}: ${base.length} items / ${other.length} items`;
  }
  if (isRecord(base) && isRecord(other)) {
    for (const [name, value] of Object.entries(base)) {
      if (!Object.hasOwn(other, name)) return `${path}.${name}: ${shown(value)} / absent`;
      const found = jsonDifference(value, other[name], `${path}.${name}`);
      if (found !== undefined) return found;
    }
    const [names, otherNames] = [Object.keys(base), Object.keys(other)];
    const added = otherNames.find((name) => !Object.hasOwn(base, name));
    if (added !== undefined) return `${path}.${added}: absent / ${shown(other[added])}`;
    if (names.join('\n') === otherNames.join('\n')) return undefined;
    return `${path}: members in another order: ${shown(names)} / ${shown(otherNames)}`;
  }
  return `${path}: ${shown(base)} / ${shown(other)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lineDifference(base: string, other: string): string {
  let offset = 0;
  while (offset < base.length && base[offset] === other[offset]) offset += 1;
  const start = base.lastIndexOf('\n', offset - 1) + 1;
  const number = base.slice(0, start).split('\n').length;
  const from = Math.max(start, offset - SHOWN / 2);
  return `byte ${offset}, line ${number}: ${lineAt(base, from)} / ${lineAt(other, from)}`;
}

function lineAt(text: string, start: number): string {
  if (start >= text.length) return 'end of output';
  const end = text.indexOf('\n', start);
  return shown(text.slice(start, end === -1 ? undefined : end));
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  const utf8 = Buffer.from(text ?? String(value), 'latin1').toString('utf8');
  return utf8.length <= SHOWN ? utf8 : `${utf8.slice(0, SHOWN)}…`;
}
