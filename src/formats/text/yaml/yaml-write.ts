/**
 * Writes scalars of YAML for an edit in place: in the style of the scalar that is there, where the
 * style can express the new value, and between double quotes elsewhere.
 *
 * Source: YAML 1.2.2, sections 7.3 (plain and quoted scalars) and 8.1 (block scalars); a plain
 * scalar must be a text for parsers of YAML 1.1 too.
 */

import type { YamlScalar } from './yaml-node.ts';

/** Returns the text that replaces the range of a scalar so that `value` is read there. */
export function writeScalar(scalar: YamlScalar, value: string): string {
  switch (scalar.style) {
    case 'plain': {
      const text = canBePlain(value, scalar.isInFlow) ? value : doubleQuoted(value);
      return scalar.isAbsent ? ` ${text}` : text;
    }
    case 'single':
      return NEEDS_ESCAPES.test(value) ? doubleQuoted(value) : `'${value.replaceAll("'", "''")}'`;
    case 'double':
      return doubleQuoted(value);
    case 'literal':
    case 'folded':
      return blockOf(scalar, value) ?? doubleQuoted(value) + finalBreak(scalar);
  }
}

/** Returns whether a text can stand without quotes, and is a text there for YAML 1.1 and 1.2. */
export function canBePlain(value: string, isInFlow: boolean): boolean {
  if (!PLAIN.test(value) || value.endsWith(':') || NEEDS_ESCAPES.test(value)) return false;
  if (/: | #|\t/u.test(value) || NOT_TEXT.test(value)) return false;
  return !(isInFlow && /[,[\]{}]/u.test(value));
}

/**
 * Characters that only escapes of double quotes can express: control characters, all line breaks,
 * byte order marks.
 */
const NEEDS_ESCAPES = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/u;

/**
 * First character of a plain scalar: no indicator, or one that text follows. No space at either
 * end.
 */
const PLAIN = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`=<]|[-?:](?=[^\s,[\]{}]))(?:.*\S)?$/u;

/** Plain scalars that a schema of YAML 1.1 or 1.2 resolves to something else than a text. */
const NOT_TEXT = new RegExp(
  [
    '^(?:~|null|true|false|y|n|yes|no|on|off)$',
    String.raw`^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-f_]+)$`,
    String.raw`^[-+]?(?:\d[\d_]*)?\.?[\d_]*(?:e[-+]?\d+)?$`,
    String.raw`^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$`,
    String.raw`^[-+]?\.(?:inf|nan)$`,
    String.raw`^\d{4}-\d\d?-\d\d?(?:$|[Tt \t])`,
    String.raw`^(?:---|\.\.\.)(?:$|\s)`,
  ].join('|'),
  'iu',
);

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function doubleQuoted(value: string): string {
  const pattern = /["\\\u0000-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/gu;
  return `"${value.replace(pattern, (sign) => ESCAPES.get(sign) ?? escaped(sign))}"`;
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Returns a literal or folded scalar with the present header; `undefined` if it cannot express the
 * value.
 */
function blockOf(scalar: YamlScalar, value: string): string | undefined {
  const { block, source } = scalar;
  if (block === undefined || block.indent < 1 || !hasText(value)) return undefined;
  const body = withoutFinalBreaks(value);
  const breaks = value.length - body.length;
  if (NEEDS_ESCAPES.test(body.replaceAll('\n', ''))) return undefined;
  if (/^[\n\t ]/u.test(body)) return undefined;
  if (scalar.style === 'folded' && /[\n]/u.test(body)) return undefined;
  if (block.chomping === 'strip' ? breaks !== 0 : breaks !== 1) return undefined;
  const lineBreak = /\r?\n$/u.exec(block.header)?.[0] ?? '\n';
  const indent = ' '.repeat(block.indent);
  const lines = body.split('\n').map((line) => (line === '' ? '' : indent + line));
  const end = block.chomping === 'keep' ? lineBreak : finalBreaks(source);
  return block.header + lines.join(lineBreak) + end;
}

function hasText(value: string): boolean {
  return /[^\n]/u.test(value);
}

function withoutFinalBreaks(value: string): string {
  let end = value.length;
  while (value[end - 1] === '\n') end -= 1;
  return value.slice(0, end);
}

/**
 * Returns the line breaks at the end of a block scalar, with the white space of empty lines between
 * them.
 */
function finalBreaks(source: string): string {
  let end = source.length;
  while (end > 0 && ' \t\r\n'.includes(source[end - 1] ?? 'x')) end -= 1;
  const rest = source.slice(end);
  return rest.slice(rest.search(/[\r\n]|$/u));
}

/** Returns the line break that must stay behind a block scalar if quotes replace it. */
function finalBreak(scalar: YamlScalar): string {
  return /\r?\n$|\r$/u.exec(scalar.source)?.[0] ?? '';
}
