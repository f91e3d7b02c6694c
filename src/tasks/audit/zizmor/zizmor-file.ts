/**
 * The configuration of zizmor: `rules.AUDIT.ignore`, `disable`, `remap.severity` and `config`.
 * Source: the documentation of zizmor, "Configuration" and "Audit Rules". A key or audit that is
 * not known, a value that cannot be understood and a place that cannot match are notes: a configuration
 * never ends the run.
 */

import { didYouMean } from '../../../core/base/did-you-mean.ts';
import {
  repositoryPattern,
  type RepositoryPattern,
} from '../../../rules/detect/pipeline/repository-pattern.ts';
import {
  PIN_POLICIES,
  type PinPolicy,
  type PipelineSettings,
} from '../../../rules/detect/pipeline/settings.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readYamlDocuments, type YamlDocument } from '../../../formats/text/yaml/yaml.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import { VULNERABLE_ACTIONS } from '../../../core/model/advisory/group-names.ts';

/** A configuration of zizmor. */
export interface ZizmorFile {
  readonly ignored: readonly IgnoredPlace[];
  readonly settings: PipelineSettings;
  /** Keys that change findings, with their lines; `ignore` and `disable` are left out. */
  readonly keys: readonly { readonly name: string; readonly where: string }[];
  /** Sentences about what is not understood. */
  readonly notes: readonly string[];
}

/** Findings that the configuration sets aside. */
export interface IgnoredPlace {
  /** The name of the audit. */
  readonly audit: string;
  /** Patterns of paths; absent: all files. */
  readonly paths?: readonly string[];
  readonly line?: number;
  readonly column?: number;
  /** `path:line` of the entry. */
  readonly from: string;
}

/** Names of severities in zizmor. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['informational', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
]);
const KEYS = ['ignore', 'disable', 'config', 'remap'];
const PLACE = /^(?<file>[^:\\]+\.ya?ml)(?::(?<line>[1-9]\d{0,8})(?::(?<column>[1-9]\d{0,8}))?)?$/u;

/**
 * Reads a configuration.
 *
 * @param path as messages show it
 * @param audits names of audits that have a rule, for notes about others
 * @throws ParseError for what is not YAML
 */
export function readZizmorFile(
  path: string,
  bytes: Uint8Array,
  audits: readonly string[],
): ZizmorFile {
  const [document] = readYamlDocuments(path, bytes);
  const root = document?.root ?? '';
  const reader = new ZizmorReader(path, document, audits);
  if (root === '' || isJsonObject(root)) return reader.read(root === '' ? {} : root);
  return {
    ...reader.read({}),
    notes: [`${path}: no mapping at the top, so that it has no effect`],
  };
}

type Changed = { -readonly [K in keyof PipelineSettings]: PipelineSettings[K] };

class ZizmorReader {
  readonly #path: string;
  readonly #document: YamlDocument | undefined;
  readonly #audits: readonly string[];
  readonly #ignored: IgnoredPlace[] = [];
  readonly #keys: { readonly name: string; readonly where: string }[] = [];
  readonly #notes: string[] = [];
  readonly #severities = new Map<string, Severity>();
  readonly #settings: Changed = {};

  constructor(path: string, document: YamlDocument | undefined, audits: readonly string[]) {
    this.#path = path;
    this.#document = document;
    this.#audits = audits;
  }

  read(root: JsonObject): ZizmorFile {
    this.#known(root, ['rules']);
    const rules = this.#mapping(root, 'rules', 'rules');
    for (const audit of Object.keys(rules)) {
      if (audit === VULNERABLE_ACTIONS) this.#notes.push(this.#ofVulnerabilities(rules));
      else this.#known(rules, this.#audits, audit);
      const rule = this.#mapping(rules, audit, `rules.${audit}`);
      this.#known(rule, KEYS);
      const isKnown = this.#audits.includes(audit);
      this.#ignores(audit, rule, isKnown);
      this.#remaps(audit, rule);
      const config = this.#mapping(rule, 'config', `rules.${audit}.config`);
      if (Object.keys(config).length > 0) this.#configure(audit, config);
    }
    return {
      ignored: this.#ignored,
      settings: {
        ...this.#settings,
        ...(this.#severities.size > 0 && { severities: this.#severities }),
      },
      keys: this.#keys,
      notes: this.#notes,
    };
  }

  #where(of: JsonObject, key: string): string {
    return `${this.#path}:${this.#document?.lineOf(of, key) ?? 1}`;
  }

  /**
   * Returns the note about the audit whose findings are vulnerabilities, which no audit reports.
   */
  #ofVulnerabilities(rules: JsonObject): string {
    return `${this.#where(rules, VULNERABLE_ACTIONS)}: "${VULNERABLE_ACTIONS}" has no effect here, because assay fs and assay repo find vulnerabilities of actions; an exception with this id, as in .assayignore, sets them aside`;
  }

  /** Notes keys that are not known; `only` restricts the look to one. */
  #known(of: JsonObject, names: readonly string[], only?: string): void {
    for (const key of only === undefined ? Object.keys(of) : [only]) {
      if (names.includes(key)) continue;
      const near = didYouMean(key, names);
      const hint = near === undefined ? '' : `; perhaps "${near}" is meant`;
      this.#notes.push(`${this.#where(of, key)}: the key "${key}" is not known${hint}`);
    }
  }

  #mapping(of: JsonObject, key: string, name: string): JsonObject {
    const value = of[key];
    if (value === undefined || value === '') return {};
    if (isJsonObject(value)) return value;
    this.#refuse(this.#where(of, key), `"${name}" is not a mapping`);
    return {};
  }

  #texts(of: JsonObject, key: string, name: string): readonly string[] {
    const value = of[key];
    if (value === undefined || value === '') return [];
    if (!isJsonArray(value)) {
      this.#refuse(this.#where(of, key), `"${name}" is not a list`);
      return [];
    }
    return value.flatMap((item) => {
      if (typeof item === 'string') return [item.trim()];
      this.#refuse(this.#where(of, key), `"${name}" has an entry that is not text`);
      return [];
    });
  }

  /** Entries of an audit without a rule set nothing aside. */
  #ignores(audit: string, rule: JsonObject, isKnown: boolean): void {
    for (const text of this.#texts(rule, 'ignore', `rules.${audit}.ignore`)) {
      const groups = PLACE.exec(text)?.groups;
      const { file, line, column } = groups ?? {};
      const from = this.#where(rule, 'ignore');
      const paths = file === undefined ? undefined : pathsOf(file);
      if (paths === undefined) {
        const hint = 'a place is written as in ci.yml, ci.yml:10 or .github/workflows/ci.yml:10:5';
        this.#refuse(from, `"${text}" matches no file: ${hint}`);
        continue;
      }
      if (!isKnown) continue;
      this.#ignored.push({
        ...{ audit, paths, from },
        ...(line !== undefined && { line: Number(line) }),
        ...(column !== undefined && { column: Number(column) }),
      });
    }
    const disable = rule['disable'] ?? 'false';
    if (typeof disable !== 'string' || !/^(?:true|false)$/iu.test(disable)) {
      this.#refuse(
        this.#where(rule, 'disable'),
        `"rules.${audit}.disable" is neither true nor false`,
      );
    } else if (isKnown && disable.toLowerCase() === 'true') {
      this.#ignored.push({ audit, from: this.#where(rule, 'disable') });
    }
  }

  #remaps(audit: string, rule: JsonObject): void {
    const name = `rules.${audit}.remap`;
    const remap = this.#mapping(rule, 'remap', name);
    const value = remap['severity'];
    if (value === undefined) return;
    const severity = typeof value === 'string' ? SEVERITIES.get(value.toLowerCase()) : undefined;
    if (severity === undefined) {
      const names = [...SEVERITIES.keys()].join(', ');
      this.#refuse(this.#where(remap, 'severity'), `"${name}.severity" is none of ${names}`);
      return;
    }
    this.#severities.set(audit, severity);
    this.#keys.push({ name: `${name}.severity`, where: this.#where(remap, 'severity') });
  }

  #configure(audit: string, config: JsonObject): void {
    const readers: Readonly<Record<string, (config: JsonObject) => void>> = {
      'dependabot-cooldown': (one) => {
        this.#cooldown(one);
      },
      'forbidden-uses': (one) => {
        this.#uses(one);
      },
      'secrets-outside-env': (one) => {
        this.#secrets(one);
      },
      'unpinned-uses': (one) => {
        this.#pins(one);
      },
    };
    const reader = Object.hasOwn(readers, audit) ? readers[audit] : undefined;
    if (reader === undefined) {
      const [key = ''] = Object.keys(config);
      this.#notes.push(`${this.#where(config, key)}: "${audit}" has no configuration`);
      return;
    }
    reader(config);
    for (const key of Object.keys(config)) {
      this.#keys.push({ name: `rules.${audit}.config.${key}`, where: this.#where(config, key) });
    }
  }

  #cooldown(config: JsonObject): void {
    this.#known(config, ['days']);
    const value = config['days'];
    if (value === undefined) return;
    if (typeof value !== 'string' || !/^[1-9]\d{0,4}$/u.test(value)) {
      this.#refuse(
        this.#where(config, 'days'),
        '"rules.dependabot-cooldown.config.days" is not a number of days',
      );
      return;
    }
    this.#settings.cooldownDays = Number(value);
  }

  #uses(config: JsonObject): void {
    const name = 'rules.forbidden-uses.config';
    const [mode, ...others] = Object.keys(config);
    if ((mode !== 'allow' && mode !== 'deny') || others.length > 0) {
      const where = this.#where(config, mode ?? '');
      this.#refuse(where, `"${name}" has to have either "allow" or "deny"`);
      return;
    }
    const patterns = this.#texts(config, mode, `${name}.${mode}`).flatMap((text) => {
      const pattern = this.#pattern(config, mode, text);
      return pattern === undefined ? [] : [pattern];
    });
    this.#settings.uses = { mode, patterns };
  }

  #secrets(config: JsonObject): void {
    this.#known(config, ['allow']);
    const names = this.#texts(config, 'allow', 'rules.secrets-outside-env.config.allow');
    this.#settings.secretsWithoutEnvironment = new Set(names.map((one) => one.toLowerCase()));
  }

  #pins(config: JsonObject): void {
    this.#known(config, ['policies']);
    const name = 'rules.unpinned-uses.config.policies';
    const policies = this.#mapping(config, 'policies', name);
    this.#settings.pins = Object.entries(policies).flatMap(([text, value]) => {
      const pattern = this.#pattern(policies, text, text);
      const policy = this.#policy(policies, text, value);
      if (pattern?.ref !== undefined) {
        const message = `the policy of "${text}" names a version, and policies are for all versions`;
        this.#refuse(this.#where(policies, text), message);
        return [];
      }
      return pattern === undefined || policy === undefined ? [] : [[pattern, policy] as const];
    });
  }

  #policy(of: JsonObject, key: string, value: JsonValue | undefined): PinPolicy | undefined {
    const policy = PIN_POLICIES.find((one) => one === value);
    if (policy !== undefined) return policy;
    const text = typeof value === 'string' ? value : '';
    const message = `the policy "${text}" of "${key}" is none of ${PIN_POLICIES.join(', ')}`;
    this.#refuse(this.#where(of, key), message);
    return undefined;
  }

  #pattern(of: JsonObject, key: string, text: string): RepositoryPattern | undefined {
    const pattern = repositoryPattern(text);
    if (pattern !== undefined) return pattern;
    const hint = 'a pattern is written as in *, owner/*, owner/repository/* or owner/repository';
    this.#refuse(this.#where(of, key), `"${text}" is not a pattern of repositories: ${hint}`);
    return undefined;
  }

  /** Notes a value that has no effect. */
  #refuse(where: string, what: string): void {
    this.#notes.push(`${where}: ${what}`);
  }
}

/**
 * Returns the patterns of the paths that an entry means: a base name in any directory, a path from
 * the root or from `.github`. `undefined` for one that leaves the directory.
 */
function pathsOf(file: string): readonly string[] | undefined {
  const path = file.replace(/^(?:\.?\/)+/u, '');
  if (path.split('/').some((part) => part === '..' || part === '')) return undefined;
  const pattern = path.replaceAll(/[*?[\]{}!\\()]/gu, String.raw`\$&`);
  return path.includes('/') ? [`/${pattern}`, `/.github/${pattern}`] : [`**/${pattern}`];
}
