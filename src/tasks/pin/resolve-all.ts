/** Resolves references: each distinct one once, several at a time. */

import type { Context } from '../../core/base/context.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { inParallel } from '../../core/base/parallel.ts';
import type { ReferenceKind } from './finder.ts';
import { RESOLVERS } from './resolver-list.ts';
import type {
  MakeResolver,
  ReferenceQuestion,
  ResolutionResult,
  Resolver,
  ResolverOptions,
} from './resolvers.ts';

/** Questions that are asked at the same time. */
const AT_ONCE = 8;

/** The resolvers of a run, loaded when a reference of their kind is asked for. */
export interface ResolverSet {
  /** Returns the answers by the key of the question. @throws AssayError `INTERRUPTED` */
  resolveAll(questions: readonly ReferenceQuestion[]): Promise<Map<string, ResolutionResult>>;
}

/** Returns a key that is equal for equal questions. */
export function questionKey(question: ReferenceQuestion): string {
  const { kind, value, version, platform, mode, tooYoung, keepsTag } = question;
  return JSON.stringify([kind, value, version, platform, mode, tooYoung, keepsTag]);
}

/** Makes the resolvers of a run. `replaced` is used instead of the resolvers of its kinds. */
export function createResolvers(
  options: ResolverOptions,
  context: Context,
  replaced: Partial<Readonly<Record<ReferenceKind, MakeResolver>>> = {},
): ResolverSet {
  const resolvers = new Map<ReferenceKind, Promise<Resolver>>();
  const answers = new Map<string, ResolutionResult>();
  const resolverOf = (kind: ReferenceKind): Promise<Resolver> => {
    const known = resolvers.get(kind);
    if (known !== undefined) return known;
    const make = replaced[kind];
    const made =
      make === undefined
        ? RESOLVERS[kind]().then((load) => load(options, context))
        : Promise.resolve(make(options, context));
    resolvers.set(kind, made);
    return made;
  };

  return {
    async resolveAll(questions) {
      const open = new Map(questions.map((one) => [questionKey(one), one]));
      const unanswered = [...open].filter(([key]) => !answers.has(key));
      let done = 0;
      await inParallel(AT_ONCE, unanswered, async ([key, question]) => {
        throwIfInterrupted(context.signal);
        const resolver = await resolverOf(question.kind);
        answers.set(key, await resolver.resolve(question, context));
        done += 1;
        context.progress({ kind: 'phase', name: `resolving references, ${done} done` });
      });
      throwIfInterrupted(context.signal);
      return answers;
    },
  };
}
