/**
 * Untrusted data in the programs of a directory, and calls that are bad in themselves: JavaScript,
 * TypeScript and Python. What is followed and what is not: `docs/static-analysis.md`.
 */

import { detectEncoding } from '../../../core/base/text-encoding.ts';
import { follow, type FlowGap } from '../../flow/follow.ts';
import { lowerJavaScript } from '../../flow/javascript/lower.ts';
import { JAVASCRIPT_MODELS } from '../../flow/javascript/models.ts';
import type { Program } from '../../flow/form.ts';
import { mayBeUntrusted, modelsAtLeast, type Models } from '../../flow/models.ts';
import { withoutComments } from '../../flow/lowering.ts';
import { lowerPython } from '../../flow/python/lower.ts';
import { PYTHON_MODELS } from '../../flow/python/models.ts';
import { FlowRules, type ActiveRules, type RuleHit } from '../../flow/rules.ts';
import { wordPlaces, Worth, type WordPlaces } from '../../flow/worth.ts';
import {
  loadGrammar,
  type Grammar,
  type GrammarName,
  type SyntaxNode,
} from '../../../formats/text/tree-sitter.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { DetectedFile, DetectionNote, FileDetector } from '../detector.ts';
import { ruleOf } from './code-rule.ts';
import { draftsOf } from './drafts.ts';
import { isExampleFile, isMinified, isStandIn, isTestFile, isVendored } from './judge-file.ts';
import type { CodeLanguage, OwnRules } from './own-rules.ts';
import { CODE_RULES } from './rules/list.ts';
import { ownRuleData, withOwnModels } from './with-own-rules.ts';

/** Larger files are seldom written by people. */
const MAX_BYTES = 1_000_000;
/** What parsing of one file may cost. A file of 1 MB takes 0.5 s. */
export const PARSE_LIMITS = { maxLength: MAX_BYTES, maxMs: 10_000 };
/** Bounds what hostile files take: a few seconds. */
const FLOW_LIMITS = { maxEntrySteps: 20_000, maxSteps: 250_000 };

interface LanguageTools {
  readonly rules: FlowRules;
  readonly models: Models;
  readonly lower: typeof lowerPython;
}

/** Without rules of the user. */
const NO_OWN: OwnRules = { rules: [], sources: [], sanitizers: [], handlers: [], unread: [] };
const TOOLS = new WeakMap<OwnRules, Map<CodeLanguage, LanguageTools>>();

function toolsFor(language: CodeLanguage, own: OwnRules): LanguageTools {
  const known = TOOLS.get(own) ?? new Map<CodeLanguage, LanguageTools>();
  TOOLS.set(own, known);
  const tools = known.get(language) ?? toolsOf(language, own);
  known.set(language, tools);
  return tools;
}

function toolsOf(language: CodeLanguage, own: OwnRules): LanguageTools {
  const built = CODE_RULES.flatMap((rule) => {
    const patterns = rule[language];
    if (patterns === undefined) return [];
    const { name: id, confidence, kind } = rule;
    return [{ id, confidence, ...(kind !== undefined && { kind }), ...patterns }];
  });
  const [models, lower] =
    language === 'python'
      ? ([PYTHON_MODELS, lowerPython] as const)
      : ([JAVASCRIPT_MODELS, lowerJavaScript] as const);
  const rules = new FlowRules([...built, ...ownRuleData(own, language)], models);
  return { rules, models: withOwnModels(models, own, language), lower };
}

const grammars = new Map<GrammarName, Grammar>();

/** Detector of faults in source code. */
export const sourceCode: FileDetector = {
  rules: CODE_RULES.map(ruleOf),
  async prepare(path) {
    const name = grammarOf(path);
    if (name === undefined) return;
    const grammar = grammars.get(name);
    if (grammar === undefined) grammars.set(name, await loadGrammar(name, PARSE_LIMITS));
    else await grammar.renew();
  },
  detect(file, note = () => undefined) {
    const name = grammarOf(file.path);
    if (name === undefined) return [];
    if (isVendored(file.path)) {
      note({ kind: 'left-out', reason: 'vendored' });
      return [];
    }
    const text = new TextDecoder(detectEncoding(file.bytes)).decode(file.bytes);
    if (isMinified(text)) {
      note({ kind: 'left-out', reason: 'minified or bundled' });
      return [];
    }
    if (file.bytes.length > MAX_BYTES) {
      note({ kind: 'gap', gap: 'limit', message: `the file has more than ${MAX_BYTES} bytes` });
      return [];
    }
    return detectIn({ file, text, name, note });
  },
};

interface Source {
  readonly file: DetectedFile;
  readonly text: string;
  readonly name: GrammarName;
  readonly note: (note: DetectionNote) => void;
}

function detectIn({ file, text, name, note }: Source): readonly RuleDraft[] {
  const language = name === 'python' ? 'python' : 'javascript';
  const own = file.settings?.code ?? NO_OWN;
  const tools = toolsFor(language, own);
  const words = wordPlaces(text);
  const atLeast = file.settings?.minConfidence ?? 'medium';
  const models = modelsAtLeast(tools.models, atLeast);
  const rules = tools.rules.among(words, {
    mayBeUntrusted: mayBeUntrusted(models, words),
    ...{ atLeast, text },
  });
  if (rules.isEmpty) return [];
  const grammar = grammars.get(name);
  if (grammar === undefined) throw new Error(`The grammar ${name} is not loaded.`);
  const hits = new Map<string, RuleHit>();
  const read = grammar.read(text, (root) => {
    if (root.hasError) {
      note({ kind: 'gap', gap: 'unreadable', message: `${unreadPlace(root)} cannot be parsed` });
    }
    const program = tools.lower(root, text);
    const code = withoutComments(text, program.comments());
    const inCode = rules.inCode(code);
    if (inCode.isEmpty) return;
    const gaps = followFile({ program, text: code, words, models, rules: inCode }, hits);
    for (const gap of gaps) note({ kind: 'gap', gap: 'limit', message: partly(gap, text) });
  });
  if ('failure' in read) {
    const message = `the file cannot be parsed: ${FAILURES[read.failure]}`;
    note({ kind: 'gap', gap: 'limit', message, isPassing: true });
  }
  const drafts = draftsOf({ path: file.path, text, own: own.rules }, [...hits.values()]);
  const isLow = drafts.some(({ confidence }) => confidence === 'low');
  if (isLow && atLeast !== 'low' && isAside(file.path)) {
    note({ kind: 'left-out', reason: LOW_IN_TESTS, isPartly: true });
  }
  return drafts;
}

/** A name makes a file one of tests, so that a report says what it has changed. */
const LOW_IN_TESTS = 'of low confidence in tests and examples (assay audit --min-confidence low)';

function partly({ name, span, why }: FlowGap, text: string): string {
  const line = text.slice(0, span.start).split('\n').length;
  const what =
    name === undefined
      ? 'the body of the file'
      : `${name === '' ? 'the function' : `"${name}"`} in line ${line}`;
  return `${what} is followed in part: ${why}`;
}

const FAILURES = {
  'too-long': 'it is too long',
  timeout: `it takes more than ${PARSE_LIMITS.maxMs / 1000} s`,
  aborted: 'it takes too much memory',
} as const;

interface FollowedFile {
  readonly program: Program;
  readonly text: string;
  readonly words: WordPlaces;
  readonly models: Models;
  readonly rules: ActiveRules;
}

function followFile(
  { program, text, words, models, rules }: FollowedFile,
  hits: Map<string, RuleHit>,
): readonly FlowGap[] {
  return follow({
    program,
    text,
    models,
    limits: FLOW_LIMITS,
    worth: new Worth(text, words, { rules, models, program }),
    watch(event, machine) {
      for (const hit of rules.look(event, machine)) {
        const key = `${hit.rule} ${hit.span.start} ${hit.span.end}`;
        const known = hits.get(key);
        if (known === undefined || isBetter(hit, known)) hits.set(key, hit);
      }
    },
  });
}

const RANKS = { low: 0, medium: 1, high: 2 } as const;

function isBetter(a: RuleHit, b: RuleHit): boolean {
  return RANKS[a.confidence] > RANKS[b.confidence];
}

function isAside(path: string): boolean {
  return isTestFile(path) || isExampleFile(path) || isStandIn(path);
}

/** The first place that does not parse. */
function unreadPlace(root: SyntaxNode): string {
  let node = root;
  for (;;) {
    const next = node.children.find((child) => child.isError || child.isMissing || child.hasError);
    if (next === undefined) break;
    node = next;
    if (node.isError || node.isMissing) break;
  }
  return `line ${node.startPosition.row + 1}`;
}

const GRAMMARS: readonly (readonly [RegExp, GrammarName])[] = [
  [/\.pyw?$/iu, 'python'],
  [/\.tsx$/iu, 'tsx'],
  [/(?<!\.d)\.[cm]?ts$/iu, 'typescript'],
  [/\.(?:[cm]?js|jsx)$/iu, 'javascript'],
];

/**
 * Returns the grammar of a file by its name; `undefined` for a file that no rule of source code
 * looks at.
 */
export function grammarOf(path: string): GrammarName | undefined {
  return GRAMMARS.find(([ending]) => ending.test(path))?.[1];
}
