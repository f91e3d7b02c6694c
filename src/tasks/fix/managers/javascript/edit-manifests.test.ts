import { expect, it } from 'vitest';

import type { Step } from '../../plan.ts';
import { editManifests } from './edit-manifests.ts';

it('names the file whose form has no place for an edit', () => {
  const path = 'pnpm-workspace.yaml';
  const edit = { manifest: path, section: 'overrides', name: 'a', to: '^2.0.0' };
  const steps = [{ edits: [edit] }] as unknown as readonly Step[];
  const bytes = new TextEncoder().encode('{ packages: [x] }\n');
  expect(() => editManifests([{ path, bytes }], steps)).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(path) as string }),
  );
});
