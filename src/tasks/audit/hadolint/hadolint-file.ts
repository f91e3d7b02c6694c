/**
 * The configuration of hadolint, as it concerns the rules of Dockerfiles: `ignored`, `override`,
 * `trustedRegistries`, `label-schema`, `strict-labels`, `failure-threshold`. Source: the
 * documentation of hadolint, "Configure".
 */

import { didYouMean } from '../../../core/base/did-you-mean.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { LABEL_FORMS, type LabelForm } from '../../../rules/detect/dockerfile/settings.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readYamlDocuments, type YamlDocument } from '../../../formats/text/yaml/yaml.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { HadolintThreshold } from '../../../scan/policy/options.ts';

/** A configuration of hadolint. */
export interface HadolintFile {
  readonly ignored: readonly PlacedId[];
  readonly severities: ReadonlyMap<string, Severity>;
  readonly trustedRegistries: readonly string[];
  readonly labels: ReadonlyMap<string, LabelForm>;
  readonly isStrict: boolean;
  /** Whether comments that ask to ignore a finding count for nothing. */
  readonly ignoresComments: boolean;
  /** `failure-threshold`, and where it stands. */
  readonly threshold: PlacedThreshold | undefined;
  /** Keys that change findings, with their lines; those of `ignored` are left out. */
  readonly settings: readonly { readonly name: string; readonly where: string }[];
  /** Sentences about what is not understood. */
  readonly notes: readonly string[];
}

/** `failure-threshold`, and where it stands. */
export interface PlacedThreshold extends HadolintThreshold {
  /** `path:line`. */
  readonly where: string;
}

/** The id of a rule, and where it stands. */
export interface PlacedId {
  readonly id: string;
  /** `path:line`. */
  readonly from: string;
}

/** Levels of hadolint, the strictest first. */
const HADOLINT_LEVELS: ReadonlyMap<string, Severity> = new Map([
  ['error', 'high'],
  ['warning', 'medium'],
  ['info', 'low'],
  ['style', 'low'],
]);

/** Levels of `failure-threshold` at which nothing fails. */
const NO_LEVELS: ReadonlySet<string> = new Set(['ignore', 'none']);
/** Keys that concern the output of hadolint alone. */
const IDLE_KEYS: ReadonlySet<string> = new Set(['format', 'no-color', 'no-fail', 'verbose']);
const KEYS = [
  ...['ignored', 'override', 'trustedRegistries', 'label-schema', 'strict-labels'],
  ...['failure-threshold', 'disable-ignore-pragma', ...IDLE_KEYS],
];
const RULE_ID = /^(?:DL|SC)\d{4}$/u;

/**
 * Reads a configuration.
 *
 * @param path as messages show it
 * @throws AssayError `CONFIG_INVALID` for what is not a mapping, or has a value of another type
 * @throws ParseError for what is not YAML
 */
export function readHadolintFile(path: string, bytes: Uint8Array): HadolintFile {
  const [document] = readYamlDocuments(path, bytes);
  const root = document?.root ?? '';
  if (root !== '' && !isJsonObject(root)) throw invalid(path, 'no mapping at the top');
  return new HadolintReader(path, root === '' ? {} : root, document).read();
}

class HadolintReader {
  readonly #path: string;
  readonly #root: JsonObject;
  readonly #document: YamlDocument | undefined;
  readonly #notes: string[] = [];

  constructor(path: string, root: JsonObject, document: YamlDocument | undefined) {
    this.#path = path;
    this.#root = root;
    this.#document = document;
  }

  read(): HadolintFile {
    this.#checkKeys();
    const threshold = this.#threshold();
    const effective = ['override', 'trustedRegistries', 'label-schema', 'strict-labels'];
    const settings = effective
      .filter((name) => (this.#root[name] ?? '') !== '')
      .map((name) => ({ name, where: this.#where(name) }));
    return {
      ignored: this.#list('ignored').map((id) => ({ id, from: this.#where('ignored') })),
      severities: this.#severities(),
      trustedRegistries: this.#list('trustedRegistries'),
      labels: this.#labels(),
      isStrict: this.#isOn('strict-labels'),
      ignoresComments: this.#isOn('disable-ignore-pragma'),
      threshold,
      settings,
      notes: this.#notes,
    };
  }

  #where(key: string): string {
    return `${this.#path}:${this.#document?.lineOf(this.#root, key) ?? 1}`;
  }

  #checkKeys(): void {
    for (const key of Object.keys(this.#root)) {
      if (KEYS.includes(key)) continue;
      const near = didYouMean(key, KEYS);
      const hint = near === undefined ? '' : `; perhaps "${near}" is meant`;
      this.#notes.push(`${this.#where(key)}: the key "${key}" is not known${hint}`);
    }
  }

  #text(key: string): string | undefined {
    const value = this.#root[key];
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string') return value;
    throw invalid(this.#where(key), `"${key}" is not text`);
  }

  #threshold(): PlacedThreshold | undefined {
    const key = 'failure-threshold';
    const level = this.#text(key)?.trim().toLowerCase();
    if (level === undefined || level === '') return undefined;
    const severity = NO_LEVELS.has(level) ? 'none' : HADOLINT_LEVELS.get(level);
    if (severity !== undefined) return { level, severity, where: this.#where(key) };
    const levels = [...HADOLINT_LEVELS.keys(), ...NO_LEVELS].join(', ');
    throw invalid(this.#where(key), `"${level}" of "${key}" is none of ${levels}`);
  }

  #isOn(key: string): boolean {
    const value = this.#root[key];
    if (value === undefined || value === '') return false;
    const text = typeof value === 'string' ? value : '';
    if (/^(?:true|yes|on)$/iu.test(text)) return true;
    if (/^(?:false|no|off)$/iu.test(text)) return false;
    throw invalid(this.#where(key), `"${key}" is neither true nor false`);
  }

  /** Returns a list of texts; a single text is a list of one, or of several between commas. */
  #list(key: string): readonly string[] {
    return this.#texts(this.#root[key], key);
  }

  #texts(value: JsonValue | undefined, key: string): readonly string[] {
    if (value === undefined || value === '') return [];
    if (typeof value === 'string') return value.split(',').map((one) => one.trim());
    if (!isJsonArray(value)) throw invalid(this.#where(key), `"${key}" is not a list`);
    return value.map((item) => {
      if (typeof item === 'string') return item.trim();
      throw invalid(this.#where(key), `"${key}" has an entry that is not text`);
    });
  }

  #severities(): ReadonlyMap<string, Severity> {
    const override = this.#root['override'];
    const found = new Map<string, Severity>();
    if (override === undefined || override === '') return found;
    if (!isJsonObject(override))
      throw invalid(this.#where('override'), '"override" is not a mapping');
    for (const [level, ids] of Object.entries(override)) {
      const severity = HADOLINT_LEVELS.get(level);
      if (severity === undefined) {
        this.#notes.push(`${this.#where('override')}: the level "${level}" is not known`);
        continue;
      }
      for (const id of this.#texts(ids, 'override')) {
        if (RULE_ID.test(id.toUpperCase())) found.set(id.toUpperCase(), severity);
        else this.#notes.push(`${this.#where('override')}: "${id}" is not an id of a rule`);
      }
    }
    return found;
  }

  #labels(): ReadonlyMap<string, LabelForm> {
    const schema = this.#root['label-schema'];
    const found = new Map<string, LabelForm>();
    if (schema === undefined || schema === '') return found;
    if (!isJsonObject(schema)) {
      throw invalid(this.#where('label-schema'), '"label-schema" is not a mapping');
    }
    for (const [label, value] of Object.entries(schema)) {
      const text = typeof value === 'string' ? value : '';
      const form = LABEL_FORMS.find((one) => one === text.toLowerCase());
      if (form === undefined) {
        const forms = LABEL_FORMS.join(', ');
        const message = `the form "${text}" of the label "${label}" is none of ${forms}`;
        throw invalid(this.#where('label-schema'), message);
      }
      found.set(label, form);
    }
    return found;
  }
}

function invalid(where: string, what: string): AssayError {
  return new AssayError('CONFIG_INVALID', `${where}: ${what}`, {
    hint: 'The file is the configuration of hadolint. With -c FILE it is not read.',
  });
}
