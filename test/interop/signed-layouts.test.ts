/**
 * Signed images in OCI layouts, exchanged with cosign: `cosign save`, `cosign load` and `cosign
 * verify --local-image`.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../support/abilities.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { PASSWORD, SigningTools } from '../support/signing-tools.ts';
import { needs } from '../support/tools.ts';
import { ONE_PLATFORM, TWO_PLATFORMS } from '../support/two-platforms.ts';

const missing = missingForRegistry ?? missingForInterop() ?? missingAbility('cosign/2');
const LAYOUTS = { image: ONE_PLATFORM, index: TWO_PLATFORMS };

describe.skipIf(missing !== undefined)(`signed layouts${needs(missing)}`, () => {
  let folder: CommandFolder;
  let tools: SigningTools;
  let registry: RunningRegistry;

  beforeAll(async () => {
    folder = new CommandFolder();
    tools = new SigningTools(folder);
    folder.env['ASSAY_KEY_PASSWORD'] = PASSWORD;
    registry = await startRegistry();
    for (const name of ['a', 'b']) await folder.run('key', 'generate', name);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** The exit code of Assay for a layout, and whether cosign accepts it. */
  async function judged(
    layout: string,
    key: string,
    repository: string,
    ...more: string[]
  ): Promise<object> {
    const verify = ['verify', `oci:${layout}`, '--key', `${key}.pub`, '--repository', repository];
    const { exitCode } = await folder.assay(...verify, ...more);
    const local = ['verify', '--local-image', '--key', `${key}.pub`, '--insecure-ignore-tlog'];
    return { exitCode, isAccepted: tools.attempt('cosign', [...local, layout]).status === 0 };
  }

  describe.each(['image', 'index'] as const)('of an %s', (kind) => {
    it('that cosign saved are verified, and signed for cosign', async () => {
      const name = `${registry.host}/saved-${kind}`;
      const layout = `saved-${kind}`;
      await pushFiles(name, ['1'], LAYOUTS[kind]);
      const flags = ['sign', '--yes', '--key', 'a.key', '--tlog-upload=false'];
      tools.run('cosign', [...flags, `${name}:1`]);
      tools.run('cosign', ['save', '--dir', layout, `${name}:1`]);
      expect(await judged(layout, 'a', name)).toEqual({ exitCode: 0, isAccepted: true });
      expect(await judged(layout, 'b', name)).toEqual({ exitCode: 12, isAccepted: false });
      await folder.run('sign', `oci:${layout}`, '--key', 'b.key', '--repository', name);
      expect(await judged(layout, 'b', name)).toEqual({ exitCode: 0, isAccepted: true });
      // As cosign 3 does: where an image has bundles, one of them has to count.
      expect(await judged(layout, 'a', name)).toEqual({ exitCode: 12, isAccepted: true });
      const ofTag = await judged(layout, 'a', name, '--form', 'sig');
      expect(ofTag).toEqual({ exitCode: 0, isAccepted: true });
      const loaded = `${registry.host}/loaded-${kind}:1`;
      tools.run('cosign', ['load', '--dir', layout, loaded]);
      tools.run('cosign', ['verify', '--key', 'b.pub', '--insecure-ignore-tlog', loaded]);
    });

    it('that cosign saved without signatures are signed for cosign', async () => {
      const name = `${registry.host}/unsigned-${kind}`;
      const layout = `unsigned-${kind}`;
      await pushFiles(name, ['1'], LAYOUTS[kind]);
      tools.run('cosign', ['save', '--dir', layout, `${name}:1`]);
      expect(await judged(layout, 'a', name)).toEqual({ exitCode: 10, isAccepted: false });
      await folder.run('sign', `oci:${layout}`, '--key', 'a.key', '--repository', name);
      expect(await judged(layout, 'a', name)).toEqual({ exitCode: 0, isAccepted: true });
    });
  });
});
