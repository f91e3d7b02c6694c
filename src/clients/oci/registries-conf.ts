/**
 * The real locations of images: mirrors, moved and forbidden registries, short names.
 *
 * Source: containers-registries.conf(5), version 2 of the format, and its lists of version 1 where
 * nothing of version 2 is there. Refuses files that are no TOML, and rules without a prefix or a
 * location.
 */

import { parse, TomlError } from 'smol-toml';

import { AssayError } from '../../core/base/errors.ts';

/** When a mirror is asked: `all`, or only for a digest, or only for a tag. */
export type MirrorUse = 'all' | 'digest-only' | 'tag-only';

/** A mirror of a registry, as `registries.conf` names it. */
export interface Mirror {
  /** Takes the place of the prefix: `host[:port][/path]`. */
  readonly location: string;
  readonly isInsecure: boolean;
  readonly use: MirrorUse;
}

/** One `[[registry]]`. */
export interface RegistryRule {
  /** `host[:port][/path][:tag|@digest]`, or `*.host`. */
  readonly prefix: string;
  /** Takes the place of the prefix; empty where the name stays as it is. */
  readonly location: string;
  readonly isInsecure: boolean;
  readonly isBlocked: boolean;
  /** Asked in this order, before the registry itself. */
  readonly mirrors: readonly Mirror[];
  /** The file that has the rule. */
  readonly from: string;
}

/** The content of `registries.conf` and its drop-in files. */
export interface RegistriesConf {
  /** Registries of names without one, in order; `undefined` where nothing is said. */
  readonly searchRegistries: readonly string[] | undefined;
  /**
   * From a short name to the whole one, with the file that says so. An empty name takes an earlier
   * one back.
   */
  readonly aliases: ReadonlyMap<string, Alias>;
  /** By prefix. */
  readonly rules: ReadonlyMap<string, RegistryRule>;
  /** Credential helpers for all registries. */
  readonly credentialHelpers: readonly string[] | undefined;
}

/** The full name that a short name stands for. */
export interface Alias {
  readonly name: string;
  readonly from: string;
}

/** The configuration of a machine without `registries.conf`. */
export const NO_REGISTRIES_CONF: RegistriesConf = {
  searchRegistries: undefined,
  aliases: new Map(),
  rules: new Map(),
  credentialHelpers: undefined,
};

/** Returns one file. @throws AssayError `CONFIG_INVALID` */
export function parseRegistriesConf(path: string, text: string): RegistriesConf {
  const reader = new ConfReader(path);
  const root = reader.parse(text);
  const rules = new Map<string, RegistryRule>();
  for (const rule of [
    ...reader.tables(root['registry'], 'registry').map((table) => reader.rule(table)),
    ...reader.firstVersion(root),
  ]) {
    rules.set(rule.prefix, rule);
  }
  const aliases = new Map<string, Alias>();
  for (const [name, value] of Object.entries(reader.table(root['aliases'], 'aliases'))) {
    aliases.set(name, { name: reader.text(value, `aliases.${name}`), from: path });
  }
  const search = reader.list(root['registries'], 'search');
  return {
    searchRegistries: reader.texts(root, 'unqualified-search-registries') ?? search,
    aliases,
    rules,
    credentialHelpers: reader.texts(root, 'credential-helpers'),
  };
}

/**
 * Merges a later file into earlier ones: it replaces lists as a whole, and rules and aliases one by
 * one.
 */
export function mergeRegistriesConf(
  earlier: RegistriesConf,
  later: RegistriesConf,
): RegistriesConf {
  return {
    searchRegistries: later.searchRegistries ?? earlier.searchRegistries,
    aliases: new Map([...earlier.aliases, ...later.aliases]),
    rules: new Map([...earlier.rules, ...later.rules]),
    credentialHelpers: later.credentialHelpers ?? earlier.credentialHelpers,
  };
}

type Table = Readonly<Record<string, unknown>>;

class ConfReader {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  refuse(reason: string, cause?: unknown): never {
    throw new AssayError('CONFIG_INVALID', `cannot use "${this.#path}": ${reason}`, {
      hint: 'Correct the file, or name another one with CONTAINERS_REGISTRIES_CONF. Its form: containers-registries.conf(5)',
      ...(cause === undefined ? {} : { cause }),
    });
  }

  parse(text: string): Table {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      return this.refuse(
        `it is no TOML, line ${error.line}: ${error.message.split('\n', 1)[0] ?? ''}`,
        error,
      );
    }
  }

  rule(table: Table): RegistryRule {
    const location = this.text(table['location'] ?? '', 'location');
    const prefix = trimSlash(this.text(table['prefix'] ?? '', 'prefix') || location);
    if (prefix === '') this.refuse('a [[registry]] has neither a prefix nor a location');
    const byDigest = this.flag(table, 'mirror-by-digest-only');
    return {
      prefix,
      location: trimSlash(location),
      isInsecure: this.flag(table, 'insecure'),
      isBlocked: this.flag(table, 'blocked'),
      mirrors: this.tables(table['mirror'], 'mirror').map((mirror) =>
        this.#mirror(mirror, byDigest),
      ),
      from: this.#path,
    };
  }

  /** Reads `[registries.insecure]` and `[registries.block]`. */
  firstVersion(root: Table): readonly RegistryRule[] {
    const insecure = new Set(this.list(root['registries'], 'insecure'));
    const blocked = new Set(this.list(root['registries'], 'block'));
    return [...new Set([...insecure, ...blocked])].map((host) => ({
      prefix: trimSlash(host),
      location: trimSlash(host),
      isInsecure: insecure.has(host),
      isBlocked: blocked.has(host),
      mirrors: [],
      from: this.#path,
    }));
  }

  /** Reads `registries` of one of the tables of version 1. */
  list(tables: unknown, name: string): readonly string[] | undefined {
    const table = this.table(this.table(tables, 'registries')[name], `registries.${name}`);
    return this.texts(table, 'registries');
  }

  #mirror(table: Table, isByDigest: boolean): Mirror {
    const location = trimSlash(this.text(table['location'] ?? '', 'mirror.location'));
    if (location === '') this.refuse('a mirror has no location');
    const use = this.text(table['pull-from-mirror'] ?? '', 'pull-from-mirror') || 'all';
    if (use !== 'all' && use !== 'digest-only' && use !== 'tag-only') {
      return this.refuse(`pull-from-mirror cannot be "${use}"`);
    }
    return {
      location,
      isInsecure: this.flag(table, 'insecure'),
      use: isByDigest ? 'digest-only' : use,
    };
  }

  table(value: unknown, name: string): Table {
    if (value === undefined) return {};
    return isTable(value) ? value : this.refuse(`"${name}" is not a table`);
  }

  tables(value: unknown, name: string): readonly Table[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return this.refuse(`"${name}" is not a list of tables`);
    return value.map((item: unknown) => this.table(item, name));
  }

  text(value: unknown, name: string): string {
    return typeof value === 'string' ? value : this.refuse(`"${name}" is not text`);
  }

  texts(table: Table, name: string): readonly string[] | undefined {
    const value = table[name];
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.refuse(`"${name}" is not a list`);
    return value.map((item: unknown) => this.text(item, name));
  }

  flag(table: Table, name: string): boolean {
    const value = table[name] ?? false;
    return typeof value === 'boolean' ? value : this.refuse(`"${name}" is neither true nor false`);
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function trimSlash(text: string): string {
  return text.endsWith('/') ? text.slice(0, -1) : text;
}
