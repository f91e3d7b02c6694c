import { describe, expect, it } from 'vitest';

import type { FileFact, LayerRecord } from '../../../core/model/layer/layer-record.ts';
import type {
  LayerAnswer,
  LayerQuestion,
  PathQuestion,
  QuestionRules,
  SymlinkQuestion,
} from '../../../core/model/layer/layer-walk.ts';
import { settleQuestions, type QuestionKind, type Settled } from './question-loop.ts';

/** The paths of all records: what this test takes for a root filesystem. */
type Paths = readonly string[];

/** What the layers hold that no record names at first. */
type Hidden = readonly (readonly string[])[];

const EMPTY: LayerRecord = {
  unpackedBytes: 0,
  entryCount: 0,
  whiteouts: [],
  opaques: [],
  links: [],
  directories: [],
  files: [],
  cataloged: [],
  rules: [],
  diagnostics: [],
};

const fileAt = (path: string): FileFact => ({
  path,
  mode: 0o644,
  sizeBytes: 1,
  digests: [],
  isExecutable: false,
});

const asks = (layer: number, ...paths: readonly string[]): PathQuestion => ({
  kind: 'paths',
  layer,
  paths,
});

/** Adds the files of the answers to the records. A file that is added twice stands there twice. */
const addFiles: NonNullable<QuestionRules<Paths>['complete']> = (records, answers) =>
  records.map((record, layer) => {
    const found = answers.filter((one) => one.layer === layer).flatMap((one) => one.found.files);
    return found.length === 0 ? record : { ...record, files: [...record.files, ...found] };
  });

/** A kind that asks for `path` of a layer once `after` is known. */
const kindThatAsks = (
  id: string,
  path: string,
  { layer = 0, after }: { readonly layer?: number; readonly after?: string } = {},
): QuestionKind<Paths> =>
  kindOf(id, {
    ask: (_, paths) => (after === undefined || paths.includes(after) ? [asks(layer, path)] : []),
    complete: addFiles,
  });

function kindOf(id: string, rules: QuestionRules<Paths>): QuestionKind<Paths> {
  return { id, applies: () => true, load: () => rules };
}

interface Run extends Settled<Paths> {
  /** Each walk, as `layer: paths`. */
  readonly walks: readonly string[];
  readonly mergeCount: number;
}

/** Runs the loop over layers that hold `hidden`. */
async function run(hidden: Hidden, kinds: readonly QuestionKind<Paths>[]): Promise<Run> {
  const walks: string[] = [];
  let mergeCount = 0;
  const settled = await settleQuestions<Paths>(
    hidden.map(() => EMPTY),
    {
      kinds,
      answer(layer, questions): Promise<LayerAnswer> {
        const asked = questions.map(textOf);
        walks.push(`${String(layer)}: ${asked.join(' ')}`);
        const files = (hidden[layer] ?? []).filter((path) => asked.includes(path)).map(fileAt);
        return Promise.resolve({
          layer,
          questions,
          found: { files, diagnostics: [], readings: [] },
        });
      },
      merge(records) {
        mergeCount += 1;
        return Promise.resolve(records.flatMap(({ files }) => [...files].map(({ path }) => path)));
      },
    },
  );
  return { ...settled, walks, mergeCount };
}

function textOf(question: LayerQuestion): string {
  switch (question.kind) {
    case 'paths':
      return question.paths.join('+');
    case 'symlink':
      return [question.link.path, ...question.link.wantedBy, question.link.place?.path].join(' ');
    case 'digests':
      return [question.path, ...question.algorithms].join(' ');
  }
}

describe('the question loop', () => {
  it('merges the records once where nothing is asked, and returns them as they are', async () => {
    const { walks, mergeCount, records, gaps } = await run(
      [['/a']],
      [kindOf('none', { ask: () => [], complete: addFiles })],
    );
    expect({ walks, mergeCount, gaps }).toEqual({ walks: [], mergeCount: 1, gaps: [] });
    expect(records[0]).toBe(EMPTY);
  });

  it('does not merge again where an answer adds nothing', async () => {
    const { walks, mergeCount } = await run([['/a']], [kindThatAsks('one', '/missing')]);
    expect({ walks, mergeCount }).toEqual({ walks: ['0: /missing'], mergeCount: 1 });
  });

  it('answers all questions of a kind to a layer by one walk, layers in the order of the questions', async () => {
    const questions = [asks(1, '/b'), asks(0, '/a'), asks(1, '/c')];
    const { walks, rootfs } = await run(
      [['/a'], ['/b', '/c']],
      [kindOf('many', { ask: () => questions, complete: addFiles })],
    );
    expect(walks).toEqual(['1: /b /c', '0: /a']);
    expect(rootfs).toEqual(['/a', '/b', '/c']);
  });

  it('asks every layer, also behind one whose answer adds nothing', async () => {
    const questions = [asks(0, '/missing'), asks(1, '/b')];
    const { walks, rootfs } = await run(
      [[], ['/b']],
      [kindOf('many', { ask: () => questions, complete: addFiles })],
    );
    expect(walks).toEqual(['0: /missing', '1: /b']);
    expect(rootfs).toEqual(['/b']);
  });

  it.each<[string, readonly QuestionKind<Paths>[], readonly string[]]>([
    [
      'of the same kind',
      [
        kindOf('one', {
          ask: (_, paths) => [asks(0, '/a'), ...(paths.includes('/a') ? [asks(0, '/b')] : [])],
          complete: addFiles,
        }),
      ],
      ['0: /a', '0: /b'],
    ],
    [
      'of a later kind',
      [kindThatAsks('one', '/a'), kindThatAsks('two', '/b', { after: '/a' })],
      ['0: /a', '0: /b'],
    ],
    [
      'of an earlier kind, before later kinds are asked',
      [
        kindThatAsks('one', '/b', { after: '/a' }),
        kindThatAsks('two', '/a'),
        kindThatAsks('three', '/c'),
      ],
      ['0: /a', '0: /b', '0: /c'],
    ],
    [
      'of each kind in turn',
      [
        kindThatAsks('one', '/c', { after: '/b' }),
        kindThatAsks('two', '/b', { after: '/a' }),
        kindThatAsks('three', '/a'),
      ],
      ['0: /a', '0: /b', '0: /c'],
    ],
  ])('asks what an answer raises: questions %s', async (_, kinds, walks) => {
    const done = await run([['/a', '/b', '/c']], kinds);
    expect(done.walks).toEqual(walks);
    expect([...done.rootfs].sort()).toEqual(walks.map((walk) => walk.slice('0: '.length)));
    expect(done.gaps).toEqual([]);
  });

  it('asks no question twice, whether an answer settles it or not', async () => {
    const always = kindOf('always', {
      ask: () => [asks(0, '/a'), asks(0, '/missing')],
      complete: addFiles,
    });
    const { walks, rootfs, mergeCount } = await run([['/a']], [always]);
    expect({ walks, rootfs, mergeCount }).toEqual({
      walks: ['0: /a /missing'],
      rootfs: ['/a'],
      mergeCount: 2,
    });
  });

  it('asks the new ones alone where known ones stand beside them', async () => {
    const growing = kindOf('growing', {
      ask: (_, paths) => ['/a', ...paths.map((path) => `${path}a`)].map((path) => asks(0, path)),
      complete: addFiles,
    });
    const { walks } = await run([['/a', '/aa']], [growing]);
    expect(walks).toEqual(['0: /a', '0: /aa', '0: /aaa']);
  });

  const link = { path: '/p', target: '/t', layers: [0], wantedBy: ['x'] };
  const symlink = (changes: Partial<SymlinkQuestion['link']> = {}): SymlinkQuestion => ({
    kind: 'symlink',
    layer: 0,
    link: { ...link, ...changes },
  });
  it.each<[string, LayerQuestion, LayerQuestion, boolean]>([
    ['paths in another layer', asks(0, '/p'), asks(1, '/p'), true],
    ['more names of a place', asks(0, '/p'), asks(0, '/p', '/q'), true],
    ['the same names', asks(0, '/p', '/q'), asks(0, '/p', '/q'), false],
    ['a link for another cataloger', symlink(), symlink({ wantedBy: ['y'] }), true],
    ['a link to another body', symlink(), symlink({ target: '/u' }), true],
    ['a hard link', symlink(), symlink({ place: { layer: 0, path: '/p' } }), true],
    ['a link that other layers may answer too', symlink(), symlink({ layers: [0, 1] }), false],
    [
      'other digests of a file',
      { kind: 'digests', layer: 0, path: '/p', algorithms: ['md5'] },
      { kind: 'digests', layer: 0, path: '/p', algorithms: ['sha1'] },
      true,
    ],
    [
      'the same digests of a file',
      { kind: 'digests', layer: 0, path: '/p', algorithms: ['md5'] },
      { kind: 'digests', layer: 0, path: '/p', algorithms: ['md5'] },
      false,
    ],
  ])('knows a question again: %s', async (_, first, second, isNew) => {
    const kind = kindOf('one', {
      ask: (records) => (records[0] === EMPTY ? [first] : [second]),
      complete: ([, ...above]) => [{ ...EMPTY, entryCount: 1 }, ...above],
    });
    const { walks } = await run([[], []], [kind]);
    expect(walks).toHaveLength(isNew ? 2 : 1);
  });

  it('does not take the answers of one kind for those of another', async () => {
    const { walks } = await run([['/a']], [kindThatAsks('one', '/a'), kindThatAsks('two', '/a')]);
    expect(walks).toEqual(['0: /a', '0: /a']);
  });

  it('does not load a kind that cannot have a question', async () => {
    const never: QuestionKind<Paths> = {
      id: 'never',
      applies: () => false,
      load: () => {
        throw new Error('loaded');
      },
    };
    await expect(run([[]], [never])).resolves.toMatchObject({ walks: [] });
  });

  it('loads a kind once, as soon as it can have a question', async () => {
    let loadCount = 0;
    const late: QuestionKind<Paths> = {
      id: 'late',
      applies: (_, paths) => paths.includes('/a'),
      load() {
        loadCount += 1;
        return { ask: (_, paths) => paths.map((path) => asks(0, `${path}b`)), complete: addFiles };
      },
    };
    const { walks } = await run([['/a', '/ab', '/abb']], [late, kindThatAsks('one', '/a')]);
    expect(walks).toEqual(['0: /a', '0: /ab', '0: /abb', '0: /abbb']);
    expect(loadCount).toBe(1);
  });

  it('keeps answers beside the records for kinds that complete none, and gives them to later kinds', async () => {
    const evidence = kindOf('evidence', { ask: () => [asks(0, '/a')] });
    const later = kindOf('later', {
      ask: (_records, _paths, answers) =>
        (answers.get('evidence') ?? []).flatMap(({ found }) =>
          found.files.map(({ path }) => asks(0, `${path}/below`)),
        ),
    });
    const { walks, mergeCount, answers, records } = await run([['/a']], [evidence, later]);
    expect(walks).toEqual(['0: /a', '0: /a/below']);
    expect(mergeCount).toBe(1);
    expect(records[0]).toBe(EMPTY);
    expect(answers.get('evidence')?.map(({ found }) => found.files)).toEqual([[fileAt('/a')]]);
  });

  it('reports what no walk finds out, once, with all answers of the kind', async () => {
    const seen: number[] = [];
    const kind = kindOf('one', {
      ask: (_, paths) => [asks(0, '/a'), ...(paths.includes('/a') ? [asks(0, '/b')] : [])],
      complete: addFiles,
      unanswered(_records, _paths, answers) {
        seen.push(answers.length);
        const message = (text: string) => ({ stage: 'layers', message: text }) as const;
        return answers.length === 1 ? [message('a')] : [message('a'), message('b')];
      },
    });
    const { gaps } = await run([['/a', '/b']], [kind]);
    expect(gaps.map(({ message }) => message)).toEqual(['a', 'b']);
    // The last call is for the merge that the second answer led to.
    expect(seen).toEqual([1, 2, 2]);
  });

  it('reports what a later tree leaves open without a question, and keeps what an earlier one did', async () => {
    const message = (text: string) => ({ stage: 'layers', message: text }) as const;
    const first = kindOf('first', {
      ask: () => [],
      unanswered: (_records, paths) => [message(paths.includes('/z') ? 'after' : 'before')],
    });
    const { gaps } = await run([['/z']], [first, kindThatAsks('last', '/z')]);
    expect(gaps.map((gap) => gap.message)).toEqual(['before', 'after']);
  });

  it('reports it for a kind that has no question as well', async () => {
    const gap = { stage: 'layers', message: 'never known', gap: 'limit' } as const;
    const kind = kindOf('one', { ask: () => [], unanswered: () => [gap] });
    expect((await run([[]], [kind])).gaps).toEqual([gap]);
  });

  it('ends with a gap where each answer raises another question, and still asks the kinds behind', async () => {
    const endless = kindOf('endless', {
      ask: (_, paths) => [asks(0, `/${'a'.repeat(paths.length + 1)}`)],
      complete: addFiles,
    });
    const all = Array.from({ length: 100 }, (_, at) => `/${'a'.repeat(at + 1)}`);
    const { walks, gaps, mergeCount } = await run(
      [[...all, '/z']],
      [endless, kindThatAsks('last', '/z')],
    );
    expect(gaps).toEqual([expect.objectContaining({ stage: 'layers', gap: 'limit' })]);
    expect(walks.at(-1)).toBe('0: /z');
    expect(walks.length).toBeLessThan(20);
    expect(mergeCount).toBe(walks.length + 1);
  });

  it('lets errors of walks through', async () => {
    const failing = settleQuestions<Paths>([EMPTY], {
      kinds: [kindThatAsks('one', '/a')],
      answer: () => Promise.reject(new Error('damaged')),
      merge: () => Promise.resolve([]),
    });
    await expect(failing).rejects.toThrow('damaged');
  });
});
