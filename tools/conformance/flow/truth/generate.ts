/**
 * Generates programs that say the truth themselves: each one is run with marked inputs and a
 * recorder in place of its sink. Nothing here imports the engine.
 */

import { createHash } from 'node:crypto';
import { JAVASCRIPT, TYPESCRIPT } from './javascript.ts';
import {
  RULES,
  Writer,
  type Parts,
  type TruthKind,
  type TruthLanguage,
  type TruthProgram,
} from './program.ts';
import { PYTHON } from './python.ts';

const PARTS: Readonly<Record<TruthLanguage, Parts>> = {
  javascript: JAVASCRIPT,
  typescript: TYPESCRIPT,
  python: PYTHON,
};
const LANGUAGES = ['javascript', 'typescript', 'python'] as const;
const SOURCES: Readonly<Record<TruthLanguage, readonly string[]>> = {
  javascript: ['req.query.x', 'req.body.x', 'req.params.x'],
  typescript: ['req.query.x', 'req.body.x', 'req.params.x'],
  python: ["request.args['x']", "request.args.get('x', '')", "request.form['x']"],
};

/** Numbers and orders that a seed fixes. */
class Deck {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** Returns a number from 0 to below another one. */
  below(count: number): number {
    this.#count += 1;
    const digest = createHash('sha256').update(`${this.#seed} ${this.#count}`).digest();
    return digest.readUInt32BE(0) % count;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Returns a function that deals the items in a random order, again and again. */
  dealt<T>(items: readonly T[]): () => T {
    let left: T[] = [];
    return () => {
      if (left.length === 0) left = [...items];
      const [item] = left.splice(this.below(left.length), 1);
      if (item === undefined) throw new Error('nothing to deal');
      return item;
    };
  }
}

/**
 * Returns programs, a third of them in each language. Every trait and every check comes up equally
 * often in a language.
 */
export function generateTruth(seed: string, count: number): readonly TruthProgram[] {
  return LANGUAGES.flatMap((language) => {
    const parts = PARTS[language];
    const deck = new Deck(`${seed} ${language}`);
    const trait = deck.dealt(Object.entries(parts.traits));
    const check = deck.dealt(Object.entries(parts.checks));
    return Array.from({ length: count / LANGUAGES.length }, (_, index): TruthProgram => {
      const w = new Writer();
      const traits: string[] = [];
      let value = w.name('v');
      w.body.push(declared(language, value, deck.pick(SOURCES[language])));
      for (let left = 2 + deck.below(2); left > 0; left -= 1) {
        const [name, write] = trait();
        const isCarried = deck.below(100) < 75;
        traits.push(isCarried ? name : `${name} (other)`);
        const next = w.name('v');
        const result = write(w, value, isCarried);
        w.body.push(declared(language, next, result));
        value = next;
      }
      let kind: TruthKind = deck.pick(Object.keys(RULES) as TruthKind[]);
      if (deck.below(100) < 90) {
        const [name, form] = check();
        const isRight = deck.below(2) === 0;
        traits.push(isRight ? name : `${name} (broken)`);
        value = form.write(w, value, isRight);
        ({ kind } = form);
      }
      w.body.push(parts.sinks[kind](value));
      const text = parts.whole(w);
      return { id: `${language}-${index}`, language, kind, rule: RULES[kind], traits, text };
    });
  });
}

function declared(language: TruthLanguage, name: string, value: string): string {
  return language === 'python' ? `${name} = ${value}` : `const ${name} = ${value};`;
}
