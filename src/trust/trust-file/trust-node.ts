/**
 * A value of the trust file with its line. Readers narrow it to the type that they expect; every
 * refusal names the place.
 */

import { isCalendarDay } from '../../core/base/calendar-day.ts';
import { AssayError } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import { readPlacedYaml } from '../../formats/text/yaml/yaml-places.ts';
import type { PlacedYaml, YamlNode } from '../../formats/text/yaml/yaml-node.ts';
import { MAX_TRUST_FILE_BYTES } from './trust-file.ts';

const LIMITS = { maxBytes: MAX_TRUST_FILE_BYTES, maxDepth: 32, maxNodes: 200_000 };
/** Longest part of a value that a message repeats. */
const SHOWN = 80;
const DATE = /^\d{4}-\d{2}-\d{2}$/u;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/u;
const DURATION = /^(?<count>[1-9]\d{0,5})(?<unit>[mhdw])$/u;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const COUNT = /^[1-9]\d{0,3}$/u;

/** A file that is read. */
interface Source {
  readonly name: string;
  readonly yaml: PlacedYaml;
}

/** A value with its place. */
export class TrustNode {
  /** With dots, as in `keys.scopes`; empty for the whole file. */
  readonly key: string;
  readonly #source: Source;
  readonly #node: YamlNode;

  constructor(source: Source, node: YamlNode, key: string) {
    this.#source = source;
    this.#node = node;
    this.key = key;
  }

  /** Returns the place, as in `assay.trust.yaml:12`. */
  get where(): string {
    return `${this.#source.name}:${this.line}`;
  }

  get line(): number {
    return this.#source.yaml.placeOf(this.#node.range.start).line;
  }

  /** Returns whether it is a mapping of keys to values. */
  get isMapping(): boolean {
    return this.#node.kind === 'mapping';
  }

  /**
   * Returns the values of a mapping by key.
   *
   * @throws AssayError `CONFIG_INVALID` for what is not a mapping, and for a key that is not one of
   * `known`
   */
  members<Key extends string>(known: readonly Key[]): Partial<Record<Key, TrustNode>> {
    const found: Partial<Record<Key, TrustNode>> = {};
    for (const [name, keyNode, value] of this.#pairs()) {
      const key = known.find((one) => one === name);
      if (key === undefined) throw this.#unknown(name, keyNode, known);
      found[key] = value;
    }
    return found;
  }

  /** Returns the items of a list with at least one. @throws AssayError `CONFIG_INVALID` */
  items(): readonly TrustNode[] {
    const items = this.list();
    if (items.length > 0) return items;
    throw this.refuse('is an empty list', 'Name at least one, or take the key out.');
  }

  /** Returns the items of a list, which may have none. @throws AssayError `CONFIG_INVALID` */
  list(): readonly TrustNode[] {
    const node = this.#plain();
    if (node.kind !== 'sequence') {
      throw this.refuse('is not a list', 'Write one "- VALUE" on a line of its own for each.');
    }
    return node.items.map((item) => new TrustNode(this.#source, item, this.key));
  }

  /** Returns a text that is not empty. @throws AssayError `CONFIG_INVALID` */
  text(): string {
    const node = this.#plain();
    if (node.kind !== 'scalar') {
      throw this.refuse('must be one text', 'Write "KEY: VALUE" on one line.');
    }
    const isNull = node.style === 'plain' && /^(?:|~|null|Null|NULL)$/u.test(node.value);
    if (isNull || node.value.trim() === '') {
      throw this.refuse('has no value', 'Give a value, or take the key out.');
    }
    return node.value;
  }

  /** Returns the texts of a list with at least one. @throws AssayError `CONFIG_INVALID` */
  texts(): readonly string[] {
    return this.items().map((item) => item.text());
  }

  /** @throws AssayError `CONFIG_INVALID` for what is not `true` or `false` */
  flag(): boolean {
    const text = this.text();
    if (text === 'true' || text === 'false') return text === 'true';
    throw this.refuse('must be true or false', 'Write true or false.');
  }

  /** @throws AssayError `CONFIG_INVALID` for what is not a whole number from 1 on */
  count(): number {
    const text = this.text();
    if (COUNT.test(text)) return Number(text);
    throw this.refuse('must be a whole number from 1 on', 'Write 2, for example.');
  }

  /** One of some words. @throws AssayError `CONFIG_INVALID` */
  oneOf<Word extends string>(words: readonly Word[]): Word {
    const text = this.text();
    const word = words.find((one) => one === text);
    if (word !== undefined) return word;
    const near = didYouMean(text, words);
    const guess = near === undefined ? '' : `Did you mean "${near}"? `;
    throw this.refuse('is not known here', `${guess}Possible: ${words.join(', ')}.`);
  }

  /**
   * Milliseconds since the Unix epoch; a date is the start of that day in UTC. @throws AssayError
   * `CONFIG_INVALID`
   */
  instant(): number {
    const text = this.text();
    const isWritten = DATE.test(text) || INSTANT.test(text);
    const millis = isWritten ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(millis) && isCalendarDay(text.slice(0, 10))) return millis;
    throw this.refuse(
      'is not a date',
      'Write a date as 2026-01-31, or an instant as 2026-01-31T12:00:00Z.',
    );
  }

  /** Milliseconds. @throws AssayError `CONFIG_INVALID` */
  duration(): number {
    const { count, unit } = DURATION.exec(this.text())?.groups ?? {};
    if (count !== undefined) return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
    throw this.refuse('is not a duration', 'Write 12h, 7d or 4w.');
  }

  /** Returns the error about this value. `problem` is a predicate, as in `is not a date`. */
  refuse(problem: string, hint: string, cause?: unknown): AssayError {
    const node = this.#node;
    const isShown = node.kind === 'scalar' && node.value !== '' && !isSecret(node.value);
    const shown = isShown ? ` "${cut(node.value)}"` : '';
    const subject = this.key === '' ? 'the file' : `"${this.key}"`;
    return new AssayError('CONFIG_INVALID', `${this.where}: ${subject}${shown} ${problem}`, {
      hint,
      cause,
    });
  }

  /**
   * Returns the node, which may have neither tag nor anchor: other readers of YAML treat these in
   * different ways.
   */
  #plain(): YamlNode {
    const node = this.#node;
    if (node.kind === 'alias') {
      throw this.refuse('is an alias', 'Write the value out where it is needed.');
    }
    if (node.tag !== undefined) {
      throw this.refuse(`has the tag "${cut(node.tag.text)}"`, 'Write the value without a tag.');
    }
    return node;
  }

  #pairs(): readonly (readonly [string, YamlNode, TrustNode])[] {
    const node = this.#plain();
    if (node.kind !== 'mapping') {
      throw this.refuse('must be a mapping of keys to values', 'Write "KEY: VALUE" on each line.');
    }
    return node.pairs.map(({ key, value }) => {
      const name = key.kind === 'scalar' ? key.value : '';
      const path = this.key === '' ? name : `${this.key}.${name}`;
      // An absent value has no place of its own.
      const placed = value.range.end > value.range.start ? value : { ...value, range: key.range };
      return [name, key, new TrustNode(this.#source, placed, path)] as const;
    });
  }

  #unknown(name: string, key: YamlNode, known: readonly string[]): AssayError {
    const { line } = this.#source.yaml.placeOf(key.range.start);
    const near = didYouMean(name, known);
    const place = this.key === '' ? '' : ` in "${this.key}"`;
    const guess = near === undefined ? '' : `; did you mean "${near}"?`;
    return new AssayError(
      'CONFIG_INVALID',
      `${this.#source.name}:${line}: unknown key${isSecret(name) ? '' : ` "${cut(name)}"`}${place}${guess}`,
      { hint: `Known here: ${known.join(', ')}.` },
    );
  }
}

/**
 * Reads the text of a trust file.
 *
 * @throws AssayError `CONFIG_INVALID` if it is not one document of YAML that all readers understand
 * alike
 */
export function readTrustTree(name: string, bytes: Uint8Array): TrustNode {
  const yaml = readPlacedYaml(bytes, LIMITS);
  const [problem] = yaml.problems;
  if (problem !== undefined) {
    throw new AssayError('CONFIG_INVALID', `${name}:${problem.line}: ${problem.message}`, {
      hint:
        problem.id === 'alias'
          ? "A value that begins with * needs quotes, as in '*.example.com' or '**'."
          : 'It must be one document of YAML in UTF-8, with each key once.',
    });
  }
  const [document, second] = yaml.documents;
  if (document === undefined) {
    throw new AssayError('CONFIG_INVALID', `${name}:1: the file is empty`, {
      hint: 'Begin with "version: 1"; docs/trust-file.md shows an example.',
    });
  }
  if (second !== undefined) {
    const { line } = yaml.placeOf(second.root.range.start);
    throw new AssayError('CONFIG_INVALID', `${name}:${line}: a second document begins here`, {
      hint: 'Put everything into one document, without lines "---".',
    });
  }
  return new TrustNode({ name, yaml }, document.root, '');
}

/** Returns whether a message that repeats the value would tell a private key. */
function isSecret(text: string): boolean {
  return /PRIVATE KEY|encrypted secret key/u.test(text);
}

function cut(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > SHOWN || line.length < text.length ? `${line.slice(0, SHOWN)}...` : line;
}
