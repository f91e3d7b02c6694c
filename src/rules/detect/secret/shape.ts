/**
 * Shapes of secrets: text, and classes of characters in braces, as in `ghp_{an:36}`. `{an:20-40}`
 * is a range of lengths, `{uuid}` a UUID. One shape gives the pattern that finds a value, and the
 * examples that tests make.
 */

/** Classes of characters by name, as the inside of a bracket expression. */
const SHAPE_CLASSES: Readonly<Record<string, string>> = {
  an: 'A-Za-z0-9',
  AN: 'A-Z0-9',
  low: 'a-z0-9',
  A: 'A-Z',
  a: 'a-z',
  d: '0-9',
  hex: '0-9a-f',
  HEX: '0-9A-F',
  anyhex: '0-9A-Fa-f',
  b32: 'A-Z2-7',
  b32low: 'a-z2-7',
  b58: '1-9A-HJ-NP-Za-km-z',
  b64: 'A-Za-z0-9+/',
  url: 'A-Za-z0-9_-',
  dot: 'A-Za-z0-9_.-',
  tilde: 'A-Za-z0-9_.~-',
};

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const UUID_LENGTH = 36;

/** One part of a shape: a text, or so many characters of a class. */
export type ShapePart =
  | { readonly text: string }
  | { readonly characters: string; readonly min: number; readonly max: number }
  | { readonly isUuid: true };

const PART =
  /\{(?:(?<uuid>uuid)|(?<name>\w+):(?<min>\d+)(?:-(?<max>\d+))?)\}|(?<text>[^{}]+)|(?<bad>[{}])/gu;

/** Returns the parts of a shape. @throws RangeError for a shape that is not one */
export function shapeParts(shape: string): readonly ShapePart[] {
  return [...shape.matchAll(PART)].map(({ groups = {} }): ShapePart => {
    const { uuid, name = '', min = '', max = min, text } = groups;
    if (uuid !== undefined) return { isUuid: true };
    if (text !== undefined) return { text };
    const characters = SHAPE_CLASSES[name];
    if (characters === undefined) throw new RangeError(`not a shape: "${shape}"`);
    return { characters, min: Number(min), max: Number(max) };
  });
}

/** Returns the source of a pattern for the whole shape, without borders. */
export function shapeSource(shape: string): string {
  return shapeParts(shape).map(partSource).join('');
}

/** Returns the text at the beginning of a shape; empty where it begins with a class. */
export function shapePrefix(shape: string): string {
  const [first] = shapeParts(shape);
  return first !== undefined && 'text' in first ? first.text : '';
}

/** Returns the least or greatest number of characters that the shape has in front of a text. */
export function lengthBefore(shape: string, literal: string, which: 'min' | 'max'): number {
  let length = 0;
  for (const part of shapeParts(shape)) {
    const at = 'text' in part ? part.text.indexOf(literal) : -1;
    if (at >= 0) return length + at;
    if ('text' in part) length += part.text.length;
    else length += 'isUuid' in part ? UUID_LENGTH : part[which];
  }
  return length;
}

/** No letter or digit stands in front, unless it ends an escape (`%3D`, `\n`). */
const BORDER_BEFORE = String.raw`(?<!(?<!%[0-9A-Fa-f]|\\)[A-Za-z0-9])`;

/** Returns the pattern of a value of a shape in a text, between borders. It is sticky. */
export function shapePattern(shape: string): RegExp {
  const last = shapeParts(shape).at(-1);
  const following =
    last !== undefined &&
    'characters' in last &&
    last.characters.includes('-') &&
    last.characters.includes('_')
      ? 'A-Za-z0-9_-'
      : 'A-Za-z0-9_';
  return new RegExp(`${BORDER_BEFORE}${shapeSource(shape)}(?![${following}])`, 'dy');
}

function partSource(part: ShapePart): string {
  if ('text' in part) return part.text.replace(/[$()*+.?[\\\]^|/]/gu, String.raw`\$&`);
  if ('isUuid' in part) return UUID;
  const { characters, min, max } = part;
  return `[${characters}]{${min === max ? `${min}` : `${min},${max}`}}`;
}
