/** The picture of the README: one verdict of `assay demo` as a terminal in SVG. */

/**
 * The command of the demonstration whose verdict is shown: the version in a record was edited, and
 * its content contradicts it.
 */
const COMMAND = '$ assay image --input python-edited.tar --fail-on high+fixable --fail-on-tamper';
/** The demonstration loads old advisory data, which this row of its verdict is about. */
const LEFT_OUT = 'Warning';

const LINE_HEIGHT = 19;
/** The advance of one character of a monospaced font at 14 pixels, in pixels. */
const CHARACTER_WIDTH = 8.4;
const MARGIN = 22;
const COLORS = {
  plain: '#d7dce2',
  dim: '#8b95a1',
  red: '#ff7b72',
  bold: '#ffffff',
  green: '#7ee787',
};

/**
 * Returns the picture as SVG, made from what `assay demo` prints. The row `Warning` is left out;
 * every other line is unchanged.
 *
 * @throws Error if the demonstration no longer runs the command.
 */
export function verdictPicture(demo: string): string {
  const lines = verdictLines(demo);
  const width =
    Math.ceil(Math.max(...lines.map(({ length }) => length)) * CHARACTER_WIDTH) + 2 * MARGIN;
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const texts = lines.map((line, at) => {
    const y = MARGIN + LINE_HEIGHT * at + 14;
    return `<text x="${String(MARGIN)}" y="${String(y)}" ${styleOf(line)}>${escaped(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}">`,
    '<title>A verdict of assay demo</title>',
    `<rect width="100%" height="100%" rx="8" fill="#161b22"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" fill="${COLORS.plain}" xml:space="preserve">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function verdictLines(demo: string): readonly string[] {
  const all = demo.split('\n').map((line) => line.replace(/^ {3}/u, ''));
  const start = all.indexOf(COMMAND);
  const end = all.findIndex((line, at) => at > start && line.startsWith('exit code '));
  if (start < 0 || end < 0) throw new Error(`assay demo does not run "${COMMAND}"`);
  return withoutRow(all.slice(start, end + 1), LEFT_OUT);
}

/** A row of a verdict goes on in lines that are indented further than its label. */
function withoutRow(lines: readonly string[], label: string): readonly string[] {
  let isInside = false;
  return lines.filter((line) => {
    isInside = line.startsWith(`  ${label} `) || (isInside && line.startsWith('     '));
    return !isInside;
  });
}

function styleOf(line: string): string {
  if (line.startsWith('$ ')) return `fill="${COLORS.bold}" font-weight="bold"`;
  if (line.startsWith('Verdict: PASS')) return `fill="${COLORS.green}" font-weight="bold"`;
  if (line.startsWith('Verdict: ')) return `fill="${COLORS.red}" font-weight="bold"`;
  if (/^ +(?:CRITICAL|HIGH) /u.test(line)) return `fill="${COLORS.red}"`;
  return line.startsWith('exit code ') ? `fill="${COLORS.dim}"` : '';
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
