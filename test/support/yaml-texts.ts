/**
 * Random YAML files for property tests, written by the `yaml` package: all styles, comments,
 * anchors and line ends.
 */

import fc from 'fast-check';
import {
  Document,
  isCollection,
  isScalar,
  parseAllDocuments,
  Scalar,
  visit,
  type Document as ParsedDocument,
} from 'yaml';

const FAILSAFE = { schema: 'failsafe', version: '1.2' } as const;

const word = fc.oneof(
  fc.constantFrom(
    'debian:12',
    'image',
    '-x',
    "it's",
    'a "b"',
    'é€😀',
    '#no comment',
    'a: b',
    ' lead',
    'trail ',
    '{{ x }}',
    'ghcr.io/a/b:1@sha256:00',
    '',
    '1.10',
    'yes',
    '~',
    '&x',
    '*y',
    '!z',
    '[a, b]',
    '%d',
    '@at',
    '`tick`',
    '- dash',
    '? q',
    'x\ty',
    'a\\b',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const lines = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('\n'));
const scalar = fc.oneof({ weight: 5, arbitrary: word }, { weight: 1, arbitrary: lines });

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
}));

const TYPES = [
  Scalar.PLAIN,
  Scalar.QUOTE_SINGLE,
  Scalar.QUOTE_DOUBLE,
  Scalar.BLOCK_LITERAL,
  Scalar.BLOCK_FOLDED,
] as const;

/** One file: text that the `yaml` package can read. */
export const yamlText: fc.Arbitrary<string> = fc
  .record({
    values: fc.array(anyValue, { minLength: 1, maxLength: 3 }),
    choices: fc.array(fc.nat({ max: 999 }), { minLength: 5, maxLength: 40 }),
    hasCarriageReturns: fc.boolean(),
    hasMark: fc.boolean(),
    width: fc.constantFrom(0, 20, 80),
  })
  .map(({ values, choices, hasCarriageReturns, hasMark, width }) => {
    const choose = chooser(choices);
    const documents = values.map((value) => written(value, choose, width));
    const text = documents.map((each, at) => (at === 0 ? each : `---\n${each}`)).join('');
    const ended = hasCarriageReturns ? text.replaceAll('\n', '\r\n') : text;
    return hasMark ? `\uFEFF${ended}` : ended;
  })
  // The package folds lines between the halves of a surrogate pair.
  .filter((text) => !/\p{Surrogate}/u.test(text) && readByOracle(text) !== undefined);

/**
 * Returns the documents as the `yaml` package reads them with every scalar as text; `undefined` if
 * it refuses the text.
 */
export function readByOracle(text: string): ParsedDocument[] | undefined {
  // The package counts a byte order mark as a column.
  const documents = parseAllDocuments(text.replace(/^\uFEFF/u, ''), { ...FAILSAFE, merge: false });
  if (!Array.isArray(documents)) return [];
  return documents.some(({ errors }) => errors.length > 0) ? undefined : documents;
}

/** Returns the scalars of a document in the order of the file. */
export function scalarsOf(document: ParsedDocument): Scalar[] {
  const scalars: Scalar[] = [];
  visit(document, { Scalar: (_, node) => void scalars.push(node) });
  return scalars;
}

function written(value: unknown, choose: (count: number) => number, lineWidth: number): string {
  const document = new Document(value, FAILSAFE);
  let anchors = 0;
  visit(document, {
    Node: (key, node) => {
      if (isScalar(node)) {
        node.type = TYPES[choose(TYPES.length)] ?? 'PLAIN';
        // The indentation of a block scalar at the root is a case in which parsers differ.
        const isBlock = node.type.startsWith('BLOCK');
        if (isBlock && (key === 'key' || key === null)) node.type = 'QUOTE_DOUBLE';
      }
      if (isCollection(node)) node.flow = choose(4) === 0;
      if (choose(8) === 0) node.commentBefore = ' above é';
      if (choose(8) === 0) node.comment = ' beside # it';
      if (choose(10) === 0 && key !== 'key') {
        anchors += 1;
        if (isScalar(node) || isCollection(node)) node.anchor = `a${anchors}`;
      }
      if (choose(14) === 0 && isScalar(node)) node.tag = '!!str';
    },
  });
  return document.toString({ lineWidth, ...(choose(3) === 0 && { indentSeq: false }) });
}

function chooser(choices: readonly number[]): (count: number) => number {
  let at = 0;
  return (count) => {
    at += 1;
    return (choices[at % choices.length] ?? 0) % count;
  };
}
