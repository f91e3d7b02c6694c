/**
 * Rules that look on while a program is followed: where untrusted data ends, and calls that are bad
 * in themselves.
 */

import { appendTo } from '../../core/base/maps.ts';
import { CONFIDENCES, type Confidence } from '../../core/model/rule/rule-finding.ts';
import type { Span } from './form.ts';
import { isAsked, type TextTest } from './asked.ts';
import { confidenceAt, isBehindHost } from './value/doubt.ts';
import { bitsOf, type FlowKind } from './value/kinds.ts';
import { deepTaints, type FlowEvent, type Machine } from './machine.ts';
import { matchPattern } from './pattern/match-pattern.ts';
import { ModuleWords, type TypeGivers } from './pattern/module-words.ts';
import { parsePattern, type Pattern } from './pattern/pattern.ts';
import { lastName, nameWordOf, wordsOf } from './pattern/pattern-words.ts';
import { CONDITIONS, FILES_OF, type SinkCondition } from './sink-conditions.ts';
import { isUnrendered } from './unrendered.ts';
import { HOLE, joinTaints, type Taint, type Value } from './value/value.ts';

export type { TextTest } from './asked.ts';
export type { SinkCondition } from './sink-conditions.ts';

/** The name in patterns for what must not be untrusted. */
const SINK = 'SINK';

/** A pattern in which `$SINK` stands for what must not be untrusted. */
export interface SinkData {
  readonly pattern: string;
  readonly when?: SinkCondition;
  /** What sanitizers must be for, where it is another kind than that of the rule. */
  readonly kind?: FlowKind;
  /** What is untrusted in a part of a map or a list counts too. */
  readonly isDeep?: boolean;
  /** Patterns that the same call must not match. */
  readonly not?: readonly string[];
  /** What the text of a name with a `$`, or of the object of a method (`RECEIVER`), must match. */
  readonly where?: Readonly<Record<string, TextTest>>;
  /** The object of the method must not be untrusted, instead of an argument. */
  readonly isReceiver?: boolean;
  /**
   * A word of the file that stands for the name, where the name is none of the program; empty for
   * none.
   */
  readonly word?: string;
  /** What a function with the sink must match, where its name has no word of the program. */
  readonly mark?: RegExp;
  /**
   * Words of which the file must have one: those of the modules that a returned value is sent by.
   */
  readonly modules?: readonly string[];
  /** What the function around must not match. */
  readonly unless?: RegExp;
  readonly confidence?: Confidence;
}

/** A pattern of what is bad whatever its data is. */
export interface SearchData {
  readonly pattern: string;
  /** Patterns that the same call must not match. */
  readonly not?: readonly string[];
  /** What the text or number of a name with a `$` must match. */
  readonly where?: Readonly<Record<string, TextTest>>;
  /** What the line, the name of the function around, or a line with a call of that must match. */
  readonly near?: RegExp;
  /** What the file must match. */
  readonly file?: RegExp;
  /** What the function around must match. */
  readonly within?: RegExp;
  /** What the function around must not match. */
  readonly unless?: RegExp;
  /** What the names of the data must match; see `dataNamesOf` for their form. */
  readonly data?: RegExp;
  /** What the names of the function around and of what the call sets must match. */
  readonly purpose?: RegExp;
  /**
   * What the names of the data, or those of the function around and of what the call sets, must
   * match.
   */
  readonly about?: RegExp;
  /** A word of the file that stands for the name, where the name is none of the program. */
  readonly word?: string;
  readonly confidence?: Confidence;
}

/** A rule for one language. */
export interface RuleData {
  readonly id: string;
  readonly confidence: Confidence;
  readonly kind?: FlowKind;
  readonly sinks?: readonly (string | SinkData)[];
  readonly search?: readonly (string | SearchData)[];
}

/** Which rules are asked. */
export interface RuleChoice {
  /** Whether the file may have untrusted data: sinks count only then. */
  readonly mayBeUntrusted: boolean;
  readonly atLeast: Confidence;
  readonly text: string;
}

/** A place that a rule reports. */
export interface RuleHit {
  readonly rule: string;
  readonly span: Span;
  /** The name of what is called or assigned. */
  readonly name: string;
  /** The function around the place. */
  readonly within: string;
  readonly confidence: Confidence;
  /** The untrusted data; absent for rules that ask for none. */
  readonly taint?: Taint;
}

interface Compiled {
  readonly rule: RuleData;
  readonly pattern: Pattern;
  readonly not: readonly Pattern[];
  readonly where: readonly (readonly [string, TextTest])[];
  readonly sink: SinkData | undefined;
  readonly search: SearchData | undefined;
  readonly words: readonly string[];
  readonly nameWord: string;
  /** The file must not have something, which a comment can have. */
  readonly asksForAbsence: boolean;
  /** The words of each module that the name can come from; `undefined` for any. */
  readonly modules: readonly (readonly string[])[] | undefined;
  readonly confidence: Confidence;
}

/** All rules of one language. */
export class FlowRules {
  readonly #all: Compiled[] = [];

  /**
   * @param models what gives types to values, under whose names patterns find functions of several
   * modules
   * @throws AssayError `CONFIG_INVALID` for a pattern that cannot be read
   */
  constructor(rules: readonly RuleData[], models: TypeGivers) {
    const modules = new ModuleWords(models);
    const add = (rule: RuleData, one: string | SinkData | SearchData, isSink: boolean): void => {
      const data = typeof one === 'string' ? { pattern: one } : one;
      this.#all.push(compiled(rule, data, { isSink, modules }));
    };
    for (const rule of rules) {
      for (const one of rule.sinks ?? []) add(rule, one, true);
      for (const one of rule.search ?? []) add(rule, one, false);
    }
  }

  /**
   * Returns the rules that can report something in a file with some words: all words of a pattern
   * are among them, and those of a module that it can come from. What a rule searches for near a
   * place is somewhere in the text. The text may have comments; see {@link ActiveRules.inCode}.
   */
  among(
    words: { has(word: string): boolean },
    { mayBeUntrusted, atLeast, text }: RuleChoice,
  ): ActiveRules {
    const isIn = testsOf(text);
    return new ActiveRules(
      this.#all.filter(
        (one) =>
          (one.sink === undefined || mayBeUntrusted) &&
          CONFIDENCES.indexOf(one.confidence) >= CONFIDENCES.indexOf(atLeast) &&
          one.words.every((word) => words.has(word)) &&
          (one.modules?.some((module) => module.every((word) => words.has(word))) ?? true) &&
          isIn(one.sink?.when && FILES_OF[one.sink.when]) &&
          (one.asksForAbsence || isIn(one.search?.file)) &&
          isIn(one.search?.near) &&
          isIn(one.search?.within),
      ),
    );
  }
}

/** Returns a test whether a text matches an expression, which is asked once; no expression is met. */
function testsOf(text: string): (expression: RegExp | undefined) => boolean {
  const tested = new Map<RegExp, boolean>();
  return (expression) => {
    if (expression === undefined) return true;
    const is = tested.get(expression) ?? expression.test(text);
    tested.set(expression, is);
    return is;
  };
}

function compiled(
  rule: RuleData,
  data: SinkData | SearchData,
  { isSink, modules }: { readonly isSink: boolean; readonly modules: ModuleWords },
): Compiled {
  const pattern = parsePattern(data.pattern);
  const nameWord = data.word ?? nameWordOf(pattern);
  return {
    rule,
    pattern,
    not: 'not' in data ? (data.not ?? []).map(parsePattern) : [],
    where: 'where' in data ? Object.entries(data.where ?? {}) : [],
    sink: isSink ? data : undefined,
    search: isSink ? undefined : data,
    confidence: data.confidence ?? rule.confidence,
    asksForAbsence: 'file' in data && data.file.source.includes('(?!'),
    words: [
      ...wordsOf(pattern, nameWord),
      ...(data.word !== undefined && data.word !== '' ? [data.word] : []),
    ],
    nameWord,
    modules: modulesOf(pattern, data, modules),
  };
}

function modulesOf(
  pattern: Pattern,
  data: SinkData | SearchData,
  modules: ModuleWords,
): Compiled['modules'] {
  if ('modules' in data) return data.modules.map((word) => [word]);
  return pattern.kind === 'return' ? undefined : modules.of(pattern.ref);
}

/** Rules that can report something in one file, indexed by the last name of their patterns. */
export class ActiveRules {
  readonly #byName = new Map<string, Compiled[]>();

  constructor(rules: readonly Compiled[]) {
    for (const one of rules) appendTo(this.#byName, lastName(one.pattern), one);
  }

  /** Returns the rules whose conditions on the file are met by its text without comments. */
  inCode(code: string): ActiveRules {
    const isIn = testsOf(code);
    return new ActiveRules(
      [...this.#byName.values()]
        .flat()
        .filter(({ search }) => isIn(search?.file) && isIn(search?.near) && isIn(search?.within)),
    );
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  /** Whether there are sinks. */
  get hasSinks(): boolean {
    return this.#some(({ sink }) => sink !== undefined);
  }

  /** Whether what a handler returns is a sink. */
  get hasReturns(): boolean {
    return this.#byName.has('return');
  }

  /** The last names of sinks. */
  get sinks(): readonly string[] {
    return this.#names(({ sink }) => sink !== undefined);
  }

  /** What functions match that may have one of the sinks without a name. */
  get marks(): readonly RegExp[] {
    const all = [...this.#byName.values()].flat();
    return all.flatMap(({ sink, nameWord, pattern }) =>
      sink === undefined || nameWord !== '' || pattern.kind === 'return' ? [] : [sink.mark ?? ANY],
    );
  }

  /** The last names of what is searched for whatever its data is. */
  get searched(): readonly string[] {
    return this.#names(({ search }) => search !== undefined);
  }

  #names(holds: (one: Compiled) => boolean): readonly string[] {
    const chosen = [...this.#byName.values()].flatMap((all) => all.filter(holds));
    return chosen.flatMap(({ nameWord }) => (nameWord === '' ? [] : [nameWord]));
  }

  #some(holds: (one: Compiled) => boolean): boolean {
    return [...this.#byName.values()].some((all) => all.some(holds));
  }

  /** Returns what rules report about an event. */
  look(event: FlowEvent, m: Machine): readonly RuleHit[] {
    const refs = event.kind === 'return' ? ['return'] : event.refs;
    const hits: RuleHit[] = [];
    for (const ref of refs) {
      const name = ref.slice(ref.lastIndexOf('.') + 1);
      for (const one of this.#byName.get(name) ?? []) {
        if (!isNamed(one.pattern, ref)) continue;
        const hit = hitOf(m, one, event);
        if (hit !== undefined) hits.push({ ...hit, name: ref });
      }
    }
    if (event.kind === 'call' && event.isNew) {
      for (const one of this.#byName.get('*') ?? []) {
        const hit = hitOf(m, one, event);
        if (hit !== undefined) hits.push({ ...hit, name: refs[0] ?? 'new' });
      }
    }
    return hits;
  }
}

const ANY = /(?:)/u;

function isNamed(pattern: Pattern, ref: string): boolean {
  if (pattern.kind === 'return') return true;
  if (pattern.ref === ref) return true;
  return pattern.ref.startsWith('*.') && ref.endsWith(pattern.ref.slice(1));
}

type Found = Omit<RuleHit, 'name'>;

function hitOf(m: Machine, one: Compiled, event: FlowEvent): Found | undefined {
  const bindings = matchPattern(m, one.pattern, event);
  if (bindings === undefined) return undefined;
  const { span, within } = event;
  const found: Found = { rule: one.rule.id, span, within, confidence: one.confidence };
  if (one.sink === undefined) return isAsked(m, one, { event, bindings }) ? found : undefined;
  const value = bindings.get(one.sink.isReceiver === true ? 'RECEIVER' : SINK);
  if (value === undefined) return undefined;
  const { when } = one.sink;
  if (when !== undefined && !CONDITIONS[when](value, event, m)) return undefined;
  if (!isAsked(m, one, { event, bindings })) return undefined;
  const taint = harmful(m, value, one);
  if (taint === undefined) return undefined;
  const isShown = (one.sink.kind ?? one.rule.kind) !== 'html' || !isUnrendered(m, event);
  const confidence = isShown ? lower(found.confidence, taint.confidence) : 'low';
  return { ...found, confidence, taint };
}

function harmful(m: Machine, value: Value, { rule, sink }: Compiled): Taint | undefined {
  const kind = sink?.kind ?? rule.kind;
  const bits = kind === undefined ? 0 : bitsOf(kind);
  const taints = sink?.isDeep === true ? deepTaints(m, value) : joinTaints(value.taints, []);
  // Without `<`, data between elements stays text; within a tag, quotes matter, too.
  const isBetween = kind === 'html' && value.text !== undefined && isBetweenElements(value.text);
  const left = taints.filter(
    ({ cleared, escapes }) =>
      (cleared & bits) === 0 &&
      !(kind === 'html' && value.text?.startsWith('<?xml') === true) &&
      !(isBetween && escapes?.includes('html <') === true),
  );
  const judged = left.map((one) => ({
    ...one,
    confidence: isBehindHost(value, one, kind) ? ('low' as const) : confidenceAt(one, kind, m.text),
  }));
  return judged.reduce<Taint | undefined>(
    (best, one) => (best === undefined || isSurer(one, best) ? one : best),
    undefined,
  );
}

function isSurer(a: Taint, b: Taint): boolean {
  return CONFIDENCES.indexOf(a.confidence) > CONFIDENCES.indexOf(b.confidence);
}

function isBetweenElements(text: string): boolean {
  return text.includes(HOLE) && !/<[^>]*\0|<(?:script|style)\b/iu.test(text);
}

function lower(a: Confidence, b: Confidence): Confidence {
  return CONFIDENCES.indexOf(a) < CONFIDENCES.indexOf(b) ? a : b;
}
