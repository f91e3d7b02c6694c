/** Adds the rules of the user, and what the user knows of libraries, to those of Assay. */

import { bitsOf } from '../../flow/value/kinds.ts';
import {
  ALL_KINDS,
  type DecoratorModel,
  type Models,
  type SourceModel,
} from '../../flow/models.ts';
import type { RuleData, SearchData, SinkData } from '../../flow/rules.ts';
import type { Rule } from '../rule.ts';
import { isOfReceiver, linearTest } from './own-patterns.ts';
import type { CodeLanguage, OwnPattern, OwnRule, OwnRules } from './own-rules.ts';

/**
 * Returns the rules for one language as the engine takes them. @throws AssayError `CONFIG_INVALID`
 * for what no reader has checked
 */
export function ownRuleData({ rules }: OwnRules, language: CodeLanguage): readonly RuleData[] {
  return rules.flatMap(({ id, confidence, kind, [language]: patterns }) => {
    if (patterns === undefined) return [];
    const data: RuleData = {
      ...{ id, confidence },
      ...(kind !== undefined && { kind }),
      sinks: patterns.sinks.map(sinkData),
      search: patterns.search.map(searchData),
    };
    return [data];
  });
}

function sinkData(one: OwnPattern): SinkData {
  const { pattern, when, isDeep } = one;
  const isReceiver = isOfReceiver(pattern);
  return {
    ...searchData(one),
    isDeep,
    ...(isReceiver && { isReceiver }),
    ...(when !== undefined && { when }),
  };
}

function searchData({ pattern, not, where }: OwnPattern): SearchData & SinkData {
  const tests = Object.entries(where).map(([name, source]) => [name, linearTest(source)] as const);
  return { pattern, not, where: Object.fromEntries(tests) };
}

/** Returns the models of a language with the user's additions. */
export function withOwnModels(models: Models, own: OwnRules, language: CodeLanguage): Models {
  const sources = inLanguage(own.sources, language);
  const sanitizers = inLanguage(own.sanitizers, language);
  const handlers = inLanguage(own.handlers, language);
  if (sources.length + sanitizers.length + handlers.length === 0) return models;
  const clears = new Map(models.clears);
  for (const { name, kinds } of sanitizers) {
    clears.set(name, (clears.get(name) ?? 0) | (kinds === 'all' ? ALL_KINDS : bitsOf(...kinds)));
  }
  const gates = [
    ...sources.map(({ name, confidence }) => ({ confidence, roots: [lastWord(name)] })),
    ...handlers.map(({ decorator }) => ({
      confidence: 'high' as const,
      roots: [lastWord(decorator)],
    })),
  ];
  return {
    ...models,
    sources: new Map<string, SourceModel>([
      ...models.sources,
      ...sources.map(({ name, label, confidence }) => [name, { label, confidence }] as const),
    ]),
    clears,
    decorators: new Map<string, DecoratorModel>([
      ...models.decorators,
      ...handlers.map(
        ({ decorator, label }) => [decorator, { taintsParameters: true, label }] as const,
      ),
    ]),
    gates: [...models.gates, ...gates],
  };
}

function inLanguage<T extends { readonly language: CodeLanguage }>(
  all: readonly T[],
  wanted: CodeLanguage,
): readonly T[] {
  return all.filter(({ language }) => language === wanted);
}

/** The word of the program at the end of a qualified name. */
function lastWord(name: string): string {
  return /(?<word>[\w$]+)(?:\(\))*$/u.exec(name)?.groups?.['word'] ?? name;
}

/**
 * Returns the rule as lists and findings show it. The user's rules have their examples in files
 * beside them.
 */
export function ownRuleOf({ id, title, severity, cwe, why, remedy }: OwnRule): Rule {
  return {
    ...{ id, category: 'code', severity, title, cwe, aliases: [], why, remedy },
    failing: { text: '' },
    passing: { text: '' },
  };
}
