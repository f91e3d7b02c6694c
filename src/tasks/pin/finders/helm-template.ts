/**
 * Templates of Helm charts. They are not YAML before Helm renders them, so that they are read by
 * lines: an image that is written out is pinned in its line, and one that a template computes is
 * listed. It counts as decided elsewhere only if it is exactly an image that `values.yaml` lists,
 * or has a digest there; everything else is an obstacle here.
 *
 * Source: Helm, "Chart Template Guide".
 */

import { placesOf } from '../../../formats/bytes/byte-range.ts';
import type { FileReadings, Finder, FoundReference, Obstacle, PinFile } from '../finder.ts';
import { noPinReason } from '../no-pin-comment.ts';
import { isImmutable } from '../reference-value.ts';
import { readChartValues, type ChartValues } from './helm-chart-values.ts';
import { textOfValues } from './helm-values-text.ts';
import { imageObstacle } from './image-value.ts';
import { shownText } from './shown-text.ts';
import { isHelmTemplatePath } from './yaml-file-names.ts';

/** The finder of templates of Helm charts. */
export const helmTemplate: Finder = {
  find: (file) => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes);
    if (!isHelmTemplatePath(file.path) || !text.includes('{{')) return NOTHING;
    return { references: referencesIn(text, file), problems: [] };
  },
};

const NOTHING: FileReadings = { references: [], problems: [] };

/** A line with a key `image`, and what follows it. */
const IMAGE = /^(?<lead>[ \t]*(?:-[ \t]+)?["']?image["']?[ \t]*:[ \t]+)(?<rest>[^\s#].*)$/u;
/** A key `image` in braces, and its value. */
const IMAGE_IN_BRACES =
  /[{,][ \t]*["']?image["']?[ \t]*:[ \t]+(?<rest>"[^"]*"|'[^']*'|(?:\{\{[^{}]*\}\}|[^\s,{}"'])+)/gu;
/** A value that is written out, with a comment. */
const LITERAL =
  /^(?<quote>["']?)(?<value>[^\s"'{}]+)\k<quote>[ \t]*(?:[ \t](?<comment>#.*?))?\r?$/u;

function referencesIn(text: string, file: PinFile): readonly FoundReference[] {
  const placeOf = placesOf(file.bytes);
  let values: ChartValues | undefined;
  const obstacleOf = (shown: string): Obstacle =>
    computedObstacle(shown, (values ??= readChartValues(file)));
  const references: FoundReference[] = [];
  let offset = 0;
  let above = '';
  for (const line of text.split('\n')) {
    const { lead, rest } = IMAGE.exec(line)?.groups ?? {};
    if (lead !== undefined && rest !== undefined) {
      references.push(referenceAt(offset + Buffer.byteLength(lead), rest, { above, obstacleOf }));
    } else if (!line.trimStart().startsWith('#')) {
      for (const { 0: whole, index, groups = {} } of line.matchAll(IMAGE_IN_BRACES)) {
        const value = groups['rest'] ?? '';
        const before = line.slice(0, index + whole.length - value.length);
        references.push(
          referenceAt(offset + Buffer.byteLength(before), value, { above, obstacleOf }),
        );
      }
    }
    offset += Buffer.byteLength(line) + 1;
    above = line.trim();
  }
  return references.map((reference) => ({
    ...reference,
    ...placeOf(reference.edit.range.start),
  }));
}

function referenceAt(
  start: number,
  rest: string,
  { above, obstacleOf }: { above: string; obstacleOf: (shown: string) => Obstacle },
): FoundReference {
  const { quote = '', value, comment = '' } = LITERAL.exec(rest)?.groups ?? {};
  const noPin = noPinReason(comment) ?? noPinReason(above);
  const base = {
    kind: 'image' as const,
    line: 1,
    column: 1,
    where: 'image',
    ...(noPin !== undefined && { noPin }),
  };
  if (value === undefined) {
    const shown = withoutQuotes(rest.trim()).slice(0, 1000);
    const edit = { range: { start, end: start }, write: () => '' };
    return { ...base, value: shown, edit, obstacle: obstacleOf(shown) };
  }
  const first = start + quote.length;
  const range = { start: first, end: first + Buffer.byteLength(value) };
  const obstacle = imageObstacle(value);
  return {
    ...base,
    value,
    edit: { range, write: (text) => text },
    ...(obstacle !== undefined && { obstacle }),
  };
}

/**
 * Returns the obstacle of an image that a template computes, depending on whether the values decide
 * it.
 */
function computedObstacle(shown: string, values: ChartValues): Obstacle {
  const message = `a template computes "${shownText(shown)}"`;
  const image = textOfValues(shown, values.lookUp);
  if (image === undefined) return { id: 'computed-name', message, advice: FROM_VALUES };
  if (values.images.has(image) || isImmutable('image', image)) return { id: 'template', message };
  return {
    id: 'computed-name',
    message: `${message}: with values.yaml it is "${shownText(image)}", which is not an image of that file`,
    advice: FROM_VALUES,
  };
}

const FROM_VALUES =
  'Take the image from values alone, as in "{{ .Values.image.repository }}:{{ .Values.image.tag }}", or write it out.';

function withoutQuotes(text: string): string {
  const { inner } = /^(?<quote>["'])(?<inner>.*)\k<quote>$/u.exec(text)?.groups ?? {};
  return inner ?? text.replace(/[ \t]+#.*$/u, '');
}
