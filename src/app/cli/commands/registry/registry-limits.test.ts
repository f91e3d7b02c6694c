import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

import { readConfig } from '../../../config/read-config.ts';
import { DEFAULT_REGISTRY_LIMITS } from '../../../../package-registry/limits.ts';

it('the page has the defaults of the limits', async () => {
  const page = readFileSync(new URL('../../../../../docs/registry.md', import.meta.url), 'utf8');
  const yaml = /^```yaml\n(?<yaml>registry:\n {2}limits:[^]*?)^```$/mu.exec(page)?.groups?.['yaml'];
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-limits-'));
  try {
    writeFileSync(path.join(folder, 'assay.yaml'), yaml ?? '');
    const source = { path: 'assay.yaml', kind: 'assay.yaml', flags: [], isNamed: true } as const;
    const { registry } = await readConfig(folder, source);
    expect(registry?.limits).toEqual(DEFAULT_REGISTRY_LIMITS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
