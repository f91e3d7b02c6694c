/**
 * Checks of what proposes updates: whether anything does, and whether Renovate waits. The settings
 * of Dependabot are judged by the rules of pipelines.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  readJsoncDocument,
  type JsonDocument,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import { jsonOfJson5 } from '../../../formats/text/json/json5.ts';
import { repositoryRule, type RepositoryCheck, type RepositoryHit } from './check.ts';
import { DEPENDABOT_PLACES, OTHER_UPDATERS, RENOVATE_PLACES } from './file-kinds.ts';
import { objectAt } from './json-texts.ts';
import { LEAST_WAITING_DAYS, readWaiting, type RenovateWaiting } from './renovate.ts';
import type { RepositorySubject } from './subject.ts';

const NONE: RepositoryCheck = {
  rule: repositoryRule({
    name: 'no-update-tool',
    severity: 'low',
    title: 'no settings of a tool that proposes updates',
    cwe: [1104],
    why: 'Versions with known vulnerabilities stay until somebody looks for newer ones.',
    remedy: 'Add .github/dependabot.yml or renovate.json, with a waiting time.',
    path: '/package-lock.json',
    failing: '{"lockfileVersion": 3}\n',
    passing: '{"lockfileVersion": 3}\n',
    passingOthers: { '/.github/dependabot.yml': 'version: 2\nupdates: []\n' },
  }),
  *find(subject) {
    const { lockfiles, kinds, isMissing, index, tree } = subject;
    const path = lockfiles[0] ?? kinds.get('pipeline')?.[0];
    if (path === undefined || tree.unlistedCount > 0) return;
    const places = [...DEPENDABOT_PLACES, ...RENOVATE_PLACES];
    if (!places.every(isMissing) || index.paths.some((one) => OTHER_UPDATERS.test(one))) return;
    const own = renovateIn(subject);
    if (own === 'unread' || own !== undefined) return;
    const message = 'There are no settings of Dependabot or Renovate.';
    yield { path, message, names: [] };
  },
};

const PATH = '/renovate.json';

const WAITING: RepositoryCheck = {
  rule: repositoryRule({
    name: 'renovate-without-waiting',
    severity: 'medium',
    title: 'updates of Renovate without a waiting time',
    cwe: [1357],
    why: 'Malicious versions are mostly found and removed within days. Updates on the day of a release take them in before.',
    remedy: `Set minimumReleaseAge to "7 days", at least to "${LEAST_WAITING_DAYS} days", and leave internalChecksFilter at strict.`,
    path: PATH,
    failing: '{\n  "extends": ["config:recommended"]\n}\n',
    passing: '{\n  "extends": ["config:recommended"],\n  "minimumReleaseAge": "7 days"\n}\n',
  }),
  *find(subject) {
    const found = renovateIn(subject);
    if (found === undefined || found === 'unread') return;
    const { path, waiting, lineOf } = found;
    if (!waiting.isEnabled) return;
    for (const { key, ...hit } of faultsOf(waiting)) yield { ...hit, path, line: lineOf(key) };
  },
};

type Fault = Omit<RepositoryHit, 'path' | 'line'> & { readonly key: string };

function* faultsOf(waiting: RenovateWaiting): Generator<Fault> {
  const { days, unreadValue, unknownPresets, waitsForSome, shortened, filter } = waiting;
  const key = 'minimumReleaseAge';
  if (unreadValue !== undefined) {
    const message = `The waiting time "${unreadValue}" is not understood.`;
    yield { key, message, names: ['unread'], severity: 'low' };
  } else if (days === undefined) {
    yield* withoutAge(unknownPresets, waitsForSome);
  } else if (days < LEAST_WAITING_DAYS) {
    const message = `Updates wait less than ${LEAST_WAITING_DAYS} days.`;
    yield { key, message, names: ['short'] };
  }
  if (shortened.length > 0) {
    const message = `Rules for some packages set the waiting time to ${shortened.slice(0, 3).join(', ')}.`;
    yield {
      key: 'packageRules',
      message,
      names: ['shortened'],
      severity: 'low',
      persona: 'pedantic',
    };
  }
  if (filter === 'none' || filter === 'flexible') {
    const message = `With internalChecksFilter "${filter}", updates are proposed before the waiting time has passed.`;
    yield { key: 'internalChecksFilter', message, names: ['filter'] };
  }
}

function* withoutAge(unknownPresets: readonly string[], waitsForSome: boolean): Generator<Fault> {
  if (unknownPresets.length > 0) {
    const shown = unknownPresets.slice(0, 3).map((one) => one.slice(0, 100));
    const message = `Whether updates wait is not known: it depends on the presets ${shown.join(', ')}.`;
    yield { key: 'extends', message, names: ['presets'], severity: 'low', persona: 'pedantic' };
  } else if (waitsForSome) {
    const message = 'Updates wait for some packages only.';
    yield { key: 'packageRules', message, names: ['some'], severity: 'low' };
  } else {
    yield { key: 'extends', message: 'Updates have no waiting time.', names: ['none'] };
  }
}

/** The configuration of Renovate. */
interface FoundRenovate {
  readonly path: string;
  readonly waiting: RenovateWaiting;
  readonly lineOf: (key: string) => number;
}

/**
 * Returns the configuration that Renovate takes; `unread` for one that cannot be read, which is
 * noted.
 */
function renovateIn(subject: RepositorySubject): FoundRenovate | 'unread' | undefined {
  const place = RENOVATE_PLACES.find((path) => subject.index.has(path));
  const path = place ?? '/package.json';
  if (!subject.index.has(path)) return undefined;
  const text = subject.text(path);
  if (text === undefined) return 'unread';
  let document: JsonDocument;
  try {
    document = readJsoncDocument(path, Buffer.from(jsonOfJson5(text)));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // A broken package.json is the finding of others.
    if (place === undefined) return undefined;
    subject.note({ path, gap: 'unreadable', message: error.message });
    return 'unread';
  }
  const root: JsonObject | undefined =
    place === undefined ? objectAt(document.root, 'renovate') : document.root;
  if (root === undefined) return undefined;
  const lineOf = (key: string): number =>
    document.lineOfRootKey(place === undefined ? 'renovate' : key) ?? 1;
  return { path, waiting: readWaiting(root), lineOf };
}

/** Checks of updates. */
export const UPDATE_CHECKS: readonly RepositoryCheck[] = [NONE, WAITING];
