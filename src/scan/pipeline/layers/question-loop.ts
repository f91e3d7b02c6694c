/**
 * The question loop: what the records of layers leave open is asked of the layers until no question
 * is left.
 *
 * The kinds of questions are gone through in the order of their list. The first kind with a
 * question that was not asked before is answered by one walk over each layer concerned. If the
 * answers add something to the records, the layers are merged again and the list is gone through
 * from its start, because the new tree can raise new questions of any kind. The loop ends when it
 * reaches the end of the list. No question is asked twice, so a question that an answer does not
 * settle stays open.
 */

import { groupBy } from '../../../core/base/maps.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { LayerRecord } from '../../../core/model/layer/layer-record.ts';
import type {
  AnswersByKind,
  LayerAnswer,
  LayerQuestion,
  QuestionRules,
} from '../../../core/model/layer/layer-walk.ts';

/** One row of the list of kinds. */
export interface QuestionKind<Rootfs> {
  /** Names the answers of the kind in {@link Settled.answers}. */
  readonly id: string;
  /** Returns whether there can be a question of this kind; if not, its code is not loaded. */
  applies(records: readonly LayerRecord[], rootfs: Rootfs): boolean;
  load(): QuestionRules<Rootfs> | Promise<QuestionRules<Rootfs>>;
}

/** The dependencies of the loop. */
export interface QuestionLoop<Rootfs> {
  /** In the order in which they are asked. */
  readonly kinds: readonly QuestionKind<Rootfs>[];
  /** Answers questions of one kind to one layer. */
  readonly answer: (layer: number, questions: readonly LayerQuestion[]) => Promise<LayerAnswer>;
  readonly merge: (records: readonly LayerRecord[]) => Promise<Rootfs>;
}

/** Records to which no kind has a question any more. */
export interface Settled<Rootfs> {
  readonly records: readonly LayerRecord[];
  /** The records merged. */
  readonly rootfs: Rootfs;
  readonly answers: AnswersByKind;
  /** Gaps for questions that no walk answered, each once, in order of appearance. */
  readonly gaps: readonly Diagnostic[];
}

/**
 * The list is begun anew after so many merges at most. Ordinary images need none or one; a crafted
 * image can make each answer raise another question, and each merge costs as much as the first one.
 */
const MAX_RESTARTS = 8;

/** Asks, walks and merges until no question is left. Throws what walking a layer does. */
export async function settleQuestions<Rootfs>(
  first: readonly LayerRecord[],
  { kinds, answer, merge }: QuestionLoop<Rootfs>,
): Promise<Settled<Rootfs>> {
  let records = first;
  let rootfs = await merge(records);
  const loaded = new Map<string, QuestionRules<Rootfs>>();
  const answers = new Map<string, readonly LayerAnswer[]>();
  const gaps = new Map<string, Diagnostic>();
  let restartCount = 0;
  for (let at = 0; at < kinds.length;) {
    const kind = kinds[at];
    at += 1;
    if (kind?.applies(records, rootfs) !== true) continue;
    const rules = loaded.get(kind.id) ?? (await kind.load());
    loaded.set(kind.id, rules);
    const known = answers.get(kind.id);
    const open = withoutAsked(await rules.ask(records, rootfs, answers), known ?? []);
    const given = await answerAll(open, answer);
    const all = [...(known ?? []), ...given];
    answers.set(kind.id, all);
    // A merge can open a gap without a new question. A gap of an earlier pass stays: a limit that
    // was reached hid something.
    for (const gap of rules.unanswered?.(records, rootfs, all) ?? []) {
      gaps.set(JSON.stringify(gap), gap);
    }
    if (known !== undefined && open.length === 0) continue;
    const complete = rules.complete?.(records, given) ?? records;
    if (complete.every((record, layer) => record === records[layer])) continue;
    records = complete;
    rootfs = await merge(records);
    restartCount += 1;
    if (restartCount <= MAX_RESTARTS) at = 0;
    else gaps.set('', UNSETTLED);
  }
  return { records, rootfs, answers, gaps: [...gaps.values()] };
}

const UNSETTLED: Diagnostic = {
  stage: 'layers',
  message: `the layers raise new questions after ${String(MAX_RESTARTS)} further readings, so what links lead to is not fully known`,
  gap: 'limit',
};

/** Returns one walk for each layer, in the order in which the questions name the layers. */
async function answerAll(
  questions: readonly LayerQuestion[],
  answer: QuestionLoop<never>['answer'],
): Promise<readonly LayerAnswer[]> {
  const given: LayerAnswer[] = [];
  for (const [layer, list] of groupBy(questions, (question) => question.layer)) {
    given.push(await answer(layer, list));
  }
  return given;
}

/** Returns the questions that none of the answers was given to. */
function withoutAsked(
  questions: readonly LayerQuestion[],
  answers: readonly LayerAnswer[],
): readonly LayerQuestion[] {
  if (questions.length === 0 || answers.length === 0) return questions;
  const asked = new Set(answers.flatMap((one) => one.questions.map(questionKey)));
  return questions.filter((question) => !asked.has(questionKey(question)));
}

function questionKey(question: LayerQuestion): string {
  switch (question.kind) {
    case 'paths':
      return JSON.stringify([question.layer, question.paths]);
    case 'symlink': {
      const { path, target, wantedBy, place } = question.link;
      return JSON.stringify([question.layer, path, target, wantedBy, place]);
    }
    case 'digests':
      return JSON.stringify([question.layer, question.path, question.algorithms]);
  }
}
