/**
 * Dockerfiles inside of other files: `dockerfile_inline` of Compose files, and `dockerfile-inline`
 * of buildx bake. Their findings have the lines of the file around them, and no edits.
 *
 * Sources: Compose Build Specification, `dockerfile_inline`; the reference of bake files,
 * `target.dockerfile-inline`.
 */

import { placeOf, placesOf, type TextPlace } from '../../../formats/bytes/byte-range.ts';
import { readPlacedYaml } from '../../../formats/text/yaml/yaml-places.ts';
import type { PlacedYaml, YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import { partsOf } from '../../../formats/text/yaml/yaml-parts.ts';
import { asScalar, keyOf, mappingsIn } from '../../../formats/text/yaml/yaml-walk.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { DetectedFile } from '../detector.ts';

/** A Dockerfile in another file. */
export interface InlineDockerfile {
  readonly file: DetectedFile;
  /** Returns a finding with its place in the file around it. */
  placed(draft: RuleDraft): RuleDraft;
}

/** The Dockerfiles in a file. */
export interface InlineDockerfiles {
  readonly dockerfiles: readonly InlineDockerfile[];
  /** Reason for possibly missing ones; absent: they are complete. */
  readonly problem?: string;
}

/** More Dockerfiles of one file are not read; real files have some. */
const MAX_INLINE = 200;
const KEY = /dockerfile[_-]inline/iu;

/** Returns the Dockerfiles in a file of Compose or bake. */
export function inlineDockerfiles(file: DetectedFile): InlineDockerfiles {
  const text = Buffer.from(file.bytes).toString('utf8');
  if (!KEY.test(text)) return { dockerfiles: [] };
  if (file.path.toLowerCase().endsWith('.hcl')) return { dockerfiles: inHcl(file, text) };
  const yaml = readPlacedYaml(file.bytes);
  const scalars = inlineScalars(yaml);
  const dockerfiles = scalars
    .slice(0, MAX_INLINE)
    .map((scalar) => inlineOf(file, scalar.value, yamlPlaces(yaml, scalar)));
  const [first] = yaml.problems.filter(({ id }) => id !== 'duplicate-key');
  if (first !== undefined) return { dockerfiles, problem: `line ${first.line}: ${first.message}` };
  return scalars.length > MAX_INLINE
    ? { dockerfiles, problem: `more than ${MAX_INLINE} Dockerfiles` }
    : { dockerfiles };
}

function inlineOf(
  { path, settings }: DetectedFile,
  value: string,
  outer: (offset: number) => TextPlace | undefined,
): InlineDockerfile {
  // `$$` is a dollar sign for the builder. The text keeps its length, so that places stay.
  const text = value.replaceAll('$$', ' $');
  const bytes = Buffer.from(text);
  // The context is another directory, so that no file beside is missed.
  const dockerfile = { ...settings?.dockerfile, hasFile: () => true };
  const lineStarts = startsOfLines(text);
  const offsetOf = (line: number, column: number): number =>
    (lineStarts[line - 1] ?? 0) + column - 1;
  return {
    file: { path, bytes, settings: { ...settings, dockerfile } },
    placed: (draft) => {
      const { range, location } = draft;
      const start =
        range === undefined ? outer(0) : outer(offsetOf(range.startLine, range.startColumn));
      if (start === undefined) return draft;
      const last = range && outer(offsetOf(range.endLine, range.endColumn) - 1);
      const end = last ?? start;
      return {
        ...draft,
        location: { ...location, line: start.line },
        range: {
          ...{ startLine: start.line, startColumn: start.column },
          ...{ endLine: end.line, endColumn: end.column + 1 },
        },
      };
    },
  };
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

const INLINE_KEYS: ReadonlySet<string> = new Set(['dockerfile_inline', 'dockerfile-inline']);

/**
 * Returns the scalars with a Dockerfile. Compose files have them at `services.NAME.build`, bake
 * files at `target.NAME`.
 */
function inlineScalars(yaml: PlacedYaml): readonly YamlScalar[] {
  const found = new Set<YamlScalar>();
  for (const { root } of yaml.documents) {
    for (const { pairs } of mappingsIn(root)) {
      for (const pair of pairs) {
        const scalar = INLINE_KEYS.has(keyOf(pair) ?? '') ? asScalar(pair.value) : undefined;
        if (scalar !== undefined) found.add(scalar);
      }
    }
  }
  return [...found].toSorted((a, b) => a.range.start - b.range.start);
}

/**
 * Returns the places of offsets in the value of a scalar; that of the scalar where an escape or a
 * folded line hides them.
 */
function yamlPlaces(yaml: PlacedYaml, scalar: YamlScalar): (offset: number) => TextPlace {
  const parts = partsOf(scalar);
  return (offset) => yaml.placeOf((parts.rangeOf(offset, offset + 1) ?? scalar.range).start);
}

/** `dockerfile-inline = <<EOT`, also `<<-EOT`, up to a line with the word; or a text in quotes. */
const HCL_INLINE =
  /^[ \t]*dockerfile-inline[ \t]*=[ \t]*(?:<<-?(?<word>\w+)[ \t]*\r?\n|"(?<quoted>(?:[^"\\\r\n]|\\.)*)")/gmu;

function inHcl(file: DetectedFile, text: string): readonly InlineDockerfile[] {
  const found: InlineDockerfile[] = [];
  const at = placesOf(file.bytes);
  for (const match of text.matchAll(HCL_INLINE)) {
    const { word, quoted } = match.groups ?? {};
    if (found.length >= MAX_INLINE) break;
    if (quoted !== undefined) {
      const value = quoted.replaceAll(/\\(.)/gu, (_, one: string) => (one === 'n' ? '\n' : one));
      const place = placeOf(file.bytes, Buffer.byteLength(text.slice(0, match.index)));
      found.push(inlineOf(file, value, () => place));
    } else if (word !== undefined) {
      const start = match.index + match[0].length;
      const begin = Buffer.byteLength(text.slice(0, start));
      const value = documentFrom(text, start, word);
      found.push(
        inlineOf(file, value, (offset) => at(begin + Buffer.byteLength(value.slice(0, offset)))),
      );
    }
  }
  return found;
}

/** Returns the lines up to one that has nothing but the word. Without one it reaches to the end. */
function documentFrom(text: string, start: number, word: string): string {
  let at = start;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    if (line.trim() === word) return text.slice(start, at);
    if (end < 0) break;
    at = end + 1;
  }
  return text.slice(start);
}
