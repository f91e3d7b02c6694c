/**
 * Counts words and forms of sentences that reference documentation avoids, in comments, texts and
 * pages.
 */

/** Words that are right sometimes; most of the time a plain noun and verb are clearer. */
const DISCOURAGED: readonly string[] = [
  'nobody',
  'somebody',
  'whoever',
  'told',
  'tells',
  'says of',
  'speaks of',
  'likewise',
  'let be',
  'where it lies',
  'with what',
];

const WORDS = new RegExp(String.raw`\b(?:${DISCOURAGED.join('|')})\b`, 'giu');
/** The first words of a docstring that is no sentence, on the line of its opening or the next. */
const FRAGMENT =
  /^\/\*\*[\s*]+(?<first>Of|As|Likewise|Not of|The same of|For each|What|Where|Whether|One that|Those|Who|Whose|Which|How|Why)\b/u;
const COMMENT = /\/\*\*[\s\S]*?\*\/|\/\/[^\n]*/gu;
/**
 * The code of a function or a method. A field of any other kind may begin with "Whether": that is
 * how reference documentation describes a boolean.
 */
const FUNCTION =
  /^\s*(?:(?:export |async |static |get |private )*(?:function\b|\*?#?\w+\??(?:<[^>(]*>)?\()|(?:export )?const \w+ = (?:async )?\(|readonly \w+\??: [^;]*=>)/u;

/** One place that an editor may look at twice. */
export interface WordFinding {
  /** From 1. */
  readonly line: number;
  readonly kind: 'word' | 'fragment';
  readonly text: string;
}

/**
 * Returns the findings of a file, in the order of its lines. Of source code only comments are read,
 * of other files everything.
 */
export function countWords(text: string, isCode: boolean): readonly WordFinding[] {
  const parts = isCode
    ? [...text.matchAll(COMMENT)].map((match) => ({ body: match[0], at: match.index }))
    : [{ body: text, at: 0 }];
  const found: WordFinding[] = [];
  for (const { body, at } of parts) {
    const first = isCode ? FRAGMENT.exec(body)?.groups?.['first'] : undefined;
    if (first !== undefined && (first !== 'Whether' || isOfFunction(text, at + body.length)))
      found.push({ line: lineOf(text, at), kind: 'fragment', text: first });
    for (const match of body.matchAll(WORDS)) {
      found.push({ line: lineOf(text, at + match.index), kind: 'word', text: match[0] });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

function isOfFunction(text: string, end: number): boolean {
  return FUNCTION.test(text.slice(end, end + 200));
}

function lineOf(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1))
    line += 1;
  return line;
}
