/**
 * Collects the references of a YAML file: one for each scalar, with edit, comment, exemption and
 * obstacle.
 */

import {
  commentPlaceOf,
  commentsBeside,
  resolveAlias,
} from '../../../formats/text/yaml/yaml-walk.ts';
import type { TextPlace } from '../../../formats/bytes/byte-range.ts';
import type {
  PlacedDocument,
  PlacedYaml,
  YamlNode,
  YamlProblem,
  YamlProblemId,
  YamlScalar,
} from '../../../formats/text/yaml/yaml-node.ts';
import { partsOf } from '../../../formats/text/yaml/yaml-parts.ts';
import { writeScalar } from '../../../formats/text/yaml/yaml-write.ts';
import type {
  FileReadings,
  FoundReference,
  IncludedFile,
  Obstacle,
  PinFile,
  ReadingProblem,
  ReferenceEdit,
  ReferenceKind,
  VersionComment,
} from '../finder.ts';
import { noPinReason } from '../no-pin-comment.ts';
import {
  commentWithVersion,
  versionInComment,
} from '../../../formats/text/comments/version-comment.ts';
import { ComposedReferences } from './composed-references.ts';
import { pathsOf } from './node-paths.ts';
import { invalid } from './reference-syntax.ts';
import { shownText } from './shown-text.ts';
import { parseYamlOnce } from './yaml-once.ts';
import type { YamlPlace } from './yaml-place.ts';

/** The reference in a text. */
export interface TextReading {
  readonly value: string;
  /** Returns the text of the scalar with another reference. Default: the reference alone. */
  readonly write?: (value: string) => string;
  readonly obstacle?: Obstacle;
}

/**
 * Reads the reference out of the text of a scalar; `undefined` if the text is none and needs no
 * listing.
 */
export type TextReader = (text: string) => TextReading | undefined;

/** The reading and writing of a reference. */
export interface ReferenceForm {
  /** Default: the whole text. */
  readonly read?: TextReader;
  readonly platform?: string;
  /** Label of the comment that names a version, as `frozen: `. */
  readonly label?: string;
  /** Writes the reference at another place than the scalar that names it. */
  readonly edit?: ReferenceEdit;
}

/** An image that several scalars compose. */
export interface ComposedReference {
  readonly value: string;
  readonly scalars: readonly YamlScalar[];
  /** The scalar that gets the digest, or stands beside it. Absent if there is no place. */
  readonly target?: YamlScalar;
  readonly edit?: ReferenceEdit;
  /** The edit writes the digest alone. */
  readonly keepsTag?: true;
  readonly obstacle?: Obstacle;
}

/** The references of one file. */
export class YamlReferences {
  readonly #yaml: PlacedYaml;
  readonly #isNeutral: (path: readonly string[]) => boolean;
  readonly #found = new Map<YamlScalar, FoundReference>();
  /** The nodes by which each scalar was reached: itself or its aliases. */
  readonly #ways = new Map<YamlScalar, Set<YamlNode>>();
  readonly #rest: FoundReference[] = [];
  readonly #problems: ReadingProblem[] = [];
  readonly #includes: IncludedFile[] = [];
  readonly #composed = new ComposedReferences();

  /**
   * @param isNeutral Whether a value at this path has no meaning of its own, so that anchors can be
   * defined there, as in the
   *   extensions of compose files.
   */
  constructor(yaml: PlacedYaml, isNeutral: (path: readonly string[]) => boolean = () => false) {
    this.#yaml = yaml;
    this.#isNeutral = isNeutral;
  }

  /** Adds the reference at a place. An absent or empty value is none. */
  add(kind: ReferenceKind, place: YamlPlace, form: ReferenceForm = {}): void {
    const node = resolveAlias(place.node);
    if (node === undefined) return;
    if (node.kind !== 'scalar') {
      this.#addCollection(kind, place, node);
      return;
    }
    if (node.isAbsent || node.value.trim() === '') return;
    const known = this.#ways.get(node);
    if (known !== undefined) {
      known.add(place.node);
      return;
    }
    const reading = readingOf(kind, node, form);
    if (reading === undefined) return;
    this.#ways.set(node, new Set([place.node]));
    this.#found.set(node, this.#reference(kind, place, { node, reading, form }));
  }

  /** Adds a reference that is read and edited otherwise. */
  addReference(reference: FoundReference): void {
    this.#rest.push(reference);
  }

  /** Adds a part that cannot be read. */
  addProblem(problem: ReadingProblem): void {
    this.#problems.push(problem);
  }

  /** Adds a file that a value names. */
  addInclude({ node }: YamlPlace, include: Pick<IncludedFile, 'path' | 'from' | 'format'>): void {
    this.#includes.push({ ...include, ...this.placeOf(node) });
  }

  /** Returns line and column of an offset. */
  placeAt(offset: number): TextPlace {
    return this.#yaml.placeOf(offset);
  }

  /** Adds a value that cannot be pinned, of any kind of node. */
  addOther(
    kind: ReferenceKind,
    { node, where }: YamlPlace,
    { value, obstacle }: { readonly value: string; readonly obstacle: Obstacle },
  ): void {
    const { start } = node.range;
    this.#rest.push({
      kind,
      value,
      edit: { range: { start, end: start }, write: () => '' },
      ...this.placeOf(node),
      where,
      obstacle,
      ...(node.kind === 'scalar' && this.noPinOf(node)),
    });
  }

  /** Adds an image that several scalars compose. */
  addComposed(place: YamlPlace, composed: ComposedReference): void {
    const { value, scalars, target } = composed;
    const [exemption] = scalars.map((scalar) => this.noPinOf(scalar)).filter(isExempt);
    const { start } = place.node.range;
    const obstacle = composed.obstacle ?? invalid('image', value) ?? this.#aliased(target);
    this.#composed.add(target, {
      kind: 'image',
      value,
      edit: composed.edit ?? { range: { start, end: start }, write: () => '' },
      ...this.placeOf(place.node),
      where: place.where,
      ...(composed.keepsTag === true && { keepsTag: true }),
      ...(obstacle !== undefined && { obstacle }),
      ...exemption,
    });
  }

  /** Returns line and column of a node. */
  placeOf(node: YamlNode): TextPlace {
    return this.#yaml.placeOf(node.range.start);
  }

  /** Returns what beside a scalar exempts it. */
  noPinOf(scalar: YamlScalar): { readonly noPin?: string } {
    const [reason] = commentsBeside(this.#yaml, scalar).flatMap(({ text }) => {
      const found = noPinReason(text);
      return found === undefined ? [] : [found];
    });
    return reason === undefined ? {} : { noPin: reason };
  }

  /** Returns all references in the order of their places, and the problems of the file. */
  readings(): FileReadings {
    const references = [...this.#found].map(([scalar, reference]) => {
      const obstacle = reference.obstacle ?? this.#sharedValue(scalar);
      return obstacle === undefined ? reference : { ...reference, obstacle };
    });
    return {
      references: [...references, ...this.#rest, ...this.#composed.list()].sort(
        (a, b) => a.line - b.line || a.column - b.column,
      ),
      problems: [...this.#yaml.problems.map(plainProblem), ...this.#problems],
      ...(this.#includes.length > 0 && { includes: this.#includes }),
    };
  }

  #reference(
    kind: ReferenceKind,
    place: YamlPlace,
    { node, reading, form }: { node: YamlScalar; reading: TextReading; form: ReferenceForm },
  ): FoundReference {
    const obstacle = place.isRepeated ? repeated(place) : reading.obstacle;
    const edit = form.edit ?? editOf(node, reading.write ?? same);
    const hasVersion = kind === 'action' || kind === 'git-repository';
    // An edit that replaces a whole block scalar contains the place of the comment.
    const isWhole = node.block !== undefined && edit.range.start === node.range.start;
    const comment = hasVersion && !isWhole ? this.#comment(node, form.label) : undefined;
    return {
      kind,
      value: reading.value,
      edit,
      ...this.#yaml.placeOf(edit.range.start),
      where: place.where,
      ...(comment !== undefined && { comment }),
      ...(form.platform !== undefined && { platform: form.platform }),
      ...(obstacle !== undefined && { obstacle }),
      ...this.noPinOf(node),
    };
  }

  #comment(scalar: YamlScalar, label?: string): VersionComment | undefined {
    const place = commentPlaceOf(this.#yaml, scalar);
    if (place === undefined) return undefined;
    const version = versionInComment(place.text);
    const space = place.needsSpace ? ' ' : '';
    return {
      range: place.range,
      ...(version !== undefined && { version }),
      write: (text) => space + commentWithVersion(place.text, text, label),
    };
  }

  #addCollection(kind: ReferenceKind, place: YamlPlace, node: Exclude<YamlNode, YamlScalar>): void {
    const tag = node.tag?.text;
    const obstacle: Obstacle =
      tag === undefined
        ? { id: 'not-a-reference', message: `the value is a ${node.kind}, not a text` }
        : { id: 'computed-name', message: `the tag ${tag} computes the value` };
    this.addOther(kind, place, { value: tag ?? '', obstacle });
  }

  /** Returns the obstacle of a part of an image that other places use. */
  #aliased(target: YamlScalar | undefined): Obstacle | undefined {
    if (target?.anchor === undefined) return undefined;
    if (!this.#yaml.documents.some(({ aliases }) => aliases.has(target))) return undefined;
    const value = shownText(target.value.trim());
    return { id: 'shared-value', message: `aliases use the value "${value}" at other places` };
  }

  /**
   * Returns the obstacle of a scalar whose aliases, or whose anchor, stand where the value means
   * something else.
   */
  #sharedValue(scalar: YamlScalar): Obstacle | undefined {
    if (scalar.anchor === undefined) return undefined;
    const document = this.#yaml.documents.find(({ aliases }) => aliases.has(scalar));
    const ways = this.#ways.get(scalar);
    if (document === undefined || ways === undefined) return undefined;
    const others = [scalar, ...(document.aliases.get(scalar) ?? [])].filter(
      (node) => !ways.has(node),
    );
    if (others.length === 0) return undefined;
    const paths = pathsOf(document, new Set<YamlNode>(others));
    const other = paths.find((path) => !this.#isNeutral(path));
    if (other === undefined) return undefined;
    const value = shownText(scalar.value.trim());
    return { id: 'shared-value', message: `"${value}" is also the value of ${other.join('.')}` };
  }
}

/** Returns the references of a file of a format. `find` adds those of one document. */
export function yamlReadings(
  file: PinFile,
  options: {
    readonly isOfFormat: (document: PlacedDocument) => boolean;
    readonly isNeutral?: (path: readonly string[]) => boolean;
    /** Whether the file is of the format even if none of its documents can be read. */
    readonly isNamed: boolean;
  },
  find: (document: PlacedDocument, references: YamlReferences) => void,
): FileReadings {
  const yaml = parseYamlOnce(file.bytes);
  const documents = yaml.documents.filter(options.isOfFormat);
  const isBroken = yaml.problems.some(({ id }) => HIDING.has(id));
  if (documents.length === 0 && !(options.isNamed && isBroken)) return NOTHING;
  const references = new YamlReferences(yaml, options.isNeutral);
  for (const document of documents) find(document, references);
  return references.readings();
}

const NOTHING: FileReadings = { references: [], problems: [] };

/** Problems by which a file can look like one of another format. */
const HIDING: ReadonlySet<YamlProblemId> = new Set<YamlProblemId>([
  'encoding',
  'size',
  'depth',
  'count',
  'syntax',
  'line-break',
  'key-tag',
]);

/** Tags that leave a value what it is; `!override` is one of Compose. */
const TEXT_TAGS = new Set(['!', '!!str', '!<tag:yaml.org,2002:str>', '!override']);
/** The tag by which Compose removes the value of another file. */
const RESET_TAG = '!reset';

function readingOf(
  kind: ReferenceKind,
  node: YamlScalar,
  form: ReferenceForm,
): TextReading | undefined {
  const text = node.value.trim();
  if (node.tag?.text === RESET_TAG) return undefined;
  if (node.tag !== undefined && !TEXT_TAGS.has(node.tag.text)) {
    const message = `the tag ${node.tag.text} computes the value`;
    return { value: text, obstacle: { id: 'computed-name', message } };
  }
  const reading = form.read === undefined ? { value: text } : form.read(text);
  if (reading === undefined || reading.obstacle !== undefined) return reading;
  const obstacle = invalid(kind, reading.value);
  return obstacle === undefined ? reading : { ...reading, obstacle };
}

function plainProblem({ line, column, message }: YamlProblem): ReadingProblem {
  return { line, column, message };
}

function isExempt({ noPin }: { readonly noPin?: string }): boolean {
  return noPin !== undefined;
}

/** Returns the obstacle of a place below a key that is given twice. */
export function repeated(place: YamlPlace): Obstacle {
  return { id: 'ambiguous', message: `a key of ${place.where} is given twice` };
}

function same(value: string): string {
  return value;
}

/**
 * Returns the edit of a scalar: of the text alone if the scalar spans lines, of the whole scalar
 * elsewhere.
 */
function editOf(node: YamlScalar, write: (value: string) => string): ReferenceEdit {
  if (node.style !== 'plain' && /[\r\n]/u.test(node.source)) {
    const start = node.value.length - node.value.trimStart().length;
    const range = partsOf(node).rangeOf(start, node.value.trimEnd().length);
    if (range !== undefined) return { range, write };
  }
  return {
    range: node.range,
    write: (text) => writeScalar(node, aroundText(node.value, write(text))),
  };
}

/**
 * Returns a new text with the white space that surrounds the old one, as the line break of a
 * literal scalar.
 */
function aroundText(old: string, text: string): string {
  const start = old.length - old.trimStart().length;
  return old.slice(0, start) + text + old.slice(old.trimEnd().length);
}
