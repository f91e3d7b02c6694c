import { describe, expect, it } from 'vitest';

import type { FixOutcome } from '../../../../tasks/fix/outcome.ts';
import { fixMarkdown } from './fix-markdown.ts';

/** The parts of an outcome that a page shows. */
function outcome(diff = ''): FixOutcome {
  const finding = (id: string, advisoryId: string): object => ({
    kind: 'vulnerability',
    id,
    packageId: `pkg:npm/${id}@1.0.0`,
    advisoryId,
    severity: 'high',
  });
  const findings = [finding('a', 'CVE-2025-0001'), finding('b', 'CVE-2025-0002')];
  const packages = ['a', 'b'].map((name) => ({
    id: `pkg:npm/${name}@1.0.0`,
    name: name === 'b' ? '<b>|pipe' : name,
    version: '1.0.0',
  }));
  const result = { inventory: { packages }, findings };
  return {
    target: '.',
    mode: 'apply',
    targets: ['a', 'b'].map((id) => ({ finding: { id } })),
    projects: [
      {
        path: 'web/package-lock.json',
        manager: 'npm',
        state: 'tried',
        steps: [
          {
            id: 's',
            kind: 'widen',
            ecosystem: 'npm',
            lockfile: 'web/package-lock.json',
            moves: [{ name: 'a', from: '1.0.0', to: '1.2.6', level: 'minor', rank: 0 }],
            edits: [
              {
                manifest: 'web/package.json',
                section: 'dependencies',
                name: 'a',
                from: '~1.0.0',
                to: '~1.2.6',
              },
            ],
            clears: ['a'],
            adds: [],
            dependents: ['web/package.json'],
          },
        ],
        staying: [{ findingId: 'b', reasons: ['no version is known to fix it', '`x` | *y*'] }],
        changedPaths: ['web/package.json'],
        notes: [],
      },
    ],
    elsewhere: [],
    before: { results: [result] },
    after: { results: [{ ...result, findings: [findings[1]] }] },
    diff,
  } as unknown as FixOutcome;
}

describe('the page for a pull request', () => {
  it('has the project, the step and its edit in a table, and what stays with all reasons', () => {
    expect(fixMarkdown(outcome(), { wantsDiff: false })).toMatchInlineSnapshot(`
      "## Fixes

      2 findings chosen, 1 cleared by the second match, 1 left. The files are written.

      ### web/package\\-lock.json \\(npm\\): tried, and confirmed by a second match

      | step | clears | adds | manifest |
      | --- | --- | --- | --- |
      | change a range: a 1.0.0 to 1.2.6 \\(minor\\) | CVE\\-2025\\-0001 \\(high\\) |  | web/package.json: dependencies: a \`"~1.0.0"\` becomes \`"~1.2.6"\` |

      What stays:

      - \\<b\\>\\|pipe 1.0.0, CVE\\-2025\\-0002 \\(high\\): no version is known to fix it; \\\`x\\\` \\| \\*y\\*
      "
    `);
  });

  it('has the diff in a fence that no line of it closes', () => {
    const page = fixMarkdown(outcome('--- a/x\n+++ b/x\n+````\n'), { wantsDiff: true });
    expect(page).toContain('`````diff\n--- a/x\n+++ b/x\n+````\n`````\n');
  });
});
