import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { condaEnvironment } from './environment.ts';

describe('an environment file of conda', () => {
  it('names what it pins', async () => {
    const text = `name: test
channels:
  - conda-forge
dependencies:
  - bzip2=1.0.8=h998d150_5
  - conda-forge::OpenSSL==3.0.1
  - python=3.8
  - numpy>=1.2,<2
  - pip
  - pip:
    - Requests[socks]==2.31.0
    - flask>=2
    - -r other.txt
`;
    const { packages, diagnostics } = await readCatalog(condaEnvironment, '/environment.yml', text);
    expect(
      packages.map(({ name, version, ecosystem, line }) => [name, version, ecosystem, line]),
    ).toEqual([
      ['bzip2', '1.0.8', undefined, 5],
      ['openssl', '3.0.1', undefined, 6],
      ['python', '', undefined, 7],
      ['numpy', '', undefined, 8],
      ['pip', '', undefined, 9],
      ['requests', '2.31.0', 'pypi', 11],
      ['flask', '', 'pypi', 12],
    ]);
    expect(diagnostics?.map(({ gap, location }) => [gap, location?.line])).toEqual([
      ['unreadable', 13],
    ]);
  });

  it.each(['', 'text', '- a', 'a: [', 'a: *b'])('that is none is refused: %j', async (text) => {
    await expect(readCatalog(condaEnvironment, '/environment.yml', text)).rejects.toThrow(
      ParseError,
    );
  });
});
