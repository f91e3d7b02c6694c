/**
 * Source files that may list dependencies in their text, such as a Python script with inline
 * metadata. Opening every file of a tree would cost more than the rest of the walk. So the path
 * decides first, and the first 64 KiB of the remaining files are searched. `docs/manifests.md` has
 * the rules.
 */

import { appendTo } from '../../core/base/maps.ts';
import type { BodySink } from '../../core/model/artifact/artifact.ts';
import type { ScriptFiles } from '../../core/model/catalog/catalog.ts';
import { isFixtureDirectory } from '../../core/model/finding/fixture-path.ts';

/** A row whose selector has `scripts`. */
export interface ScriptRow {
  readonly id: string;
  readonly files: ScriptFiles;
}

/** The rows of a file that may be a script, and texts of which a script contains one. */
export interface ScriptRule {
  readonly ids: readonly string[];
  readonly texts: readonly Buffer[];
  /** Larger files are no scripts. */
  readonly maxBytes: number;
}

interface CompiledRule extends ScriptRule {
  readonly files: ScriptFiles;
  readonly isOf: (folder: string) => boolean;
}

interface FolderFacts {
  readonly isFixture: boolean;
  /** Rules whose project file lies in the directory or above it. */
  readonly inProjectOf: ReadonlySet<ScriptRule>;
  /** Rules whose files are modules here. */
  readonly modulesOf: ReadonlySet<ScriptRule>;
}

const NO_RULES: ReadonlySet<ScriptRule> = new Set();
const ROOT_FACTS: FolderFacts = { isFixture: false, inProjectOf: NO_RULES, modulesOf: NO_RULES };
/** A rule that applies to no file, because none is as small. */
const NO_RULE: ScriptRule = { ids: [], texts: [], maxBytes: -1 };
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** Bytes of a file that are searched. */
const SCRIPT_BYTES = 64 * 1024;

/** The candidates of one walk. Directories are entered before their entries. */
export class ScriptCandidates {
  readonly #rules: readonly CompiledRule[];
  readonly #bySuffix = new Map<string, CompiledRule[]>();
  readonly #folders = new Map<string, FolderFacts>();
  /**
   * The directory of the last file, and its rules by suffix. Files of one directory follow each
   * other.
   */
  #folder = '\0';
  readonly #active = new Map<string, ScriptRule>();

  constructor(rows: readonly ScriptRow[]) {
    this.#rules = rows.map(compiled);
    for (const rule of this.#rules) {
      for (const suffix of rule.files.suffixes) appendTo(this.#bySuffix, suffix, rule);
    }
  }

  /** Enters a directory. `names` are those of its entries, if they are known. */
  enter(path: string, names: readonly string[] = []): void {
    const folder = path === '/' ? '' : path;
    const slash = folder.lastIndexOf('/');
    const above = folder === '' ? ROOT_FACTS : this.#factsOf(folder.slice(0, Math.max(slash, 0)));
    const isFixture = above.isFixture || isFixtureDirectory(folder.slice(slash + 1));
    const projects = this.#rules.filter((rule) => isProjectOf(rule, names));
    const facts: FolderFacts = {
      isFixture,
      inProjectOf:
        projects.length === 0 ? above.inProjectOf : new Set([...above.inProjectOf, ...projects]),
      modulesOf: new Set(
        this.#rules.filter(({ files: { notBeside: name = '' } }) => names.includes(name)),
      ),
    };
    const isPlain = !isFixture && facts.inProjectOf.size === 0 && facts.modulesOf.size === 0;
    if (!isPlain) this.#folders.set(folder, facts);
    this.#folder = '\0';
    this.#active.clear();
  }

  /** Returns the rule of a file that may be a script; `undefined` for most files. */
  ruleOf(path: string, sizeBytes: number): ScriptRule | undefined {
    const slash = path.lastIndexOf('/');
    if (slash !== this.#folder.length || !path.startsWith(this.#folder)) {
      this.#folder = path.slice(0, slash);
      this.#active.clear();
    }
    const suffix = suffixOf(path, slash);
    let rule = this.#active.get(suffix);
    if (rule === undefined) {
      rule = this.#ruleIn(this.#folder, suffix);
      this.#active.set(suffix, rule);
    }
    return sizeBytes > rule.maxBytes ? undefined : rule;
  }

  /** Returns the rule of files with a suffix in a directory; {@link NO_RULE} when there is none. */
  #ruleIn(folder: string, suffix: string): ScriptRule {
    const facts = this.#factsOf(folder);
    if (facts.isFixture) return NO_RULE;
    const [first, ...others] = (this.#bySuffix.get(suffix) ?? []).filter((rule) => {
      if (facts.modulesOf.has(rule)) return false;
      const isWanted = facts.inProjectOf.has(rule) === (rule.files.onlyInProject !== undefined);
      return isWanted && rule.isOf(`${folder}/`);
    });
    if (first === undefined) return NO_RULE;
    if (others.length === 0) return first;
    const all = [first, ...others];
    return {
      ids: all.flatMap(({ ids }) => ids),
      texts: all.flatMap(({ texts }) => texts),
      maxBytes: Math.max(...all.map(({ maxBytes }) => maxBytes)),
    };
  }

  #factsOf(folder: string): FolderFacts {
    return this.#folders.get(folder) ?? ROOT_FACTS;
  }
}

/** Returns whether one of the names is the project file of a rule. */
function isProjectOf({ files }: CompiledRule, names: readonly string[]): boolean {
  const { notInProject: end, onlyInProject = [] } = files;
  if (onlyInProject.some((name) => names.includes(name))) return true;
  return end !== undefined && names.some((name) => name.endsWith(end));
}

/**
 * Returns the end of a name from its last dot on; empty without one, and `.0` for every number, as
 * in `app.jar.1`.
 */
function suffixOf(path: string, slash: number): string {
  const dot = path.lastIndexOf('.');
  if (dot <= slash) return '';
  const next = path.charCodeAt(dot + 1);
  return next >= DIGIT_0 && next <= DIGIT_9 ? '.0' : path.slice(dot);
}

function compiled({ id, files }: ScriptRow): CompiledRule {
  const { notBelow = [] } = files;
  return {
    ids: [id],
    files,
    maxBytes: files.maxBytes ?? Number.POSITIVE_INFINITY,
    texts: files.texts.map((text) => Buffer.from(text, 'latin1')),
    isOf: (folder) => !notBelow.some((part) => folder.includes(part)),
  };
}

/**
 * Searches the beginning of a body, and passes the body on if a text is found. Most bodies come in
 * one piece, which is not copied.
 */
export class ScriptSearch implements BodySink {
  readonly #texts: readonly Buffer[];
  readonly #onFound: () => BodySink | undefined;
  #head: Buffer | undefined;
  #missingBytes: number;
  #sink: BodySink | undefined;

  constructor({ texts }: ScriptRule, sizeBytes: number, onFound: () => BodySink | undefined) {
    this.#texts = texts;
    this.#onFound = onFound;
    this.#missingBytes = Math.min(sizeBytes, SCRIPT_BYTES);
  }

  write(piece: Uint8Array): void {
    if (this.#missingBytes === 0) {
      this.#sink?.write(piece);
      return;
    }
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const head = this.#head === undefined ? bytes : Buffer.concat([this.#head, bytes]);
    this.#missingBytes -= Math.min(this.#missingBytes, piece.length);
    if (this.#missingBytes > 0) {
      this.#head = this.#head === undefined ? Buffer.from(bytes) : head;
      return;
    }
    this.#head = undefined;
    const searched = head.length > SCRIPT_BYTES ? head.subarray(0, SCRIPT_BYTES) : head;
    if (this.#texts.some((text) => searched.includes(text))) {
      this.#sink = this.#onFound();
      this.#sink?.write(head);
    }
  }

  end(): void {
    this.#sink?.end();
  }
}
