import { describe, expect, it } from 'vitest';

import { testImage } from '../../../test/support/reports.ts';
import type { Artifact, SourceUsed } from '../../model/artifact.ts';
import { repositoriesOf } from './find-bases.ts';

function artifact(
  reference: string,
  tags: readonly string[],
  source?: SourceUsed['kind'],
): Artifact {
  const { image, ...others } = testImage();
  if (image === undefined) throw new Error('an image without facts');
  return {
    ...others,
    reference,
    image: { ...image, tags },
    ...(source !== undefined && { source: { kind: source } }),
  };
}

describe('repositoriesOf', () => {
  it.each<[string, Artifact, readonly string[]]>([
    ['a name', artifact('python', [], 'registry'), ['docker.io/library/python']],
    ['a name and its tag', artifact('app:1', ['app:1'], 'docker'), ['docker.io/library/app']],
    ['a layout with a tag alone', artifact('./a', ['latest'], 'layout'), []],
    [
      'a layout with a name',
      artifact('./a', ['ghcr.io/acme/app:1'], 'layout'),
      ['ghcr.io/acme/app'],
    ],
    ['an archive', artifact('app.tar', ['app:1'], 'archive'), ['docker.io/library/app']],
    ['an archive without names', artifact('app.tar', [], 'archive'), []],
    ['a name that is none', artifact('NONE', ['://'], 'registry'), []],
    ['a report of an earlier version', artifact('app', []), ['docker.io/library/app']],
  ])('%s', (_name, one, expected) => {
    expect([...repositoriesOf(one)]).toEqual(expected);
  });
});
