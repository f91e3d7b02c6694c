/**
 * The nodes of a YAML file with their places. All ranges count bytes of the file. Names of node
 * kinds and styles are those of YAML 1.2.2, sections 3.2 and 7 to 8. Values are not interpreted: a
 * scalar is its text and the style that it is written in.
 */

import type { ByteRange, TextPlace } from '../../bytes/byte-range.ts';

/** A file of YAML. */
export interface PlacedYaml {
  readonly bytes: Uint8Array;
  /** The documents that could be read, in their order. */
  readonly documents: readonly PlacedDocument[];
  /** All comments of these documents, in their order. */
  readonly comments: readonly YamlComment[];
  /**
   * Parts of the file that could not be read, or are read differently by other tools; in the order
   * of their places.
   */
  readonly problems: readonly YamlProblem[];
  /** Returns line and column of a byte offset. */
  placeOf(offset: number): TextPlace;
}

/** One document of a file. */
export interface PlacedDocument {
  readonly root: YamlNode;
  /** The aliases of each node that has an anchor and is referred to. */
  readonly aliases: ReadonlyMap<YamlNode, readonly YamlAlias[]>;
}

/** A comment from its `#` to the end of the line. */
export interface YamlComment {
  readonly range: ByteRange;
  readonly text: string;
}

/**
 * `encoding`: not UTF-8. `size`, `depth`, `count`: a bound is exceeded. `syntax`: not YAML.
 * `duplicate-key`: a mapping has a key twice. `alias`: the anchor of an alias does not exist, or
 * contains the alias. `line-break`: YAML 1.1 ends a line at this character, YAML 1.2 does not; or a
 * byte order mark that parsers read differently. `key-tag`: a tag such as `!!binary` computes the
 * key.
 */
export type YamlProblemId =
  | 'encoding'
  | 'size'
  | 'depth'
  | 'count'
  | 'syntax'
  | 'duplicate-key'
  | 'alias'
  | 'line-break'
  | 'key-tag';

/** A problem at a place of the file. */
export interface YamlProblem {
  readonly id: YamlProblemId;
  /** The problem, without the place. */
  readonly message: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A node of any kind. Compare nodes by identity. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping | YamlAlias;

/** Fields of all nodes. */
interface NodeBase {
  /**
   * From the first to the last byte of the content; without tag and anchor. Empty for an absent
   * value.
   */
  readonly range: ByteRange;
  /** The tag as written: `!reference`, `!!str`, `!<tag:example.com,2000:x>`. */
  readonly tag?: YamlWord;
  /** Without `&`; the range contains it. */
  readonly anchor?: YamlWord;
}

/** A tag or the name of an anchor. */
export interface YamlWord {
  readonly text: string;
  readonly range: ByteRange;
}

/** The style of a scalar. */
export type YamlScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A text. */
export interface YamlScalar extends NodeBase {
  readonly kind: 'scalar';
  readonly style: YamlScalarStyle;
  /** Decoded: without quotes, escapes, indentation and folded lines. Empty for an absent value. */
  readonly value: string;
  /** The text of the file in `range`. */
  readonly source: string;
  /** Whether nothing is written at all, as in `key:`. */
  readonly isAbsent: boolean;
  /** Whether it stands between brackets or braces. */
  readonly isInFlow: boolean;
  /** Only of literal and folded scalars. */
  readonly block?: BlockLayout;
}

/** The layout of a literal or folded scalar. */
export interface BlockLayout {
  /** From `|` or `>` to the end of its line, with comment and line break. */
  readonly header: string;
  /** Spaces in front of each line; -1 if there is no line with content. */
  readonly indent: number;
  readonly chomping: 'clip' | 'strip' | 'keep';
}

/** A list. */
export interface YamlSequence extends NodeBase {
  readonly kind: 'sequence';
  readonly isFlow: boolean;
  readonly items: readonly YamlNode[];
}

/** A mapping, with all its pairs in the order of the file. */
export interface YamlMapping extends NodeBase {
  readonly kind: 'mapping';
  readonly isFlow: boolean;
  readonly pairs: readonly YamlPair[];
}

/** A key with its value. */
export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
  /** Whether the mapping has the same key at another place too. */
  readonly isDuplicate: boolean;
}

/** A reference to an anchor, as `*name`. */
export interface YamlAlias extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  /**
   * Never an alias. Absent if there is no such anchor, or if a bound or a cycle forbids to follow
   * it.
   */
  readonly target?: Exclude<YamlNode, YamlAlias>;
}
