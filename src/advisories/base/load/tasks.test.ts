import { describe, expect, it } from 'vitest';
import { FEEDS } from '../../feeds/list.ts';
import type { StoredSet } from '../../store/store-manifest.ts';
import type { AdvisoryNeed } from '../../../core/model/advisory/advisory.ts';
import { allTasks, loadTask, setsOfTask, taskText, tasksFor, type FeedTask } from './tasks.ts';

function texts(tasks: readonly FeedTask[]): readonly string[] {
  return tasks.map((task) => taskText(loadTask(task))).sort();
}

describe('allTasks', () => {
  it('has each feed once for each of its ecosystems, and optional ones only when asked', () => {
    const usual = texts(allTasks(new Set()));
    expect(new Set(usual).size).toBe(usual.length);
    for (const row of FEEDS.filter(({ optional }) => optional !== true)) {
      const own = usual.filter((text) => text.split(' ')[0] === row.id);
      const all = row.ecosystems.map((ecosystem) => `${row.id} ${ecosystem}`);
      expect(own).toEqual(row.gives === 'facts' ? [row.id] : all.sort());
    }
    expect(usual.filter((text) => text.startsWith('cve') || text.startsWith('nvd'))).toEqual([]);
  });

  it('adds the optional feeds that are wanted', () => {
    const usual = new Set(texts(allTasks(new Set())));
    const more = texts(allTasks(new Set(['nvd', 'unheard-of'])));
    expect(more.filter((text) => !usual.has(text))).toEqual(['nvd']);
  });
});

describe('tasksFor', () => {
  it.each<[string, readonly AdvisoryNeed[], readonly string[]]>([
    ['nothing', [], []],
    ['npm', [{ ecosystem: 'npm' }], ['osv npm']],
    ['npm twice', [{ ecosystem: 'npm' }, { ecosystem: 'npm' }], ['osv npm']],
    [
      'a release of Debian, whose feeds have no files of a release',
      [{ ecosystem: 'debian', release: '12' }],
      ['debian-tracker debian', 'osv debian'],
    ],
    [
      'two releases of Debian',
      [
        { ecosystem: 'debian', release: '12' },
        { ecosystem: 'debian', release: '11' },
      ],
      ['debian-tracker debian', 'osv debian'],
    ],
    [
      'two releases of Alpine, each by itself',
      [
        { ecosystem: 'alpine', release: '3.19' },
        { ecosystem: 'alpine', release: '3.20' },
      ],
      ['alpine-secdb alpine 3.19', 'alpine-secdb alpine 3.20', 'osv alpine'],
    ],
    ['Alpine without a release', [{ ecosystem: 'alpine' }], ['alpine-secdb alpine', 'osv alpine']],
  ])('loads %s', (_title, needs, expected) => {
    expect(texts(tasksFor(needs))).toEqual(expected);
  });

  it('never loads facts by id', () => {
    const needs = FEEDS.flatMap((row) => row.ecosystems.map((ecosystem) => ({ ecosystem })));
    expect(tasksFor(needs).filter(({ row }) => row.gives === 'facts')).toEqual([]);
  });
});

describe('setsOfTask', () => {
  const set = (feed: string, need: Partial<AdvisoryNeed> = {}): StoredSet => ({
    ...{ feed, license: 'CC0-1.0', ...need, recordCount: 1, packageCount: 1, sizeBytes: 1 },
    ...{ dataAt: '2026-01-01T00:00:00Z', fetchedAt: '2026-01-01T00:00:00Z', file: 'x.adv' },
  });
  const sets = [
    set('osv', { ecosystem: 'npm' }),
    set('osv', { ecosystem: 'debian', release: '12' }),
    set('osv', { ecosystem: 'debian', release: '11' }),
    set('kev'),
  ];

  it.each<[string, Parameters<typeof setsOfTask>[0], readonly number[]]>([
    ['a whole feed', { feed: 'osv' }, [0, 1, 2]],
    ['all releases of an ecosystem', { feed: 'osv', ecosystem: 'debian' }, [1, 2]],
    ['one release', { feed: 'osv', ecosystem: 'debian', release: '11' }, [2]],
    ['facts by id', { feed: 'kev' }, [3]],
    ['a release that is not there', { feed: 'osv', ecosystem: 'debian', release: '13' }, []],
    ['another feed', { feed: 'epss' }, []],
  ])('has %s', (_title, task, expected) => {
    expect(setsOfTask(task, sets)).toEqual(expected.map((index) => sets[index]));
  });
});
