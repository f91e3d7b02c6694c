/** A repository that tries to start programs: nothing but git runs, as strace shows. */

import { chmodSync, existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { builtCommand } from '../support/build.ts';
import { ADA, CommitScene } from '../support/commit-scene.ts';
import { missingTool, needs } from '../support/tools.ts';
import { tracedRun, whyNoStrace } from '../support/traced-run.ts';

const missing = missingTool('git', 'ssh-keygen') ?? whyNoStrace();

/** The text of a line of strace, whose words are in hexadecimal. */
function programOf(call: string): string {
  const [, hex = ''] = /execve\("((?:\\x[0-9a-f]{2})*)"/u.exec(call) ?? [];
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString();
}

describe.skipIf(missing !== undefined)(`a hostile repository${needs(missing)}`, () => {
  it('starts no program', async () => {
    using command = await builtCommand();
    using scene = new CommitScene();
    const mark = scene.folder.path('.keys/ran');
    const evil = scene.folder.path(
      scene.folder.write('.keys/evil', `#!/bin/sh\ntouch "${mark}"\n`),
    );
    chmodSync(evil, 0o755);
    const ada = scene.sshKey('ada');
    const base = scene.commit({ key: ada });
    const head = scene.commit({ key: ada });
    scene.commit();
    scene.git(['clone', '-q', '--bare', '.', '.keys/elsewhere.git']);
    const settings = [
      ...['core.fsmonitor', 'gpg.program', 'gpg.ssh.program', 'gpg.x509.program', 'core.pager'],
      ...['core.sshCommand', 'core.editor', 'core.alternateRefsCommand', 'diff.external'],
      ...['diff.evil.textconv', 'filter.evil.process', 'merge.evil.driver', 'credential.helper'],
      ...['alias.rev-list', 'alias.cat-file', 'uploadpack.packObjectsHook', 'sequence.editor'],
    ];
    for (const name of settings)
      scene.git(['config', name, name.startsWith('alias') ? `!${evil}` : evil]);
    scene.git(['config', 'core.hooksPath', scene.folder.path('.keys')]);
    scene.git(['config', 'extensions.partialClone', 'origin']);
    scene.git(['config', 'remote.origin.url', `ext::${evil}`]);
    scene.git(['config', 'remote.origin.promisor', 'true']);
    scene.folder.write('.gitattributes', '* diff=evil filter=evil merge=evil\n');
    scene.folder.write(
      '.git/objects/info/alternates',
      `${scene.folder.path('.keys/elsewhere.git/objects')}\n`,
    );
    for (const hook of ['post-index-change', 'reference-transaction', 'pre-push']) {
      scene.folder.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch "${mark}"\n`);
      chmodSync(scene.folder.path(`.git/hooks/${hook}`), 0o755);
    }
    const signer = `{name: Ada, emails: [${ADA}], keys: ["${scene.sshLine(ada)}"]}`;
    scene.folder.write('.keys/trust.yaml', `version: 1\ncommits: {signers: [${signer}]}\n`);
    // A file .git that leads to the repository.
    scene.folder.write('.keys/out/.git', `gitdir: ${scene.folder.path('.git')}\n`);
    for (const cwd of [scene.folder.cwd, scene.folder.path('.keys/out')]) {
      const args = [
        'commits',
        `${base}..${head}`,
        '--tags',
        '--trust',
        scene.folder.path('.keys/trust.yaml'),
      ];
      const env = { ...scene.env(), ASSAY_AS_OF: '2025-06-01' };
      const run = tracedRun(command, args, {
        cwd,
        env,
        calls: 'execve',
      });
      expect([run.exitCode, run.stdout, run.stderr]).toEqual([
        0,
        expect.stringContaining('1 commit (1 allowed)'),
        '',
      ]);
      const programs = run.calls.filter((call) => call.endsWith(' = 0')).map(programOf);
      const others = programs.filter((name) => name !== process.execPath && !/\/git$/u.test(name));
      expect(programs.filter((name) => name.endsWith('/git')).length).toBeGreaterThan(3);
      expect(others).toEqual([]);
    }
    expect(existsSync(mark)).toBe(false);
  });
});
