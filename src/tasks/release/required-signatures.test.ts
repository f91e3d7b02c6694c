import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../test/support/command-folder.ts';
import { LayoutRepository } from '../../clients/oci/layout-repository.ts';
import { confirmRequired } from './required-signatures.ts';

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
  folder.write('images/oci-layout', '{"imageLayoutVersion":"1.0.0"}');
  folder.write('images/index.json', '{"schemaVersion":2,"manifests":[]}');
});
afterEach(() => folder[Symbol.dispose]());

describe('signatures at the place of a push', () => {
  const rules = {
    signers: {
      keys: [],
      identities: [],
      roots: { load: () => Promise.resolve([]), isUsed: () => false },
    },
    name: { domain: 'ghcr.io', path: 'acme/app' },
    now: 0,
  };
  const confirm = (threshold: number): Promise<void> =>
    confirmRequired(new LayoutRepository(folder.path('images')), `sha256:${'1'.repeat(64)}`, {
      ...rules,
      requirements: threshold === 0 ? [] : [{ threshold }],
    });

  it('end the push if they are no longer there', async () => {
    await expect(confirm(1)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('are not needed without a rule', async () => {
    await expect(confirm(0)).resolves.toBeUndefined();
  });
});
